import type { Caller } from '../backup/caller.ts';
import { permits } from '../backup/roles.ts';
import { isProblem } from '../errors.ts';
import { AtlasError } from './atlas/error-table.ts';
import type { ApiServices } from './services.ts';

/** A target project that cannot be or is not there and one that the caller may not restore into are told alike. */
export async function checkTargetProject(services: ApiServices, caller: Caller, projectId: string): Promise<void> {
  const target = await services.projects.get(projectId).catch((error) => {
    if (isProblem(error, 'project-not-found', 'invalid-project-id')) return null;
    throw error;
  });
  if (!target || !permits(caller.grants, target, 'restore')) throw new AtlasError('CANNOT_RESTORE_TO_TARGET');
}
