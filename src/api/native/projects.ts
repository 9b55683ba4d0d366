import { projectBody } from './render.ts';
import type { NativeRoute } from './route.ts';
import { Project, VaultStatus } from './schemas.ts';

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
    answers: { 200: VaultStatus },
    handler: async (services) => ({ ...(await services.vaultStatus()) }),
  },
];
