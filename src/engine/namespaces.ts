/** A collection or view by database and name. */
export interface Namespace {
  database: string;
  name: string;
}

export function namespaceText(namespace: Namespace): string {
  return `${namespace.database}.${namespace.name}`;
}

/** Databases that belong to the server: never read, never replaced. */
const SERVER_DATABASES = new Set(['admin', 'local', 'config']);

export function isServerDatabase(database: string): boolean {
  return SERVER_DATABASES.has(database);
}

/** Stored JavaScript functions. Servers let nobody rename it, so it cannot be staged. */
export const SYSTEM_JS = 'system.js';

/**
 * Collections that hold no user data of their own: `system.views` comes back with the views, `system.buckets.*` with the time series they are of,
 * `system.profile` is a log. Only `system.js` is users' own, as mongodump has it.
 */
export function isSystemCollection(name: string): boolean {
  return name.startsWith('system.') && name !== SYSTEM_JS;
}

/** Where collection number `n` of a restore job is built: short, since old servers allow 120 bytes for database and name. */
export function stagingName(jobId: string, attempt: number, n: number): string {
  return `lb_s_${jobId}_${attempt}_${n}`;
}

/** Which collection of the snapshot a staging name is for. */
export function stagingNumber(name: string): number {
  return Number(name.slice(name.lastIndexOf('_') + 1));
}

/** Where the collection that stood at the target waits until everything is replaced. */
export function asideName(jobId: string, n: number): string {
  return `lb_o_${jobId}_${n}`;
}

/** Whether a collection is a staging or an aside of some restore job: not users' data. */
export function isOwnCollection(name: string): boolean {
  return /^lb_(s_[0-9a-f]{24}_\d+|o_[0-9a-f]{24})_\d+$/.test(name);
}
