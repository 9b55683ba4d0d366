import { EJSON } from 'bson';
import type { MongoClient } from 'mongodb';
import type { Caller } from '../backup/caller.ts';
import type { Tier } from '../backup/cluster.ts';
import { after } from '../clock.ts';
import { Problem } from '../errors.ts';
import type { Id } from '../ids.ts';
import { parseDuration } from './duration.ts';
import type { EmulatorClock } from './emulator-clock.ts';
import type { JobFault } from './fault-rule.ts';
import type { Faults } from './faults.ts';
import type { Seed, SeedCluster, SeedRestore, SeedSnapshot } from './seed-schema.ts';
import type { World } from './world.ts';

/** What waits for so long waits for ever: the clock never gets there. */
const FOR_EVER = '36500d';

interface Step {
  at: Date;
  /** Of what is seeded for one moment: clusters, then their snapshots, then restores. */
  order: number;
  run: () => Promise<void>;
}

/** Where a seed's clock begins. */
export function beginOf(seed: Seed, now: Date): Date {
  return steps(seed, now, null).reduce((first, { at }) => earlier(at, first), now);
}

/** What the seed declares, really done, at the times that it says: the clock goes from one to the next, and stands at `now` at the end. */
export async function seedWorld(
  seed: Seed,
  o: { world: World; clock: EmulatorClock; mongo: MongoClient; faults: Faults; now: Date; organizationId: Id; projectId: Id },
): Promise<Record<string, Id>> {
  const projects = new Map<string, Id>();
  for (const [n, { name }] of (seed.projects ?? []).entries()) {
    if (n === 0) projects.set(name, o.projectId);
    else
      projects.set(
        name,
        (await o.world.services.projects.create({ organizationId: o.organizationId, name, tags: [] }, OWNER(o.organizationId))).id,
      );
  }
  const seeding = new Seeding({ ...o, projects });
  for (const step of steps(seed, o.now, seeding)) {
    o.clock.set(step.at);
    await step.run();
  }
  o.clock.set(o.now);
  for (const { name, clusters = [] } of seed.projects ?? [])
    for (const cluster of clusters) await seeding.fill(name, cluster.name, cluster.documents ?? {});
  return Object.fromEntries(projects.size > 0 ? projects : [['Project', o.projectId]]);
}

const OWNER = (organizationId: Id): Caller => ({
  kind: 'api-key',
  id: '0'.repeat(24),
  name: 'seed',
  address: 'unknown',
  organizationId,
  grants: [{ roleName: 'ORG_OWNER', organizationId, projectId: null }],
});

function steps(seed: Seed, now: Date, seeding: Seeding | null): Step[] {
  const all = (seed.projects ?? []).flatMap(({ name, clusters = [] }) => {
    const into = (cluster: SeedCluster) =>
      clusters.flatMap(({ restores = [] }) => restores.filter(({ target }) => target === cluster.name));
    return clusters.flatMap((cluster) => stepsOf(name, cluster, into(cluster), now, seeding));
  });
  return all.sort((a, b) => a.at.getTime() - b.at.getTime() || a.order - b.order);
}

/** `into`: the restores of other clusters that it is the target of. It is there before all that is done with it. */
function stepsOf(project: string, cluster: SeedCluster, into: readonly SeedRestore[], now: Date, seeding: Seeding | null): Step[] {
  const { createdAgo, snapshots = [], restores = [] } = cluster;
  const later: Step[] = [
    ...snapshots.map((one) => ({ at: momentOf(one, now), order: 1, run: async () => seeding!.take(project, cluster, one) })),
    ...restores.map((one) => ({ at: momentOf(one, now), order: 2, run: async () => seeding!.restore(project, cluster, one) })),
  ];
  const created = createdAgo === undefined ? now : after(now, -parseDuration(createdAgo)!);
  const at = [...later.map((step) => step.at), ...into.map((one) => momentOf(one, now))].reduce(earlier, created);
  return [{ at, order: 0, run: async () => seeding!.create(project, cluster) }, ...later];
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}

