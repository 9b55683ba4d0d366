import { expect, it } from 'vitest';
import { jobPath } from '../../src/console/pages/jobs/job-words.ts';

it('each kind of job leads to its own page, a snapshot that is gone to none', () => {
  const path = (kind: string, more: object = {}) => jobPath({ kind, id: '1', clusterName: 'a b', ...more } as never);
  expect(path('snapshot')).toBe('clusters/a%20b/snapshots/1');
  expect(path('snapshot', { deletedAt: 'x' })).toBeNull();
  expect(path('restore')).toBe('restores/a%20b/1');
  expect(path('download')).toBe('downloads/a%20b/1');
  expect(path('drill')).toBe('drills/a%20b/1');
});
