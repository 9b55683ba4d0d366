import Value from 'typebox/value';
import { LineCounter, type Node, parseDocument } from 'yaml';
import { messageOf, Problem } from '../errors.ts';
import { DURATION, parseDuration } from './duration.ts';
import { mistakeIn } from './fault-rule.ts';
import { isMoment, MOMENT } from './moment.ts';
import { Seed, type SeedCluster, type SeedRestore, type SeedSnapshot } from './seed-schema.ts';

/** Reads a seed, YAML or JSON. Throws `bad-seed` with the line and what was expected there. */
export function readSeed(text: string, file: string): Seed {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (place: readonly (string | number)[]): number => {
    // What is missing has no line of its own: that of what lacks it has.
    for (let length = place.length; length >= 0; length -= 1) {
      const node = document.getIn(place.slice(0, length), true) as Node | undefined;
      if (node?.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const refuse = (line: number, expected: string) => new Problem('bad-seed', [file, line, expected]);
  const [error] = document.errors;
  if (error) throw refuse(lines.linePos(error.pos[0]).line, error.message.split('\n', 1)[0]!);
  let seed: unknown;
  try {
    seed = document.toJS({ maxAliasCount: 100 });
  } catch (failure) {
    throw refuse(1, messageOf(failure));
  }
  if (seed === null) seed = {};
  if (!Value.Check(Seed, seed)) {
    const mistake = deepest([...Value.Errors(Seed, seed)] as SchemaError[]);
    const place = placeOf(mistake);
    throw refuse(lineOf(place), `${place.join('.') || 'the seed'}: ${expectation(mistake)}`);
  }
  const wrong = mistakes(seed as Seed)[0];
  if (wrong) throw refuse(lineOf(wrong.place), `${wrong.place.join('.')}: ${wrong.expected}`);
  return seed as Seed;
}

interface SchemaError {
  keyword: string;
  instancePath: string;
  params: Record<string, unknown>;
  message: string;
}

/** Of a choice, the alternative that went farthest is the one that was meant; of one place, a word that is not known says more than one that is missing. */
function deepest(errors: SchemaError[]): SchemaError {
  const worth = (error: SchemaError) => 2 * placeOf(error).length + (error.keyword === 'additionalProperties' ? 1 : 0);
  const named = errors.filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'boolean');
  const all = named.length > 0 ? named : errors;
  return all.reduce((best, error) => (worth(error) > worth(best) ? error : best));
}

/** Of a word that is not known, its own. */
function placeOf({ keyword, instancePath, params }: SchemaError): Place {
  const path = instancePath.split('/').slice(1);
  const place = path.map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
  return keyword === 'additionalProperties' ? [...place, (params.additionalProperties as string[])[0]!] : place;
}

function expectation({ keyword, params, message }: SchemaError): string {
  if (keyword === 'additionalProperties') return `${(params.additionalProperties as string[])[0]} is not known here`;
  if (keyword === 'required') return `${(params.requiredProperties as string[])[0]} is missing`;
  if (keyword === 'type') return `${String(params.type)} is expected`;
  if (keyword === 'const') return `${JSON.stringify(params.allowedValue)} is expected`;
  return message;
}

interface Mistake {
  place: (string | number)[];
  expected: string;
}

type Place = (string | number)[];

/** What no schema can say. */
function mistakes(seed: Seed): Mistake[] {
  const found = new Mistakes();
  found.look(['clock', 'now'], seed.clock?.now, isMoment, A_DATE);
  const projects = seed.projects ?? [];
  for (const [p, { name, clusters = [] }] of projects.entries()) {
    const isFirst = () => projects.findIndex((one) => one.name === name) === p;
    found.look(['projects', p, 'name'], name, isFirst, 'another project has that name');
    const names = clusters.map((cluster) => cluster.name);
    for (const [c, cluster] of clusters.entries()) lookAtCluster(found, ['projects', p, 'clusters', c], cluster, names, c);
  }
  for (const [n, rule] of (seed.faults ?? []).entries()) {
    const wrong = mistakeIn(rule);
    if (wrong) found.list.push({ place: ['faults', n, ...wrong.place], expected: wrong.expected });
  }
  return found.list;
}

class Mistakes {
  readonly list: Mistake[] = [];

  look<T>(place: Place, value: T | undefined, isRight: (value: T) => boolean, expected: string): void {
    if (value !== undefined && !isRight(value)) this.list.push({ place, expected });
  }
}

const A_DATE = `${MOMENT} is expected`;
const isDuration = (value: unknown) => parseDuration(value) !== null;

function lookAtCluster(found: Mistakes, at: Place, cluster: SeedCluster, names: readonly string[], c: number): void {
  const { snapshots = [], restores = [] } = cluster;
  found.look([...at, 'name'], cluster.name, (name) => names.indexOf(name) === c, 'another cluster of the project has that name');
  found.look([...at, 'createdAgo'], cluster.createdAgo, isDuration, `${DURATION} is expected`);
  const lookAtTime = (place: Place, item: SeedSnapshot | SeedRestore) => {
    found.look([...place, 'ago'], item.ago, isDuration, `${DURATION} is expected`);
    found.look([...place, 'at'], item.at, isMoment, A_DATE);
  };
  for (const [n, item] of snapshots.entries()) {
    const place = [...at, 'snapshots', n];
    lookAtTime(place, item);
    const isFirst = (name: string) => snapshots.findIndex((snapshot) => snapshot.name === name) === n;
    found.look([...place, 'name'], item.name, isFirst, 'another snapshot of the cluster has that name');
    found.look(place, item, ({ ago, at: moment }) => (ago === undefined) !== (moment === undefined), 'ago or at says when it was taken');
  }
  for (const [n, item] of restores.entries()) {
    const place = [...at, 'restores', n];
    lookAtTime(place, item);
    const isKnown = (name: string) => snapshots.some((snapshot) => snapshot.name === name && snapshot.status !== 'FAILED');
    found.look([...place, 'snapshot'], item.snapshot, isKnown, 'the name of a snapshot of this cluster that is COMPLETED is expected');
    const target = ({ target: into = cluster.name, status }: SeedRestore) => (status === 'PENDING' || status === 'RUNNING' ? into : null);
    const isAlone = (one: SeedRestore) => target(one) === null || restores.findIndex((other) => target(other) === target(one)) === n;
    found.look(place, item, isAlone, 'one restore into a cluster may be under way, and another one is');
    found.look([...place, 'target'], item.target, (name) => names.includes(name), 'the name of a cluster of this project is expected');
  }
}