function momentOf({ ago, at }: SeedSnapshot | SeedRestore, now: Date): Date {
  const moment = at === undefined ? after(now, -(parseDuration(ago ?? 0) ?? 0)) : new Date(at);
  if (moment > now) throw new Problem('invalid-value', ['at', `${moment.toISOString()} is later than the clock's ${now.toISOString()}`]);
  return moment;
}

interface SeedingParts {
  world: World;
  mongo: MongoClient;
  faults: Faults;
  projects: Map<string, Id>;
}

class Seeding {
  readonly #o: SeedingParts;
  readonly #databases = new Map<string, string>();
  readonly #snapshots = new Map<string, Id>();

  constructor(o: SeedingParts) {
    this.#o = o;
  }

  async create(project: string, { name, tier = 'FLEX' }: SeedCluster): Promise<void> {
    const settings = { tier: tier as Tier, tags: [], terminationProtection: false, backingProvider: 'AWS' as const, region: 'US_EAST_1' };
    const { database } = await this.#o.world.services.provisioning.create({ projectId: this.#project(project), name, ...settings });
    this.#databases.set(`${project}/${name}`, database!);
  }

  /** The cluster holds these documents and nothing else. */
  async fill(project: string, cluster: string, documents: Readonly<Record<string, readonly object[]>>): Promise<void> {
    const db = this.#o.mongo.db(this.#databases.get(`${project}/${cluster}`)!);
    await db.dropDatabase();
    for (const [collection, list] of Object.entries(documents)) {
      if (list.length === 0) await db.createCollection(collection);
      else await db.collection(collection).insertMany(list.map((document) => EJSON.deserialize(document)));
    }
  }

  async take(project: string, { name, documents }: SeedCluster, snapshot: SeedSnapshot): Promise<void> {
    const { world, faults } = this.#o;
    await this.fill(project, name, snapshot.documents ?? documents ?? {});
    if (snapshot.status === 'FAILED') faults.once('snapshot', failed(snapshot.reason));
    const { id } = await world.services.snapshots.take(this.#project(project), name, { description: snapshot.description });
    await world.settle();
    const { status, failure } = await world.services.snapshots.get(this.#project(project), name, id);
    if (status !== (snapshot.status ?? 'COMPLETED'))
      throw new Problem('mongodb-failed', [`the snapshot ${snapshot.name ?? id} of the seed`, JSON.stringify(failure)]);
    if (snapshot.name !== undefined) this.#snapshots.set(`${project}/${name}/${snapshot.name}`, id);
  }

  async restore(project: string, { name }: SeedCluster, restore: SeedRestore): Promise<void> {
    const { world, faults } = this.#o;
    const [projectId, snapshotId] = [this.#project(project), this.#snapshots.get(`${project}/${name}/${restore.snapshot}`)!];
    if (snapshotId === undefined)
      throw new Problem('invalid-value', ['restores', `the snapshot ${restore.snapshot} was taken later than it is restored`]);
    if (restore.download) return void (await world.services.restores.startDownload({ projectId, clusterName: name, snapshotId }));
    const outcome = OUTCOMES[restore.status ?? 'COMPLETED']!(restore.reason);
    if (outcome) faults.once('restore', outcome);
    await world.services.restores.start({ projectId, clusterName: name, snapshotId, targetClusterName: restore.target ?? name });
    await world.settle();
  }

  #project(name: string): Id {
    return this.#o.projects.get(name)!;
  }
}

const failed = (reason?: string): JobFault['outcome'] => ({ failAt: 0, reason: reason ?? 'The seed says so.' });

const OUTCOMES: Readonly<Record<string, (reason?: string) => JobFault['outcome'] | null>> = {
  PENDING: () => ({ pending: FOR_EVER }),
  RUNNING: () => ({ running: FOR_EVER }),
  COMPLETED: () => null,
  FAILED: failed,
};
