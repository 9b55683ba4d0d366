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
import type { SeedFile } from './read-seed.ts';
import type { Place } from './schema-mistake.ts';
import type { Seed, SeedCluster, SeedRestore, SeedSnapshot } from './seed-schema.ts';
import type { World } from './world.ts';

/** What waits for so long waits for ever: the clock never gets there. */
const FOR_EVER = '36500d';

interface Step {
  at: Date;
  /** In the seed. */
  place: Place;
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
  { seed, refusal }: SeedFile,
  o: { world: World; clock: EmulatorClock; mongo: MongoClient; faults: Faults; now: Date; organizationId: Id; projectId: Id },
): Promise<Record<string, Id>> {
  const projects = new Map<string, Id>();
  const seeding = new Seeding({ ...o, projects });
  const done = async (place: Place, work: Promise<unknown>) => {
    await work.catch((error) => Promise.reject(error instanceof Problem ? refusal(place, error.message) : error));
  };
  for (const [n, { name }] of (seed.projects ?? []).entries()) {
    if (n === 0) projects.set(name, o.projectId);
    else await done(['projects', n], seeding.createProject(o.organizationId, name));
  }
  for (const step of steps(seed, o.now, seeding)) {
    o.clock.set(step.at);
    await done(step.place, step.run());
  }
  o.clock.set(o.now);
  for (const [p, { name, clusters = [] }] of (seed.projects ?? []).entries())
    for (const [c, cluster] of clusters.entries())
      await done(['projects', p, 'clusters', c, 'documents'], seeding.fill(name, cluster.name, cluster.documents ?? {}));
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
  const all = (seed.projects ?? []).flatMap(({ name, clusters = [] }, p) => {
    const into = (cluster: SeedCluster) =>
      clusters.flatMap(({ restores = [] }) => restores.filter(({ target }) => target === cluster.name));
    return clusters.flatMap((cluster, c) => stepsOf(name, cluster, ['projects', p, 'clusters', c], into(cluster), now, seeding));
  });
  return all.sort((a, b) => a.at.getTime() - b.at.getTime() || a.order - b.order);
}

/** `into`: the restores of other clusters that it is the target of. It is there before all that is done with it. */
function stepsOf(
  project: string,
  cluster: SeedCluster,
  place: Place,
  into: readonly SeedRestore[],
  now: Date,
  seeding: Seeding | null,
): Step[] {
  const { createdAgo, snapshots = [], restores = [] } = cluster;
  const later: Step[] = [
    ...snapshots.map((one, n) => {
      const run = async () => seeding!.take(project, cluster, one);
      return { at: momentOf(one, now), place: [...place, 'snapshots', n], order: 1, run };
    }),
    ...restores.map((one, n) => {
      const run = async () => seeding!.restore(project, cluster, one);
      return { at: momentOf(one, now), place: [...place, 'restores', n], order: 2, run };
    }),
  ];
  const created = createdAgo === undefined ? now : after(now, -parseDuration(createdAgo)!);
  const at = [...later.map((step) => step.at), ...into.map((one) => momentOf(one, now))].reduce(earlier, created);
  return [{ at, place, order: 0, run: async () => seeding!.create(project, cluster) }, ...later];
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}

function momentOf({ ago, at }: SeedSnapshot | SeedRestore, now: Date): Date {
  return at === undefined ? after(now, -parseDuration(ago ?? 0)!) : new Date(at);
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

  async createProject(organizationId: Id, name: string): Promise<void> {
    const { id } = await this.#o.world.services.projects.create({ organizationId, name, tags: [] }, OWNER(organizationId));
    this.#o.projects.set(name, id);
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
    await this.#settled();
    const { status, failure } = await world.services.snapshots.get(this.#project(project), name, id);
    if (status !== (snapshot.status ?? 'COMPLETED'))
      throw new Problem('mongodb-failed', [`the snapshot ${snapshot.name ?? id} of the seed`, JSON.stringify(failure)]);
    if (snapshot.name !== undefined) this.#snapshots.set(`${project}/${name}/${snapshot.name}`, id);
  }

  async restore(project: string, { name }: SeedCluster, restore: SeedRestore): Promise<void> {
    const { world, faults } = this.#o;
    const [projectId, snapshotId] = [this.#project(project), this.#snapshots.get(`${project}/${name}/${restore.snapshot}`)!];
    if (restore.download) return void (await world.services.restores.startDownload({ projectId, clusterName: name, snapshotId }));
    const outcome = OUTCOMES[restore.status ?? 'COMPLETED']!(restore.reason);
    if (outcome) faults.once('restore', outcome);
    await world.services.restores.start({ projectId, clusterName: name, snapshotId, targetClusterName: restore.target ?? name });
    await this.#settled();
  }

  async #settled(): Promise<void> {
    const left = await this.#o.world.settle();
    if (left !== null) throw new Problem('work-under-way', [left]);
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
