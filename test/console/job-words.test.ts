import { expect, it } from 'vitest';
import { JOB_KINDS } from '../../src/backup/job.ts';
import { RESTORE_STATUSES } from '../../src/backup/restore-job.ts';
import { jobPath, jobSeconds, jobTitle, KINDS, STATUSES } from '../../src/console/pages/jobs/job-words.ts';

it('a job has words for each kind and each status of the server', () => {
  expect(Object.keys(KINDS)).toEqual([...JOB_KINDS]);
  expect(Object.keys(STATUSES).sort()).toEqual([...RESTORE_STATUSES].sort());
});

it('a job leads to its page, a deleted snapshot nowhere', () => {
  const path = (kind: keyof typeof KINDS, more = {}) => jobPath({ kind, id: 'i', clusterName: 'shop', ...more });
  expect(JOB_KINDS.map((kind) => path(kind))).toEqual([
    'clusters/shop/snapshots/i',
    'restores/shop/i',
    'downloads/shop/i',
    'drills/shop/i',
  ]);
  expect(path('snapshot', { deletedAt: '2026-01-01T00:00:00Z' })).toBe(null);
});

it('a restore into another cluster names both', () => {
  const job = { clusterName: 'shop', targetClusterName: 'copy' } as Parameters<typeof jobTitle>[0];
  expect(jobTitle({ ...job, kind: 'restore' })).toBe('shop → copy');
  expect(jobTitle({ ...job, kind: 'restore', targetClusterName: 'shop' })).toBe('shop');
  expect(jobTitle({ ...job, kind: 'drill' })).toBe('shop');
});

it('a job takes from its start to its end, or until now', () => {
  const now = new Date('2026-01-01T00:01:00Z');
  expect(jobSeconds({}, now)).toBe(null);
  expect(jobSeconds({ startedAt: '2026-01-01T00:00:00Z' }, now)).toBe(60);
  expect(jobSeconds({ startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:00:02.500Z' }, now)).toBe(2.5);
});
