import { objectKind } from './object-keys.ts';

/** An object of the chunk index. */
export interface IndexedObject {
  objectKey: string;
  storedBytes: number;
  state: 'live' | 'condemned' | 'deleting';
}

export interface GarbagePlanInput {
  /** Snapshots that retention has given up. No new lease is given for them. */
  retired: readonly string[];
  /** Snapshots that somebody reads or may read: a download that has not expired, a restore that runs (G6). */
  leased: ReadonlySet<string>;
  /** Every object that a manifest names, retired and unleased snapshots aside: the manifest itself, its segments, its chunks. */
  used: ReadonlySet<string>;
  indexed: Iterable<IndexedObject>;
  /** What the store holds. */
  stored: ReadonlyMap<string, number>;
}

export interface PlannedObject {
  key: string;
  bytes: number;
}

/** What garbage collection would do, and why. Plain data: it is printed by `gc --dry-run`, and it is all that `gc-sweep.ts` acts on. */
export interface GarbagePlan {
  /** Retired snapshots: deleted, unless they are leased. */
  snapshots: { delete: string[]; held: string[] };
  /** Live chunks that no manifest uses: condemned now, deleted once every run that might still use them has ended. */
  condemn: PlannedObject[];
  /** Condemned chunks that no manifest uses, from an earlier collection: deleted under the same condition. */
  condemned: PlannedObject[];
  /** Condemned chunks that a manifest uses after all: live again. */
  revive: PlannedObject[];
  /** Chunks whose deletion was begun and not ended, by a collection that was stopped: deleted. */
  unfinished: PlannedObject[];
  /** Objects in the store that neither the index nor a manifest knows, left by runs that failed: deleted once every run that may have written them has ended. */
  orphans: PlannedObject[];
  /** Rows of the index whose object is not in the store and that no manifest uses: forgotten. */
  forget: string[];
  /** Used, but not in the store: damage, reported and never acted on. */
  missing: string[];
  /** Used and in the store, but not in the index: entered again by rebuilding the index. */
  unindexed: string[];
  /** Not the vault's: reported and never touched. */
  strangers: string[];
  kept: { objects: number; bytes: number };
}

/** Pure: the same input gives the same plan, and nothing is changed. */
export function planGarbage(o: GarbagePlanInput): GarbagePlan {
  const plan: GarbagePlan = {
    snapshots: {
      delete: o.retired.filter((id) => !o.leased.has(id)),
      held: o.retired.filter((id) => o.leased.has(id)),
    },
    condemn: [],
    condemned: [],
    revive: [],
    unfinished: [],
    orphans: [],
    forget: [],
    missing: [],
    unindexed: [],
    strangers: [],
    kept: { objects: 0, bytes: 0 },
  };
  const indexed = new Set<string>();
  for (const row of o.indexed) {
    indexed.add(row.objectKey);
    planRow(plan, row, o);
  }
  for (const [key, bytes] of o.stored) planStored(plan, { key, bytes }, o.used, indexed);
  for (const key of o.used) if (!o.stored.has(key)) plan.missing.push(key);
  return plan;
}

function planRow(plan: GarbagePlan, row: IndexedObject, { used, stored }: GarbagePlanInput): void {
  const planned = { key: row.objectKey, bytes: row.storedBytes };
  if (used.has(row.objectKey)) {
    // A used chunk in `deleting` is left alone: it was proven unused when it got there, so whatever uses it now is damage that `verify` reports.
    if (row.state === 'condemned') plan.revive.push(planned);
  } else if (row.state === 'deleting') plan.unfinished.push(planned);
  else if (!stored.has(row.objectKey)) plan.forget.push(row.objectKey);
  else if (row.state === 'condemned') plan.condemned.push(planned);
  else plan.condemn.push(planned);
}

function planStored(plan: GarbagePlan, object: PlannedObject, used: ReadonlySet<string>, indexed: ReadonlySet<string>): void {
  const kind = objectKind(object.key);
  if (kind === null) {
    plan.strangers.push(object.key);
    return;
  }
  const isUsed = kind === 'header' || used.has(object.key);
  if (isUsed) {
    plan.kept.objects += 1;
    plan.kept.bytes += object.bytes;
    if (kind === 'chunk' && !indexed.has(object.key)) plan.unindexed.push(object.key);
  } else if ((kind === 'chunk' && !indexed.has(object.key)) || kind === 'segment') {
    plan.orphans.push(object);
  }
}
