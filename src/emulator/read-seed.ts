import Value from 'typebox/value';
import { type Alias, type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { messageOf, Problem } from '../errors.ts';
import { mistakeOfSchema, type Place } from './schema-mistake.ts';
import { mistakeInSeed } from './seed-mistakes.ts';
import { Seed } from './seed-schema.ts';

/** How many others an alias may unfold to, so that what is read is no more than so many times the text: a seed is no bomb. */
const ALIASES = 100;

const TOO_DEEP = 'it is nested too deeply';

export interface SeedFile {
  seed: Seed;
  /** What goes wrong with a part of it when it is done has its line as well. */
  refusal(place: Place, expected: string): Problem;
}

export const NO_SEED: SeedFile = {
  seed: {},
  refusal: (place, expected) => new Problem('bad-seed', ['(none)', 1, `${place.join('.')}: ${expected}`]),
};

/** Reads a seed, YAML or JSON. `now`: where the clock will stand whatever it says. Throws `bad-seed` with the line and what was expected there. */
export function readSeed(text: string, file: string, now: Date | null = null): SeedFile {
  const lines = new LineCounter();
  const refuse = (line: number, expected: string) => new Problem('bad-seed', [file, line, expected]);
  const lineAt = (node: Node | null | undefined) => (node?.range ? lines.linePos(node.range[0]).line : 1);
  let document: Document;
  let seed: unknown;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const [mistake] = [...document.errors, ...document.warnings];
    if (mistake) throw refuse(lines.linePos(mistake.pos[0]).line, wordsOf(mistake));
    const alias = aliasTooMany(document);
    if (alias) throw refuse(lineAt(alias.node), alias.expected);
    seed = document.toJS({ maxAliasCount: -1 }) ?? {};
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw refuse(1, error instanceof RangeError ? TOO_DEEP : messageOf(error));
  }
  const refusal = (place: Place, expected: string) =>
    refuse(lineAt(nodeAt(document, place)), `${place.join('.') || 'the seed'}: ${expected}`);
  const mistake = Value.Check(Seed, seed) ? mistakeInSeed(seed as Seed, now) : mistakeOfSchema(Seed, seed);
  if (mistake) throw refusal(mistake.place, mistake.expected);
  return { seed: seed as Seed, refusal };
}

function wordsOf({ code, message }: { code: string; message: string }): string {
  if (code === 'MULTIPLE_DOCS') return 'a seed is one document';
  return /call stack/.test(message) ? TOO_DEEP : message.split('\n', 1)[0]!;
}

/** An alias of nothing, or the first from which on they unfold to more than is taken. */
function aliasTooMany(document: Document): { node: Alias; expected: string } | null {
  const sizes = new Map<string, number>();
  let found: { node: Alias; expected: string } | null = null;
  visit(document, {
    Alias: (_key, node) => {
      const target = node.resolve(document);
      if (!target) found = { node, expected: `no anchor before the alias ${node.source} has its name` };
      else if (sizeOf(document, target, sizes) > ALIASES)
        found = { node, expected: `the alias ${node.source} unfolds to more than ${ALIASES} others` };
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}

/** How many aliases are unfolded with it. */
function sizeOf(document: Document, node: Node, sizes: Map<string, number>): number {
  const { anchor } = node as { anchor?: string };
  const known = anchor === undefined ? undefined : sizes.get(anchor);
  if (known !== undefined) return known;
  // Within itself it counts as endless.
  if (anchor !== undefined) sizes.set(anchor, Number.POSITIVE_INFINITY);
  let size = 0;
  visit(node, {
    Alias: (_key, alias) => {
      const target = alias.resolve(document);
      size += 1 + (target ? sizeOf(document, target, sizes) : 0);
    },
  });
  if (anchor !== undefined) sizes.set(anchor, size);
  return size;
}

/** What stands there; of what is missing, what lacks it. Of a key, the key itself where its value is elsewhere. */
function nodeAt(document: Document, place: Place): Node | null {
  let node = document.contents as Node | null;
  for (const part of place) {
    let next: unknown;
    if (isSeq(node)) next = node.items[Number(part)];
    else if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(part));
      next = (pair?.value as Node | null)?.range ? pair!.value : pair?.key;
    }
    if (!next) return node;
    node = next as Node;
  }
  return node;
}
