import type { Document } from 'mongodb';
import { inParallel } from '../in-parallel.ts';
import { type Listed, listCollections, listDatabases } from './catalog.ts';
import { type Foreseen, foreseeConsistency } from './consistency.ts';
import { databaseOf } from './databases.ts';
import type { Deployment } from './deployment.ts';
import { CODES, hasCode } from './errors.ts';
import { isOwnCollection, isSystemCollection } from './namespaces.ts';

/** What can be told of a deployment before any work is done with it. */
export interface Inspection {
  /** What a snapshot would be a picture of. */
  consistency: Foreseen;
  /** In words, each with what it is needed for. */
  missingRights: string[];
  databases: number;
}

/** A sample tells: who may read one database may mostly read all, and a server may have thousands. */
const MOST_LOOKED_INTO = 25;
const AT_ONCE = 8;

/** Looks at what a snapshot needs, by doing a little of it; writes nothing. */
export async function inspectDeployment(d: Deployment): Promise<Inspection> {
  const missing: string[] = [];
  const databases = await listDatabases(d).catch((error) => {
    missing.push(rightMissing(error, 'listDatabases', 'needed for snapshots'));
    return [];
  });
  const looked = await inParallel(AT_ONCE, databases.slice(0, MOST_LOOKED_INTO), (database) => look(d, database));
  missing.push(...looked.flatMap((found) => found.missing));
  const sample = looked.flatMap(({ collection }) => collection ?? []);
  const consistency = await foreseeConsistency(d, sample);
  if (consistency.lacks) missing.push(`${consistency.lacks}: needed to prove a snapshot of any size quiesced`);
  missing.push(...(await missingToRestore(d)));
  return { consistency, missingRights: missing, databases: databases.length };
}

async function look(d: Deployment, database: string): Promise<{ missing: string[]; collection?: Listed }> {
  let listed: Listed[];
  try {
    listed = await listCollections(d, database);
  } catch (error) {
    return { missing: [rightMissing(error, `listCollections on ${database}`, 'needed for snapshots')] };
  }
  const collection = listed.find((c) => c.kind === 'collection' && !isSystemCollection(c.name) && !isOwnCollection(c.name));
  if (!collection) return { missing: [] };
  try {
    await databaseOf(d.client, database).command({
      find: collection.name,
      filter: {},
      limit: 1,
      singleBatch: true,
      projection: { _id: 1 },
    });
    return { missing: [], collection };
  } catch (error) {
    return { missing: [rightMissing(error, `find on ${database}.${collection.name}`, 'needed for snapshots')], collection };
  }
}

/** What else goes wrong than a right that is missing is no matter of rights, and thrown. */
function rightMissing(error: unknown, right: string, what: string): string {
  if (!hasCode(error, CODES.unauthorized)) throw error;
  return `${right}: ${what}`;
}

/** docs/deployments.md */
const TO_RESTORE = [
  'createCollection',
  'insert',
  'createIndex',
  'dropCollection',
  'renameCollectionSameDB',
  'collMod',
  'bypassDocumentValidation',
];

/** What the user has on no database at all; nothing where the server asks for no user, or does not tell. */
async function missingToRestore(d: Deployment): Promise<string[]> {
  const status: Document | null = await d.client
    .db('admin')
    .command({ connectionStatus: 1, showPrivileges: true })
    .catch(() => null);
  const { authenticatedUsers, authenticatedUserPrivileges } = status?.authInfo ?? {};
  if (!authenticatedUsers?.length || !Array.isArray(authenticatedUserPrivileges)) return [];
  const has = new Set(authenticatedUserPrivileges.flatMap((privilege: Document) => privilege.actions ?? []));
  const missing = has.has('anyAction') ? [] : TO_RESTORE.filter((action) => !has.has(action));
  return missing.length > 0 ? [`${missing.join(', ')}: needed for restores into it, and for drills on it`] : [];
}
