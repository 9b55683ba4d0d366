import { AUDIT_ROUTES } from './audit.ts';
import { CLUSTER_ROUTES } from './clusters.ts';
import { CONNECTION_TEST_ROUTES } from './connection-tests.ts';
import { DOWNLOAD_ROUTES } from './downloads.ts';
import { DRILL_ROUTES } from './drills.ts';
import { JOB_ROUTES } from './jobs.ts';
import { OVERVIEW_ROUTES } from './overview.ts';
import { PROJECT_ROUTES } from './projects.ts';
import { RESTORE_ROUTES } from './restores.ts';
import type { NativeRoute } from './route.ts';
import { SCHEDULE_ROUTES } from './schedules.ts';
import { SNAPSHOT_ROUTES } from './snapshots.ts';
import { STREAM_ROUTES } from './stream.ts';
import { WEBHOOK_ROUTES } from './webhooks.ts';

/** Every native route, by resource. */
export const NATIVE_ROUTES: readonly NativeRoute[] = [
  ...PROJECT_ROUTES,
  ...CLUSTER_ROUTES,
  ...SNAPSHOT_ROUTES,
  ...SCHEDULE_ROUTES,
  ...RESTORE_ROUTES,
  ...DRILL_ROUTES,
  ...DOWNLOAD_ROUTES,
  ...OVERVIEW_ROUTES,
  ...JOB_ROUTES,
  ...CONNECTION_TEST_ROUTES,
  ...WEBHOOK_ROUTES,
  ...STREAM_ROUTES,
  ...AUDIT_ROUTES,
];
