import { type Permission, permits } from '../backup/roles.ts';
import { isProblem } from '../errors.ts';
import { AtlasError } from './atlas/error-table.ts';
import type { Exchange } from './atlas/exchange.ts';
import type { ApiServices } from './services.ts';

/**
 * Whether the caller may also do there what it does in the project of the path; `undefined` is that project. A target project that cannot be or is not
 * there and one that the caller may not restore into are told alike.
 */
export async function checkTargetProject(
  services: ApiServices,
  { caller, project }: Pick<Exchange, 'caller' | 'project'>,
  targetProjectId: string | undefined,
  permission: Permission = 'restore',
): Promise<void> {
  if (!targetProjectId || targetProjectId === project.id) return;
  const target = await services.projects.get(targetProjectId).catch((error) => {
    if (isProblem(error, 'project-not-found', 'invalid-project-id')) return null;
    throw error;
  });
  if (!target || !permits(caller.grants, target, permission)) throw new AtlasError('CANNOT_RESTORE_TO_TARGET');
}
