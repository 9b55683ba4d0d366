import { projectBody } from './render.ts';
import type { NativeRoute } from './route.ts';
import { Project, VaultWithKey } from './schemas.ts';

/** The project itself, and the vault that its snapshots share with those of all others. */
export const PROJECT_ROUTES: readonly NativeRoute[] = [
  {
    method: 'GET',
    path: '',
    operationId: 'getProject',
    summary: 'One project',
    permission: 'read',
    status: 200,
    answers: { 200: Project },
    handler: async (_services, { project }) => projectBody(project),
  },
  {
    method: 'GET',
    path: '/vault',
    operationId: 'getVaultStatus',
    summary: 'What the snapshots of all projects take in the vault of this installation',
    permission: 'register',
    status: 200,
    answers: { 200: VaultWithKey },
    handler: async (services) => {
      const [status, { keyExportedAt, isKeyInSettings }] = await Promise.all([services.vaultStatus(), services.keyKeeping()]);
      return { ...status, keyExportedAt: keyExportedAt?.toISOString(), isKeyInSettings };
    },
  },
];
