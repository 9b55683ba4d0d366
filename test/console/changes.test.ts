import { describe, expect, it } from 'vitest';
import { backoff, type Change, Statuses, staleAfter, withProgress } from '../../src/console/changes.ts';

const change = (more: Partial<Change>): Change => ({ kind: 'snapshot', id: 'a', clusterName: 'shop', ...more });

describe('a change of the stream', () => {
  it('is news where the status is another one, or where more than the progress of a running job may have changed', () => {
    const statuses = new Statuses();
    expect(statuses.isNews(change({ status: 'RUNNING', progress: { documents: 0 } }))).toBe(true);
    expect(statuses.isNews(change({ status: 'RUNNING', progress: { documents: 5 } }))).toBe(false);
    expect(statuses.isNews(change({ id: 'b', status: 'RUNNING', progress: {} }))).toBe(true);
    expect(statuses.isNews(change({ kind: 'restore', status: 'RUNNING', progress: {} }))).toBe(true);
    expect(statuses.isNews(change({ status: 'COMPLETED', progress: { documents: 9 } }))).toBe(true);
    // The end of a verification, a hold, another expiry: the server sends the progress with each.
    expect(statuses.isNews(change({ status: 'COMPLETED', progress: { documents: 9 } }))).toBe(true);
    expect(statuses.isNews(change({ kind: 'cluster' }))).toBe(true);
  });

  it('makes what shows it out of date, and nothing where only the progress moved', () => {
    expect(staleAfter('p', change({ status: 'RUNNING' }), false)).toEqual([]);
    expect(staleAfter('p', change({ status: 'COMPLETED' }), true)).toEqual([
      ['project', 'p', 'overview'],
      ['project', 'p', 'cluster', 'shop'],
      ['project', 'p', 'jobs'],
    ]);
    expect(staleAfter('p', change({ kind: 'event' }), true)).toEqual([
      ['project', 'p', 'events'],
      ['project', 'p', 'audit'],
      ['project', 'p', 'access'],
    ]);
  });
});

describe('progress', () => {
  const other = { id: 'b', status: 'RUNNING', progress: {} };
  const moved = { id: 'a', status: 'RUNNING', progress: { documents: 5 } };

  it('is put into a job itself, a list and a part, and touches nothing else', () => {
    const job = { id: 'a', status: 'QUEUED', progress: {}, size: 3 };
    expect(withProgress(job, moved)).toEqual({ ...job, ...moved });
    const page = { results: [other, job], totalCount: 2 };
    const after = withProgress(page, moved);
    expect(after).toEqual({ results: [other, { ...job, ...moved }], totalCount: 2 });
    expect(after.results[0]).toBe(other);
    expect(withProgress({ clusters: [{ id: 'a', lastSnapshot: job }] }, moved).clusters[0]!.lastSnapshot.status).toBe('RUNNING');
  });

  it('leaves the very same value where the job is not in it', () => {
    const page = { results: [other], at: null, cluster: { id: 'a', name: 'shop' } };
    expect(withProgress(page, moved)).toBe(page);
    expect(withProgress(undefined, moved)).toBe(undefined);
  });

  it.each(['COMPLETED', 'FAILED', 'DELETED'])('tells no end: %s is read with all that belongs to it', (status) => {
    const job = { id: 'a', status: 'RUNNING', progress: {} };
    expect(withProgress(job, { id: 'a', status, progress: { documents: 9 } })).toBe(job);
  });
});

it('tries again later each time, at most every 40 seconds, and not all at once', () => {
  expect([0, 1, 2, 3].map((failures) => backoff(failures, 0.5))).toEqual([1000, 2000, 4000, 8000]);
  expect(backoff(1000, 0.999)).toBeLessThan(40_000);
  expect(backoff(3, 0)).toBeLessThan(backoff(3, 0.9));
});
