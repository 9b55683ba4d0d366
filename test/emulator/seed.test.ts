import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSeed } from '../../src/emulator/read-seed.ts';
import { Seed } from '../../src/emulator/seed-schema.ts';

const refusal = (text: string) => {
  try {
    readSeed(text, 'seed.yaml');
  } catch (error) {
    return (error as Error).message;
  }
  return null;
};

const A = 'projects:\n  - name: A\n    clusters:\n      - name: a\n';

describe('a seed', () => {
  it('may be YAML or JSON, or empty', () => {
    const seed = { projects: [{ name: 'Shop', clusters: [{ name: 'shop' }] }] };
    expect(readSeed(JSON.stringify(seed), 's')).toEqual(seed);
    expect(readSeed('projects:\n  - name: Shop\n    clusters:\n      - name: shop\n', 's')).toEqual(seed);
    expect(readSeed('', 's')).toEqual({});
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
  ])('with a mistake names its line and what was expected: %j', (text, line, expected) => {
    const said = refusal(text);
    expect(said).toContain(`in line ${line}:`);
    expect(said).toContain(expected);
  });

  it('has its schema published as it is checked', () => {
    const published = JSON.parse(readFileSync('docs/emulator/seed.schema.json', 'utf8'));
    expect(published).toEqual({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...JSON.parse(JSON.stringify(Seed)) });
  });
});
