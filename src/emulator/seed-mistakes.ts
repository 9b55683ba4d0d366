import { calculateObjectSize, EJSON } from 'bson';
import { isClusterName } from '../backup/clusters.ts';
import { after } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { DURATION, parseDuration } from './duration.ts';
import { mistakeIn } from './fault-rule.ts';
import { isMoment, MOMENT, START } from './moment.ts';
import type { Mistake, Place } from './schema-mistake.ts';
import {
  agoOf,
  LINK_LIVES,
  organizationsOf,
  type PlacedProject,
  type Seed,
  type SeedCluster,
  type SeedRestore,
  type SeedSnapshot,
} from './seed-schema.ts';

/** What no schema can say of a seed; `now`: where the clock will stand, whatever the seed says. `null` when all is well. */
export function mistakeInSeed(seed: Seed, now: Date | null): Mistake | null {
  const said = seed.clock?.now ?? START;
  if (!isMoment(said)) return { place: ['clock', 'now'], expected: A_DATE };
  const found = new Mistakes(now ?? new Date(said));
  for (const word of ['organization', 'projects'] as const)
    found.look([word], seed[word], () => seed.organizations === undefined, 'organizations says it of all, and is there as well');
  const organizations = organizationsOf(seed);
  for (const [o, { name, projects, place }] of organizations.entries()) {
    const isFirst = () => organizations.findIndex((one) => one.name === name) === o;
    found.look([...place, 'name'], name, isFirst, 'another organization has that name');
    for (const p of projects.keys()) lookAtProject(found, projects, p);
  }
  for (const [n, rule] of (seed.faults ?? []).entries()) {
    const wrong = mistakeIn(rule);
    if (wrong) found.list.push({ place: ['faults', n, ...wrong.place], expected: wrong.expected });
  }
  return found.list[0] ?? null;
}

function lookAtProject(found: Mistakes, projects: readonly PlacedProject[], p: number): void {
  const { name, clusters, place } = projects[p]!;
  const isFirst = () => projects.findIndex((one) => one.name === name) === p;
  found.look([...place, 'name'], name, isFirst, 'another project has that name');
  for (const c of clusters.keys()) lookAtCluster(found, [...place, 'clusters', c], clusters, c);
  lookAtHolds(found, [...place, 'clusters'], clusters);
}

class Mistakes {
  readonly list: Mistake[] = [];
  readonly now: Date;

  constructor(now: Date) {
    this.now = now;
  }

  look<T>(place: Place, value: T | undefined, isRight: (value: T) => boolean, expected: string): void {
    if (value !== undefined && !isRight(value)) this.list.push({ place, expected });
  }

  /** When it was; `null` where that cannot be said, and a mistake was found. */
  momentOf(place: Place, item: SeedSnapshot | SeedRestore): Date | null {
    const { ago, at } = item;
    this.look([...place, 'at'], at, isMoment, A_DATE);
    this.#lookAtAgo([...place, 'ago'], ago);
    if (at !== undefined && ago !== undefined) this.list.push({ place, expected: 'ago or at says when it was, not both' });
    if (at === undefined) return this.ago(agoOf(item));
    if (!isMoment(at)) return null;
    const isPast = (value: string) => new Date(value) <= this.now;
    this.look([...place, 'at'], at, isPast, `a moment not after the clock's ${this.now.toISOString()} is expected`);
    return new Date(at);
  }

  createdAt(place: Place, { createdAgo }: SeedCluster): Date | null {
    this.#lookAtAgo([...place, 'createdAgo'], createdAgo);
    return createdAgo === undefined ? null : this.ago(createdAgo);
  }

  ago(duration: string | number): Date | null {
    const milliseconds = parseDuration(duration);
    return milliseconds === null ? null : after(this.now, -milliseconds);
  }

  #lookAtAgo(place: Place, duration: string | number | undefined): void {
    this.look(place, duration, (value) => parseDuration(value) !== null, `${DURATION} is expected`);
    this.look(place, duration, (value) => (this.ago(value)?.getTime() ?? 0) >= 0, 'a moment not before 1970 is expected');
  }
}

const A_DATE = `${MOMENT} is expected`;
const ONLY_FAILED = 'only what is FAILED has a reason';

function lookAtCluster(found: Mistakes, at: Place, clusters: readonly SeedCluster[], c: number): void {
  const cluster = clusters[c]!;
  const { name, snapshots = [], restores = [] } = cluster;
  found.look([...at, 'name'], name, isClusterName, '1 to 64 letters, digits and dashes, and no dash first, are expected');
  found.look(
    [...at, 'name'],
    name,
    () => clusters.findIndex((one) => one.name === name) === c,
    'another cluster of the project has that name',
  );
  const createdAt = found.createdAt(at, cluster);
  lookAtDocuments(found, [...at, 'documents'], cluster.documents);
  for (const [n, item] of snapshots.entries()) {
    const place = [...at, 'snapshots', n];
    const isFirst = (own: string) => snapshots.findIndex((snapshot) => snapshot.name === own) === n;
    found.look([...place, 'name'], item.name, isFirst, 'another snapshot of the cluster has that name');
    found.look(place, item, ({ ago, at: moment }) => ago !== undefined || moment !== undefined, 'ago or at says when it was taken');
    lookWhetherThere(found, placeOfTime(place, item), found.momentOf(place, item), createdAt, 'the cluster');
    found.look([...place, 'reason'], item.reason, () => item.status === 'FAILED', ONLY_FAILED);
    lookAtDocuments(found, [...place, 'documents'], item.documents);
  }
  for (const n of restores.keys()) lookAtRestore(found, [...at, 'restores', n], clusters, cluster, n);
}

