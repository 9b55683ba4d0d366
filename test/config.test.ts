import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';

describe('the limits of many nodes', () => {
  it('have defaults, and take numbers in their range', () => {
    expect(readConfig({})).toMatchObject({ workerJobs: 2, hostJobs: null, drainSeconds: 10, leaseSeconds: 120 });
    const set = { LIFEBOAT_WORKER_JOBS: '16', LIFEBOAT_HOST_JOBS: '1', LIFEBOAT_DRAIN_SECONDS: '0', LIFEBOAT_LEASE_SECONDS: '10' };
    expect(readConfig(set)).toMatchObject({ workerJobs: 16, hostJobs: 1, drainSeconds: 0, leaseSeconds: 10 });
  });

  it.each([
    ['LIFEBOAT_WORKER_JOBS', '0', 'from 1 to 16'],
    ['LIFEBOAT_WORKER_JOBS', '17', 'from 1 to 16'],
    ['LIFEBOAT_HOST_JOBS', '0', 'from 1 to 999'],
    ['LIFEBOAT_DRAIN_SECONDS', '-1', 'from 0 to 86400'],
    ['LIFEBOAT_LEASE_SECONDS', '9', 'from 10 to 86400'],
    ['LIFEBOAT_LEASE_SECONDS', '1e2', 'from 10 to 86400'],
  ])('refuse %s=%s with the range', (name, value, range) => {
    expect(() => readConfig({ [name]: value })).toThrow(range);
  });
});
