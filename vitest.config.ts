import { defineConfig } from 'vitest/config';

/**
 * `unit`: pure, quick; `npm run check` runs these. `faults`: faults one after the other, without servers. `servers`: real PostgreSQL, MongoDB wire servers and processes (`*.servers.test.ts`).
 * Two files at once on two processors; a server test may wait for a start, hence the timeouts.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.servers.test.ts', 'test/faults/**'],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: { name: 'faults', include: ['test/faults/**/*.test.ts'], exclude: ['test/**/*.servers.test.ts'], testTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          name: 'servers',
          include: ['test/**/*.servers.test.ts'],
          globalSetup: ['test/kit/postgres.ts'],
          setupFiles: ['test/kit/check-every-answer.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
