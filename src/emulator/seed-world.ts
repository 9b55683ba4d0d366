import type { MongoClient } from 'mongodb';
import type { KeyPair } from '../backup/api-keys.ts';
import type { FirstSetUp } from '../backup/setup.ts';
import { after } from '../clock.ts';
import { Problem } from '../errors.ts';
import type { Id } from '../ids.ts';
import { parseDuration } from './duration.ts';
import type { EmulatorClock } from './emulator-clock.ts';
import type { Faults } from './faults.ts';
import type { OrganizationIdentity } from './identity.ts';
import type { SeedFile } from './read-seed.ts';
import type { Place } from './schema-mistake.ts';
import {
  agoOf,
  organizationsOf,
  type PlacedOrganization,
  type PlacedProject,
  type Seed,
  type SeedCluster,
  type SeedRestore,
  type SeedSnapshot,
} from './seed-schema.ts';
import { Seeding } from './seeding.ts';
import type { World } from './world.ts';

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

interface Beginning {
  /** What the world has already: the first organization, with its project. */
  first: FirstSetUp;
  /** Of each organization. */
  keys: readonly KeyPair[];
}

/** What the seed declares, really done, at the times that it says: the clock goes from one to the next, and stands at `now` at the end. */
export async function seedWorld(
  { seed, refusal }: SeedFile,
  o: { world: World; clock: EmulatorClock; mongo: MongoClient; faults: Faults; now: Date } & Beginning,
): Promise<OrganizationIdentity[]> {
  const seeding = new Seeding(o);
  const done: Done = (place, work) =>
    work.catch((error) => Promise.reject(error instanceof Problem ? refusal(place, error.message) : error));
  const organizations: OrganizationIdentity[] = [];
  for (const [n, organization] of organizationsOf(seed).entries())
    organizations.push(await seedOrganization(seeding, organization, o.keys[n]!, n === 0 ? o.first : null, done));
  for (const step of steps(seed, o.now, seeding)) {
    o.clock.set(step.at);
    await done(step.place, step.run());
  }
  o.clock.set(o.now);
  for (const project of projectsOf(seed))
    for (const [c, cluster] of project.clusters.entries())
      await done([...project.place, 'clusters', c, 'documents'], seeding.fill(project, cluster.name, cluster.documents ?? {}));
  return organizations;
}

/** What goes wrong is said of a place in the seed. */
type Done = <T>(place: Place, work: Promise<T>) => Promise<T>;

/** `there`: the one that the world has, and its project. */
async function seedOrganization(
  seeding: Seeding,
  { name, projects, place }: PlacedOrganization,
  key: KeyPair,
  there: FirstSetUp | null,
  done: Done,
): Promise<OrganizationIdentity> {
  const orgId = there?.organizationId ?? (await done(place, seeding.createOrganization(name, key)));
  const ids = new Map<string, Id>(there && projects.length === 0 ? [[FIRST_PROJECT, there.projectId]] : []);
  for (const [p, project] of projects.entries()) {
    const isThere = there !== null && p === 0;
    const id = isThere ? seeding.adopt(project, there.projectId) : await done(project.place, seeding.createProject(orgId, project));
    ids.set(project.name, id);
  }
  return { name, orgId, projects: Object.fromEntries(ids), publicKey: key.publicKey, privateKey: key.privateKey };
}

/** As what the world has before anything is seeded. */
export function firstNames(seed: Seed): { organizationName: string; projectName: string } {
  const { name, projects } = organizationsOf(seed)[0]!;
  return { organizationName: name, projectName: projects[0]?.name ?? FIRST_PROJECT };
}

const FIRST_PROJECT = 'Project';

const projectsOf = (seed: Seed) => organizationsOf(seed).flatMap(({ projects }) => projects);

function steps(seed: Seed, now: Date, seeding: Seeding | null): Step[] {
  const all = projectsOf(seed).flatMap((project) => {
    const { clusters } = project;
    const into = (cluster: SeedCluster) =>
      clusters.flatMap(({ restores = [] }) => restores.filter(({ target }) => target === cluster.name));
    return clusters.flatMap((cluster, c) => stepsOf(project, cluster, [...project.place, 'clusters', c], into(cluster), now, seeding));
  });
  return all.sort((a, b) => a.at.getTime() - b.at.getTime() || a.order - b.order);
}

/** `into`: the restores of other clusters that it is the target of. It is there before all that is done with it. */
function stepsOf(
  project: PlacedProject,
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

function momentOf(item: SeedSnapshot | SeedRestore, now: Date): Date {
  return item.at === undefined ? after(now, -parseDuration(agoOf(item))!) : new Date(item.at);
}
