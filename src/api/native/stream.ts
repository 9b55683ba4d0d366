import { Type } from 'typebox';
import type { NativeRoute } from './route.ts';

/** Word of each change, as long as the client stays. */
export const STREAM_ROUTES: readonly NativeRoute[] = [
  {
    method: 'GET',
    path: '/stream',
    operationId: 'streamChanges',
    summary: 'Changes of the project as server-sent events: `change` with what has changed, `resync` when some may have been missed',
    permission: 'read',
    status: 200,
    answers: { 200: Type.Unsafe({ description: 'Server-sent events' }) },
    errors: ['too-many-streams'],
    handler: 'stream',
  },
];
