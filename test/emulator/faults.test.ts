import { expect, it } from 'vitest';
import { Faults } from '../../src/emulator/faults.ts';

const ASK = { method: 'POST', path: '/api/atlas/v2/groups/1/flexClusters/shop/backup/restoreJobs' };
const answer = { status: 503 };

it('a rule applies so often, after so many that pass, and is then over', () => {
  const faults = new Faults(1);
  faults.replace([{ request: { method: 'POST' }, skip: 1, count: 2, answer }]);
  const met = Array.from({ length: 5 }, () => faults.ofRequest(ASK) !== null);
  expect(met).toEqual([false, true, true, false, false]);
  expect(faults.states[0]).toMatchObject({ matched: 5, applied: 2 });
});

it.each([
  [{ path: '/api/atlas/v2/groups/{groupId}/flexClusters/{name}/backup/restoreJobs' }, true],
  [{ path: '/api/atlas/v2/groups/*/flexClusters/*/backup/restoreJobs' }, true],
  [{ path: '/api/**/restoreJobs' }, true],
  [{ path: '/api/*/restoreJobs' }, false],
  [{ path: '/api/atlas/v2/groups/1/flexClusters/shop/backup' }, false],
  [{ cluster: 'shop' }, true],
  [{ cluster: 'sho' }, false],
  [{ method: 'GET' }, false],
])('%j matches: %s', (request, matches) => {
  const faults = new Faults(1);
  faults.replace([{ request, answer }]);
  expect(faults.ofRequest(ASK) !== null).toBe(matches);
});

it('chance follows from the seed', () => {
  const run = (seed: number) => {
    const faults = new Faults(seed);
    faults.replace([{ request: {}, count: 'always', chance: 0.5, answer }]);
    return Array.from({ length: 64 }, () => (faults.ofRequest(ASK) ? 1 : 0)).join('');
  };
  expect(run(7)).toBe(run(7));
  expect(run(7)).not.toBe(run(8));
  expect([...run(7)].filter((one) => one === '1').length).toBeGreaterThan(16);
});

it('what was decided for a job is the same at each of its attempts', () => {
  const faults = new Faults(1);
  faults.replace([{ job: { kind: 'restore', cluster: 'shop' }, outcome: { failAt: 60 } }]);
  expect(faults.ofJob('a', 'snapshot', ['shop'])).toBeNull();
  expect(faults.ofJob('b', 'restore', ['other', 'shop'])).toEqual({ failAt: 60 });
  expect(faults.ofJob('b', 'restore', ['other', 'shop'])).toEqual({ failAt: 60 });
  expect(faults.ofJob('c', 'restore', ['shop'])).toBeNull();
});

it('tells which rules nothing has met', () => {
  const faults = new Faults(1);
  faults.replace([
    { request: { method: 'POST' }, answer },
    { request: { method: 'GET', path: '/api/x' }, answer },
    { job: { kind: 'restore', cluster: 'shop' }, outcome: { failAt: 1 } },
  ]);
  faults.ofRequest(ASK);
  expect(faults.unmatched).toEqual(['fault 2 (request GET /api/x) never matched', 'fault 3 (restore of shop) never matched']);
});
