import { describe, expect, it } from 'vitest';
import { mistakeIn } from '../../src/emulator/fault-rule.ts';
import { Faults, OF_THE_SEED } from '../../src/emulator/faults.ts';

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

describe('at the end', () => {
  const POST = { request: { method: 'POST' }, answer };
  const PATCH = { request: { method: 'PATCH' }, answer };
  /** As a reset does it. */
  const reset = (faults: Faults) => {
    faults.load(null);
    faults.replace([POST, PATCH], OF_THE_SEED);
  };

  it('a rule of the seed that was met before a reset is met, and one that never was is told once', () => {
    const faults = new Faults(1);
    reset(faults);
    faults.ofRequest(ASK);
    reset(faults);
    expect(faults.unmatched).toHaveLength(2);
    expect(faults.neverMet).toEqual(['fault 2 (request PATCH) never matched']);
    faults.replace([]);
    expect(faults.unmatched).toEqual([]);
    expect(faults.neverMet).toEqual(['fault 2 (request PATCH) of the seed never matched']);
  });

  it('a rule of a script that another one or a reset has put away is told too', () => {
    const faults = new Faults(1);
    reset(faults);
    faults.ofRequest(ASK);
    faults.ofRequest({ ...ASK, method: 'PATCH' });
    faults.replace([POST, PATCH]);
    faults.ofRequest(ASK);
    faults.replace([PATCH]);
    reset(faults);
    expect(faults.neverMet).toEqual([
      'fault 2 (request PATCH) of an earlier script never matched',
      'fault 1 (request PATCH) of an earlier script never matched',
    ]);
  });

  it('the same rule in another script is another one, in a state that is loaded the same', () => {
    const faults = new Faults(1);
    faults.replace([PATCH]);
    const state = faults.save();
    faults.ofRequest({ ...ASK, method: 'PATCH' });
    faults.load(state);
    expect([faults.unmatched.length, faults.neverMet]).toEqual([1, []]);
    faults.replace([PATCH]);
    expect(faults.neverMet).toEqual(['fault 1 (request PATCH) never matched']);
    // In another process.
    const other = new Faults(2);
    other.load(state);
    expect(other.neverMet).toEqual(['fault 1 (request PATCH) never matched']);
  });
});

it('an answer is delayed for as long as a timer can wait, and refused where it is longer', () => {
  const delayed = (delay: string | number) => mistakeIn({ request: {}, answer: { delay } });
  expect([delayed('24d'), delayed(24 * 86_400), delayed('1ms')]).toEqual([null, null, null]);
  for (const delay of ['25d', '24d1ms', 2_147_484])
    expect(delayed(delay)).toEqual({ place: ['answer', 'delay'], expected: expect.stringContaining('24 days of real time are the most') });
});
