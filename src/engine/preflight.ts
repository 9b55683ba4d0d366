import { parseExtendedJson } from '../bson/extended-json.ts';
import { Problem } from '../errors.ts';
import { inParallel } from '../in-parallel.ts';
import { type Listed, listCollections, listDatabases } from './catalog.ts';
import type { Deployment } from './deployment.ts';
import { engineError } from './errors.ts';
import { isOwnCollection, isSystemCollection, type Namespace, namespaceText, SYSTEM_JS } from './namespaces.ts';
import { type RestoreMode, type RestoreOptions, removesTheRest, type SourceCollection } from './restore.ts';
import { checkRoom } from './room.ts';
import type { StagingWork } from './staging.ts';

/** What is restored and how: all that can be judged before anything is written. */
export type RestoreIntent = Pick<RestoreOptions, 'deployment' | 'source' | 'selection' | 'keep' | 'mongodbVersion' | 'onLittleRoom'> & {
  /** `drill`: built and proven under staging names, never put in place. */
  mode: RestoreMode | 'drill';
};

/** Refuses what cannot be restored in this way before anything is written; answers with what stands at the target. */
export async function preflight(intent: RestoreIntent): Promise<Listed[]> {
  const standing = await standingAt(intent.deployment);
  const [first] = refusals(intent, standing);
  if (first) throw first;
  const chosen = intent.source.collections.filter((c) => intent.selection.target(c));
  if (intent.mode !== 'in-place' && intent.onLittleRoom !== 'warn') await checkRoom(intent.deployment, chosen);
  return standing;
}

/** Every reason against this restore that is known without writing. */
export function refusals(intent: RestoreIntent, standing: readonly (Listed | Namespace)[]): Problem[] {
  const { deployment, mongodbVersion, mode, source, selection } = intent;
  const found: Problem[] = [];
  if (deployment.topology === 'sharded' && mode !== 'in-place') found.push(new Problem('incompatible-topology', [deployment.address]));
  const major = mongodbVersion?.split('.').slice(0, 2).join('.');
  if (major && major !== deployment.majorVersion) found.push(new Problem('version-mismatch', [major, deployment.majorVersion]));
  const chosen = source.collections.filter((c) => selection.target(c));
  if (!selection.everything && chosen.length === 0)
    found.push(new Problem('invalid-value', ['nsInclude', 'it fits no namespace of the snapshot']));
  return [...found, ...outside(intent), ...collisions(intent), ...(mode === 'staged' ? unmovable(intent, chosen, standing) : [])];
}

/** A cluster that is one database of a server shares it with others, whose data is none of its business. */
function outside({ deployment, source, selection }: RestoreIntent): Problem[] {
  if (deployment.database === undefined) return [];
  return source.collections.flatMap((c) => {
    const destination = selection.target(c);
    if (!destination || destination.database === deployment.database) return [];
    const why = `${namespaceText(c)} would become ${namespaceText(destination)}, outside the one database of the target (${deployment.database})`;
    return [new Problem('invalid-value', ['nsTo', why])];
  });
}

function collisions({ source, selection }: RestoreIntent): Problem[] {
  const taken = new Map<string, string>();
  return source.collections.flatMap((c) => {
    const destination = selection.target(c);
    if (!destination || c.name === SYSTEM_JS) return [];
    const text = namespaceText(destination);
    const other = taken.get(text);
    taken.set(text, namespaceText(c));
    return other ? [new Problem('invalid-value', ['nsTo', `${other} and ${namespaceText(c)} would both become ${text}`])] : [];
  });
}

/** No server renames time series or encrypted collections: they cannot be brought in or set aside by the swap. */
function unmovable(intent: RestoreIntent, chosen: readonly SourceCollection[], standing: readonly (Listed | Namespace)[]): Problem[] {
  const hint = 'No server renames such a collection. Restore in place (`--in-place`), or leave it out with nsExclude.';
  const incoming = chosen.filter(isUnmovable).map((c) => {
    const kind = c.kind === 'timeseries' ? 'time series' : 'encrypted';
    return new Problem('unsupported-feature', [`a staged restore of the ${kind} collection ${namespaceText(c)}`], { hint });
  });
  const destinations = new Set(chosen.map((c) => namespaceText(intent.selection.target(c)!)));
  const inTheWay = standing.filter((c) => 'kind' in c && isUnmovable(c) && (removesTheRest(intent) || destinations.has(namespaceText(c))));
  const blocked = inTheWay.map(
    (c) => new Problem('unsupported-feature', [`setting aside the collection ${namespaceText(c)}, which stands at the target`], { hint }),
  );
  return [...incoming, ...blocked];
}

function isUnmovable(c: Pick<SourceCollection, 'kind' | 'options'>): boolean {
  return c.kind === 'timeseries' || parseExtendedJson(c.options).encryptedFields !== undefined;
}

const DATABASES_AT_ONCE = 8;

/** What the users have at the target. */
export async function standingAt(d: Deployment): Promise<Listed[]> {
  try {
    const listed = await inParallel(DATABASES_AT_ONCE, await listDatabases(d), (database) => listCollections(d, database));
    return listed.flat().filter((c) => !isSystemCollection(c.name) && !isOwnCollection(c.name) && c.name !== SYSTEM_JS);
  } catch (error) {
    throw engineError(error, 'for the collections of the target');
  }
}

/** One piece of work for each namespace that is restored, built under the name that `nameOf` gives. */
export function worksOf(
  { source, selection }: Pick<RestoreOptions, 'source' | 'selection'>,
  nameOf: (number: number, destination: Namespace) => string,
): StagingWork[] {
  return source.collections.flatMap((c, number) => {
    const destination = selection.target(c);
    if (!destination || c.name === SYSTEM_JS) return [];
    const { kind, options, indexes, expected } = c;
    return [{ source: number, destination, staging: nameOf(number, destination), kind, options, indexes, expected }];
  });
}

/** What the user should know of what is left out whatever the target can do. */
export function leftOut({ source, selection }: Pick<RestoreOptions, 'source' | 'selection'>): string[] {
  const left = source.collections.filter((c) => c.name === SYSTEM_JS && selection.target(c));
  return left.map((c) => `${namespaceText(c)} was not restored: servers let nobody rename it into place`);
}
