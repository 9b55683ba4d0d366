import { inParallel } from '../in-parallel.ts';
import { namespaceText } from './namespaces.ts';
import { differentIndexes, differentOptions, hasIdIndex, indexSpecs } from './specifications.ts';
import type { Proof } from './swap-plan.ts';
import type { Target } from './target.ts';

const AT_ONCE = 16;
const DATABASES_AT_ONCE = 4;

/**
 * Every difference between what must stand at the target and what does, under the final names: kind, options, indexes, true ages, and whether a
 * collection is the very one whose documents were proven (its UUID, where the server has them). Documents are not read a second time: by now
 * applications may write to them.
 */
export async function differencesAt(target: Target, proofs: readonly Proof[]): Promise<string[]> {
  const byDatabase = Map.groupBy(proofs, (proof) => proof.database);
  const found = await inParallel(DATABASES_AT_ONCE, [...byDatabase], async ([database, list]) => {
    const standing = new Map((await target.list(database)).map((c) => [c.name, c]));
    return inParallel(AT_ONCE, list, async (proof) => {
      const text = namespaceText(proof);
      const there = standing.get(proof.name);
      if (!there) return [`${text} is missing`];
      if (there.kind !== proof.kind) return [`${text} is a ${there.kind} instead of a ${proof.kind}`];
      if (proof.uuid && there.uuid && proof.uuid !== there.uuid) return [`${text} is another collection than the one that was proven`];
      const options = differentOptions(proof.options, there.options).map((name) => `option ${name}`);
      const indexes = proof.kind === 'view' ? [] : await indexDifferences(target, proof);
      return [...options, ...indexes].map((what) => `${text}: ${what}`);
    });
  });
  return found.flat(2);
}

async function indexDifferences(target: Target, proof: Proof): Promise<string[]> {
  const actual = await target.listIndexes(proof);
  const missing = proof.hasIdIndex && !hasIdIndex(actual) ? ['the index on _id is missing'] : [];
  return [...missing, ...differentIndexes(indexSpecs(proof.indexes, proof.options), actual, 'true')];
}