function lookAtRestore(found: Mistakes, place: Place, clusters: readonly SeedCluster[], cluster: SeedCluster, n: number): void {
  const item = cluster.restores![n]!;
  const moment = found.momentOf(place, item);
  const snapshot = cluster.snapshots?.find((one) => one.name === item.snapshot && (one.status ?? 'COMPLETED') === 'COMPLETED');
  const isKnown = () => snapshot !== undefined;
  found.look([...place, 'snapshot'], item.snapshot, isKnown, 'the name of a snapshot of this cluster that is COMPLETED is expected');
  const target = clusters.find((one) => one.name === (item.target ?? cluster.name));
  found.look([...place, 'target'], item.target, () => target !== undefined, 'the name of a cluster of this project is expected');
  found.look([...place, 'reason'], item.reason, () => item.status === 'FAILED', ONLY_FAILED);
  found.look([...place, 'expired'], item.expired, () => item.download === true, 'only a link, with download: true, can be expired');
  if (item.download) {
    const isOver = () => !item.expired || !moment || moment <= found.ago(LINK_LIVES)!;
    found.look(placeOfTime(place, item), item, isOver, `a link lives ${LINK_LIVES}: one that has expired was made before`);
    found.look([...place, 'target'], item.target, () => false, 'a link has no target');
    found.look([...place, 'status'], item.status, (status) => status === 'COMPLETED', 'a link is COMPLETED');
  }
  if (!snapshot || !target || !moment) return;
  // What is wrong with them is said of them.
  const elsewhere = new Mistakes(found.now);
  const taken = elsewhere.momentOf([], snapshot);
  const expected = `a moment not before its snapshot, which is of ${taken?.toISOString()}, is expected`;
  found.look(placeOfTime(place, item), item, () => !taken || moment >= taken, expected);
  if (!item.download) lookWhetherThere(found, placeOfTime(place, item), moment, elsewhere.createdAt([], target), 'its target');
}

/** The line that says when. */
function placeOfTime(place: Place, { ago, at }: SeedSnapshot | SeedRestore): Place {
  return [...place, ...(at !== undefined ? ['at'] : ago !== undefined ? ['ago'] : [])];
}

function lookWhetherThere(found: Mistakes, place: Place, moment: Date | null, createdAt: Date | null, what: string): void {
  const isThere = () => !moment || !createdAt || moment >= createdAt;
  found.look(place, place, isThere, `a moment not before ${what} was created, at ${createdAt?.toISOString()}, is expected`);
}

const A_SNAPSHOT = 'a snapshot of the cluster is under way, and stays so';
const A_RESTORE = 'one restore into a cluster may be under way, and another one is';

/** What stays under way keeps its cluster from others for ever: a restore its target. */
function lookAtHolds(found: Mistakes, at: Place, clusters: readonly SeedCluster[]): void {
  const elsewhere = new Mistakes(found.now);
  const works = clusters.flatMap(({ name, snapshots = [], restores = [] }, c) => [
    ...snapshots.map((one, n) => ({ one, what: A_SNAPSHOT, place: [...at, c, 'snapshots', n], on: name, order: 0 })),
    ...restores
      .map((one, n) => ({ one, what: A_RESTORE, place: [...at, c, 'restores', n], on: one.target ?? name, order: 1 }))
      .filter(({ one }) => !one.download),
  ]);
  const timed = works.map((work) => ({ ...work, moment: elsewhere.momentOf([], work.one)?.getTime() ?? 0 }));
  const held = new Map<string, string>();
  for (const { one, what, place, on } of timed.sort((a, b) => a.moment - b.moment || a.order - b.order)) {
    found.look(place, one, () => !held.has(on), `${held.get(on)}: nothing else is done with ${on} then`);
    if (one.status === 'PENDING' || one.status === 'RUNNING') held.set(on, what);
  }
}

const LARGEST_DOCUMENT = 16 * 1024 * 1024;

function lookAtDocuments(found: Mistakes, at: Place, documents: SeedCluster['documents']): void {
  for (const [collection, list] of Object.entries(documents ?? {})) {
    const isName = (name: string) => /^(?!system\.)[^$\0]{1,200}$/.test(name);
    found.look([...at, collection], collection, isName, 'a name of a collection without $ that does not begin with system. is expected');
    const ids = new Set<string>();
    for (const [n, document] of list.entries()) {
      const place = [...at, collection, n];
      const { id, mistake } = readDocument(document);
      if (mistake !== null) found.list.push({ place, expected: mistake });
      if (id === null) continue;
      found.look(place, id, () => !ids.has(id), `another document of ${collection} has the _id ${id.slice(0, 100)}`);
      ids.add(id);
    }
  }
}

/** Its `_id` as text, where it has one, and what MongoDB would not take of it. */
function readDocument(document: object): { id: string | null; mistake: string | null } {
  try {
    const read = EJSON.deserialize(document);
    const text = EJSON.stringify(read, { relaxed: false });
    if (/"\$date":\{"\$numberLong":"NaN"\}/.test(text)) return { id: null, mistake: 'a date is expected in $date' };
    if (calculateObjectSize(read) > LARGEST_DOCUMENT) return { id: null, mistake: 'a document has 16 MiB at most' };
    return { id: '_id' in read ? EJSON.stringify(read._id, { relaxed: false }) : null, mistake: null };
  } catch (error) {
    return { id: null, mistake: messageOf(error) };
  }
}
