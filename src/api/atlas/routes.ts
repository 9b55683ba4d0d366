import type { AtlasRoute } from './route.ts';
import { ACCESS_LIST_ROUTES } from './routes/access-lists.ts';
import { API_KEY_ROUTES } from './routes/api-keys.ts';
import { CLUSTER_ROUTES } from './routes/clusters.ts';
import { DISK_BACKUP_ROUTES } from './routes/disk-backup.ts';
import { EVENT_ROUTES } from './routes/events.ts';
import { FLEX_ROUTES } from './routes/flex.ts';
import { ORGANIZATION_ROUTES } from './routes/organizations.ts';
import { PROJECT_ROUTES } from './routes/projects.ts';
import { SERVICE_ACCOUNT_ROUTES } from './routes/service-accounts.ts';
import { TENANT_ROUTES } from './routes/tenant.ts';

/** Every route of Atlas that Lifeboat answers, v1.0 and v2: who may call it, what answers, and how each version looks. One file a resource. */
export const ATLAS_ROUTES: readonly AtlasRoute[] = [
  ...ORGANIZATION_ROUTES,
  ...PROJECT_ROUTES,
  ...CLUSTER_ROUTES,
  ...API_KEY_ROUTES,
  ...ACCESS_LIST_ROUTES,
  ...SERVICE_ACCOUNT_ROUTES,
  ...EVENT_ROUTES,
  ...TENANT_ROUTES,
  ...FLEX_ROUTES,
  ...DISK_BACKUP_ROUTES,
];
