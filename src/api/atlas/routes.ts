import type { AtlasRoute } from './route.ts';
import { FLEX_ROUTES } from './routes/flex.ts';
import { TENANT_ROUTES } from './routes/tenant.ts';

/** Every route of Atlas that Lifeboat answers, v1.0 and v2: who may call it, what answers, and how each version looks. One file a resource. */
export const ATLAS_ROUTES: readonly AtlasRoute[] = [...TENANT_ROUTES, ...FLEX_ROUTES];
