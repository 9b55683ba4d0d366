import { EJSON } from 'bson';
import type { MongoClient } from 'mongodb';
import type { KeyPair } from '../backup/api-keys.ts';
import type { Caller } from '../backup/caller.ts';
import type { Tier } from '../backup/cluster.ts';
import { insertOrganization } from '../db/organizations.ts';
import { Problem } from '../errors.ts';
import { type Id, newId } from '../ids.ts';
import type { JobFault } from './fault-rule.ts';
import type { Faults } from './faults.ts';
import type { PlacedProject, SeedCluster, SeedRestore, SeedSnapshot } from './seed-schema.ts';
import type { World } from './world.ts';

/** What waits for so long waits for ever: the clock never gets there. */
const FOR_EVER = '36500d';

const OWNER = (organizationId: Id): Caller => ({
  kind: 'api-key',
  id: '0'.repeat(24),
  name: 'seed',
  address: 'unknown',
  organizationId,
  grants: [{ roleName: 'ORG_OWNER', organizationId, projectId: null }],
});

interface SeedingParts {
  world: World;
  mongo: MongoClient;
  faults: Faults;
}

/** Makes what a seed declares, one thing at a time, at the time of the clock. */
export class Seeding {
  readonly #o: SeedingParts;
  /** By the keys of the projects. */
  readonly #projects = new Map<string, Id>();
  readonly #databases = new Map<string, string>();
  readonly #snapshots = new Map<string, Id>();

  constructor(o: SeedingParts) {
    this.#o = o;
  }

  /** With its key, which is an owner's. */
  async createOrganization(name: string, pair: KeyPair): Promise<Id> {
    const { db, apiKeys, clock } = this.#o.world.foundation;
    const createdAt = clock.now();
    const organizationId = newId(createdAt);
    await insertOrganization(db, { id: organizationId, name, createdAt });
    await apiKeys.create({ organizationId, description: 'Made by the seed', grants: [...OWNER(organizationId).grants], pair });
    return organizationId;
  }

  async createProject(organizationId: Id, project: PlacedProject): Promise<Id> {
    const { name } = project;
    const { id } = await this.#o.world.services.projects.create({ organizationId, name, tags: [] }, OWNER(organizationId));
    return this.adopt(project, id);
  }

  /** One that is there. */
  adopt({ key }: PlacedProject, id: Id): Id {
    this.#projects.set(key, id);
    return id;
  }

  async create(project: PlacedProject, { name, tier = 'FLEX' }: SeedCluster): Promise<void> {
    const settings = { tier: tier as Tier, tags: [], terminationProtection: false, backingProvider: 'AWS' as const, region: 'US_EAST_1' };
    const { database } = await this.#o.world.services.provisioning.create({ projectId: this.#idOf(project), name, ...settings });
    this.#databases.set(`${project.key}/${name}`, database!);
  }

  /** The cluster holds these documents and nothing else. */
  async fill({ key }: PlacedProject, cluster: string, documents: Readonly<Record<string, readonly object[]>>): Promise<void> {
    const db = this.#o.mongo.db(this.#databases.get(`${key}/${cluster}`)!);
    await db.dropDatabase();
    for (const [collection, list] of Object.entries(documents)) {
      if (list.length === 0) await db.createCollection(collection);
      else await db.collection(collection).insertMany(list.map((document) => EJSON.deserialize(document)));
    }
  }

  async take(project: PlacedProject, { name, documents }: SeedCluster, snapshot: SeedSnapshot): Promise<void> {
    const { snapshots } = this.#o.world.services;
    await this.fill(project, name, snapshot.documents ?? documents ?? {});
    this.#decide('snapshot', snapshot);
    const { id } = await snapshots.take(this.#idOf(project), name, { description: snapshot.description });
    await this.#settled();
    checkOutcome(snapshot, `the snapshot ${snapshot.name ?? id} of the seed`, await snapshots.get(this.#idOf(project), name, id));
    if (snapshot.name !== undefined) this.#snapshots.set(`${project.key}/${name}/${snapshot.name}`, id);
  }

  async restore(project: PlacedProject, { name }: SeedCluster, restore: SeedRestore): Promise<void> {
    const { restores } = this.#o.world.services;
    const [projectId, snapshotId] = [this.#idOf(project), this.#snapshots.get(`${project.key}/${name}/${restore.snapshot}`)!];
    if (restore.download) return void (await restores.startDownload({ projectId, clusterName: name, snapshotId }));
    this.#decide('restore', restore);
    const { id } = await restores.start({ projectId, clusterName: name, snapshotId, targetClusterName: restore.target ?? name });
    await this.#settled();
    checkOutcome(restore, `the restore of ${restore.snapshot} of the seed`, await restores.get(projectId, name, id));
  }

  #decide(kind: 'snapshot' | 'restore', { status = 'COMPLETED', reason }: SeedSnapshot | SeedRestore): void {
    const outcome = OUTCOMES[status](reason);
    if (outcome) this.#o.faults.once(kind, outcome);
  }

  async #settled(): Promise<void> {
    const left = await this.#o.world.settle();
    if (left !== null) throw new Problem('work-under-way', [left]);
  }

  #idOf({ key }: PlacedProject): Id {
    return this.#projects.get(key)!;
  }
}

/** A job has become what the seed says, or why not is said. */
function checkOutcome(
  { status = 'COMPLETED' }: SeedSnapshot | SeedRestore,
  what: string,
  made: { status: string; failure: object | null },
): void {
  if (made.status !== status)
    throw new Problem('mongodb-failed', [what, made.failure ? JSON.stringify(made.failure) : `it is ${made.status}`]);
}

const OUTCOMES: Readonly<Record<NonNullable<SeedRestore['status']>, (reason?: string) => JobFault['outcome'] | null>> = {
  PENDING: () => ({ pending: FOR_EVER }),
  RUNNING: () => ({ running: FOR_EVER }),
  COMPLETED: () => null,
  FAILED: (reason) => ({ failAt: 0, reason: reason ?? 'The seed says so.' }),
};
