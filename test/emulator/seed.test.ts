import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSeed } from '../../src/emulator/read-seed.ts';
import { organizationsOf, Seed } from '../../src/emulator/seed-schema.ts';

const refusal = (text: string) => {
  try {
    readSeed(text, 'seed.yaml');
  } catch (error) {
    return (error as Error).message;
  }
  return null;
};

const A = 'projects:\n  - name: A\n    clusters:\n      - name: a\n';
/** As `A`, with the clock in its first line. */
const AT = `clock: { now: 2026-03-10 }\n${A}`;
const documents = (...lines: string[]) =>
  `${A}        documents:\n          books:\n${lines.map((line) => `            - ${line}\n`).join('')}`;

describe('a seed', () => {
  it('may be YAML or JSON, or empty', () => {
    const seed = { projects: [{ name: 'Shop', clusters: [{ name: 'shop' }] }] };
    expect(readSeed(JSON.stringify(seed), 's').seed).toEqual(seed);
    expect(readSeed('projects:\n  - name: Shop\n    clusters:\n      - name: shop\n', 's').seed).toEqual(seed);
    expect(readSeed('', 's').seed).toEqual({});
  });

  it.each([
    ['projects:\n  - name: A\n    clusters:\n      - nam: shop\n', 4, 'nam is not known here'],
    ['projects:\n  - name: A\n    clusters:\n      - tier: FLEX\n', 4, 'name is missing'],
    ['clock:\n  now: 2026-01-01\n  frozen: perhaps\n', 3, 'boolean is expected'],
    ['random: 1\nrandom: 2\n', 2, 'unique'],
    ['projects: [\n', 2, 'Flow sequence'],
    ['projects:\n  - name: A\n  - name: A\n', 3, 'another project'],
    ['projects:\n  - name: A\n    clusters:\n      - name: a\n      - name: a\n', 5, 'another cluster'],
    ['projects:\n  - name: A\n    clusters:\n      - name: a\n        snapshots:\n          - ago: yesterday\n', 6, 'a duration such as'],
    ['projects:\n  - name: A\n    clusters:\n      - name: a\n        snapshots:\n          - description: x\n', 6, 'ago or at'],
    [
      'projects:\n  - name: A\n    clusters:\n      - name: a\n        restores:\n          - snapshot: gone\n',
      6,
      'the name of a snapshot',
    ],
    [`${A}        snapshots:\n          - { ago: 1d, name: x }\n          - { ago: 2d, name: x }\n`, 7, 'another snapshot'],
    [`${A}        snapshots:\n          - at: 2026-03-01T10:00\n`, 6, 'a date such as'],
    [
      `${A}        snapshots:\n          - { ago: 1d, name: x, status: FAILED }\n        restores:\n          - { snapshot: x, ago: 1h }\n`,
      8,
      'COMPLETED',
    ],
    [
      `${A}        snapshots: [{ ago: 1d, name: x }]\n        restores:\n          - { snapshot: x, ago: 2h, status: RUNNING }\n          - { snapshot: x, ago: 1h, status: PENDING }\n`,
      8,
      'one restore into a cluster',
    ],
    ['faults:\n  - request: { method: GET }\n    answer:\n      status: 200\n', 4, '400'],
    ['faults:\n  - job: { kind: restore }\n    outcome:\n      pending: soon\n', 4, 'a duration such as'],
    ['faults:\n  - job: { kind: restore }\n    outcome:\n      expired: true\n', 4, 'only a download'],
    ['{\n  "random": "one"\n}', 2, 'integer is expected'],
    ['- 1\n', 1, 'object is expected'],
    // Of time.
    [`${AT}        snapshots:\n          - at: 2026-03-11\n`, 7, "not after the clock's 2026-03-10T00:00:00.000Z"],
    [`${A}        snapshots:\n          - at: 2026-01-01T00:00:01Z\n`, 6, "not after the clock's 2026-01-01T00:00:00.000Z"],
    [
      `${AT}        snapshots: [{ name: x, ago: 1d }]\n        restores:\n          - { snapshot: x, at: 2026-03-11 }\n`,
      8,
      'not after the clock',
    ],
    [`${AT}        snapshots:\n          - ago: -1d\n`, 7, 'a duration such as'],
    [
      `${AT}        snapshots:\n          - { name: x, ago: 1d }\n        restores:\n          - snapshot: x\n            ago: 2d\n`,
      10,
      'not before its snapshot, which is of 2026-03-09',
    ],
    [`${AT}        createdAgo: 1d\n        snapshots:\n          - ago: 25h\n`, 8, 'not before the cluster was created'],
    [
      `${AT}        snapshots: [{ name: x, ago: 2d }]\n        restores:\n          - { snapshot: x, ago: 2d, target: b }\n      - { name: b, createdAgo: 1d }\n`,
      8,
      'not before its target was created',
    ],
    [
      `${AT}        snapshots: [{ name: x, ago: 2d }]\n        restores:\n          - { snapshot: x, ago: 1d, at: 2026-03-09 }\n`,
      8,
      'ago or at',
    ],
    [`${AT}        createdAgo: 99y\n`, 6, 'a duration such as'],
    [`${AT}        createdAgo: 36000d\n`, 6, 'not before 1970'],
    ['clock:\n  now: 2026-02-30\n', 2, 'a date such as'],
    ['clock:\n  now: tomorrow\n', 2, 'a date such as'],
    ['clock:\n  now: 2026-01-01T24:01:00Z\n', 2, 'a date such as'],
    ['clock:\n  now: 2300-01-01\n', 2, 'a date such as'],
    // Of names.
    [`${A}      - name: b\n        tier: M99\n`, 6, 'one of "FLEX", "M2"'],
    ['projects:\n  - name: A\n    clusters:\n      - name: "a b"\n', 4, '1 to 64 letters, digits and dashes'],
    ['projects:\n  - name: ""\n', 2, 'one character'],
    [
      `${A}        snapshots: [{ ago: 1d, name: x }]\n        restores:\n          - { snapshot: x }\n          - snapshot: x\n            target: nowhere\n`,
      9,
      'the name of a cluster of this project',
    ],
    [`${A}        restores:\n          - { snapshot: 5 }\n`, 6, 'string is expected'],
    [
      `${A}        snapshots: [{ ago: 1d, name: x }]\n        restores:\n          - { snapshot: x, status: DONE }\n`,
      7,
      'one of "PENDING", "RUNNING", "COMPLETED", "FAILED"',
    ],
    [
      `${A}        snapshots: [{ ago: 1d, name: x }]\n        restores:\n          - { snapshot: x, download: true,\n              target: a }\n`,
      8,
      'a link has no target',
    ],
    [
      `${A}        snapshots: [{ ago: 1d, name: x }]\n        restores:\n          - { snapshot: x, download: true, status: FAILED }\n`,
      7,
      'a link is COMPLETED',
    ],
    [`${A}        snapshots:\n          - { ago: 1d, reason: none }\n`, 6, 'only what is FAILED'],
    [
      `${A}        snapshots: [{ ago: 1d, name: x }]\n        restores:\n          - { snapshot: x, ago: 2h, status: RUNNING }\n          - { snapshot: x, ago: 1h }\n`,
      8,
      'under way',
    ],
    [
      `${A}        snapshots:\n          - { ago: 1d, name: x }\n          - ago: 1h\n        restores:\n          - { snapshot: x, ago: 2h, status: RUNNING }\n`,
      7,
      'under way',
    ],
    [
      `${A}        snapshots:\n          - { ago: 2d, status: RUNNING }\n          - ago: 1d\n`,
      7,
      'a snapshot of the cluster is under way',
    ],
    [
      `${A}        snapshots:\n          - { name: x, ago: 2d }\n          - { ago: 1d, status: PENDING }\n        restores:\n          - { snapshot: x, ago: 1h }\n`,
      9,
      'a snapshot of the cluster is under way',
    ],
    [
      `${A}        snapshots: [{ ago: 1d, name: x, status: RUNNING }]\n        restores:\n          - { snapshot: x, target: b }\n      - name: b\n`,
      7,
      'that is COMPLETED',
    ],
    [`${A}        snapshots:\n          - { ago: 1d, status: QUEUE }\n`, 6, 'one of "PENDING", "RUNNING", "COMPLETED", "FAILED"'],
    [
      `${A}        snapshots: [{ ago: 1d, name: x }]\n        restores:\n          - snapshot: x\n            expired: true\n`,
      8,
      'only a link',
    ],
    [
      `${A}        snapshots: [{ ago: 1d, name: x }]\n        restores:\n          - { snapshot: x, download: true, expired: true,\n              ago: 3h }\n`,
      8,
      'a link lives 4h',
    ],
    [
      `${A}        snapshots: [{ ago: 3h, name: x }]\n        restores:\n          - { snapshot: x, download: true, expired: true }\n`,
      7,
      'not before its snapshot',
    ],
    // Of organizations.
    ['organization: A\norganizations: [{ name: B }]\n', 1, 'organizations says it'],
    ['organizations: [{ name: B }]\nprojects:\n  - name: A\n', 3, 'organizations says it'],
    ['organizations:\n  - name: A\n  - name: A\n', 3, 'another organization'],
    ['organizations:\n  - name: A\n    projects:\n      - name: x\n      - name: x\n', 5, 'another project'],
    ['organizations:\n  - projects: [{ name: x }]\n', 2, 'name is missing'],
    ['organizations: []\n', 1, 'fewer than 1'],
    [
      'organizations:\n  - name: A\n    projects:\n      - name: x\n  - name: B\n    projects:\n      - name: x\n        clusters:\n          - name: "a b"\n',
      9,
      '1 to 64 letters',
    ],
    // Of documents.
    [documents('{ _id: 1 }', '{ _id: { $oid: zz } }'), 8, '24 character hex'],
    [documents('{ n: 1 }', '{ n: { $numberLong: many } }'), 8, 'invalid format'],
    [documents('{ at: { $date: tomorrow } }'), 7, 'a date'],
    [documents('{ _id: 1 }', '{ _id: 2 }', '{ _id: 1 }'), 9, 'another document'],
    [documents('1'), 7, 'object is expected'],
    [`${A}        documents:\n          books: []\n          $books: []\n`, 7, 'a name of a collection'],
    [
      `${A}        snapshots:\n          - ago: 1d\n            documents:\n              books:\n                - { _id: { $oid: zz } }\n`,
      9,
      '24 character hex',
    ],
    // Of YAML.
    ['organization: x\n\trandom: 1\n', 2, 'Tabs are not allowed'],
    ['random: 1\norganization: *nobody\n', 2, 'nobody'],
    ['random: 1\norganization: !!js/function "x"\n', 2, 'Unresolved tag'],
    ['random: 1\n---\nrandom: 2\n', 2, 'one document'],
    ['random: 1\n7: 2\n', 2, '7 is not known here'],
    ['random: 1\n__proto__: { x: 1 }\n', 2, '__proto__ is not known here'],
    [`random: 1\norganization: ${'['.repeat(9000)}\n`, 2, 'nested'],
    [
      `random: 1\n${['a: &a [x, x]', ...'bcdefghijkl'.split('').map((name, n) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghijk'[n]}`).join(', ')}]`)].join('\n')}\n`,
      6,
      'alias',
    ],
    ['random: 1\norganization: &a [*a]\n', 2, 'alias'],
    // Of faults.
    ['faults:\n  - request: {}\n    chance: 0\n    answer: { status: 500 }\n', 3, '> 0'],
    ['faults:\n  - answer: { status: 500 }\n', 2, 'request or job'],
    ['faults:\n  - request: {}\n    job: { kind: restore }\n    answer: { status: 500 }\n', 3, 'job is not known here'],
    ['faults:\n  - job:\n      kind: restor\n    outcome: { failAt: 5 }\n', 3, 'one of "snapshot", "restore", "download"'],
    ['faults:\n  - request: {}\n    answer:\n      retryAfter: 5\n', 4, 'status says'],
    ['faults:\n  - request: {}\n    answer:\n      drop: true\n      status: 503\n', 4, 'nothing else'],
    ['faults: [7]\n', 1, 'object is expected'],
  ])('with a mistake names its line and what was expected: %j', (text, line, expected) => {
    const said = refusal(text);
    expect(said).toContain(`in line ${line}:`);
    expect(said).toContain(expected);
  });

  it('is checked against the clock that the command line sets', () => {
    const text = `${A}        snapshots:\n          - at: 2026-03-01\n`;
    expect(refusal(text)).toContain('in line 6:');
    expect(readSeed(text, 's', new Date('2026-03-02')).seed).toMatchObject({ projects: [{ name: 'A' }] });
    expect(() => readSeed(`${AT}        snapshots:\n          - at: 2026-03-09\n`, 's', new Date('2026-03-02'))).toThrow('in line 7:');
  });

  it('has one organization, or says all of them, in which names of projects may repeat', () => {
    const named = (text: string) =>
      organizationsOf(readSeed(text, 's').seed).map(({ name, projects }) => [name, projects.map((one) => one.name)]);
    expect(named('')).toEqual([['Organization', []]]);
    expect(named('organization: A\nprojects: [{ name: x }]\n')).toEqual([['A', ['x']]]);
    expect(
      named('organizations: [{ name: A, projects: [{ name: x }, { name: y }] }, { name: B, projects: [{ name: x }] }, { name: C }]\n'),
    ).toEqual([
      ['A', ['x', 'y']],
      ['B', ['x']],
      ['C', []],
    ]);
  });

  it('has a line for what goes wrong only when it is done', () => {
    const { refusal: of } = readSeed(`${A}        snapshots:\n          - ago: 1d\n`, 'seed.yaml');
    expect(of(['projects', 0, 'clusters', 0, 'snapshots', 0], 'why').message).toBe(
      'The seed seed.yaml has a mistake in line 6: projects.0.clusters.0.snapshots.0: why.',
    );
  });

  it('is as docs/emulator.md shows it', () => {
    const shown = [...readFileSync('docs/emulator.md', 'utf8').matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text!);
    expect(shown.map((text) => organizationsOf(readSeed(text, 'docs/emulator.md').seed).map(({ name }) => name))).toEqual([
      ['Press'],
      ['Press', 'Archive'],
    ]);
  });

  it('has its schema published as it is checked', () => {
    const published = JSON.parse(readFileSync('docs/emulator/seed.schema.json', 'utf8'));
    expect(published).toEqual({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...JSON.parse(JSON.stringify(Seed)) });
  });
});
