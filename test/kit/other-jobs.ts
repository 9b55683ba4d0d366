import type { Handlers } from '../../src/jobs/runner.ts';

/** Handlers of the jobs that a test is not about. */
export const NOTHING_ELSE: Omit<Handlers, 'snapshot.take'> = {
  'snapshot.verify': async () => {},
  'restore.run': async () => {},
  'schedules.run': async () => {},
  'vault.collect': async () => {},
  'webhooks.deliver': async () => {},
  'alerts.check': async () => {},
};
