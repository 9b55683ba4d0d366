import type { FastifyRequest } from 'fastify';
import type { DigestKey } from '../backup/api-keys.ts';
import type { Project } from '../backup/projects.ts';
import { isMember, type Permission, permits } from '../backup/roles.ts';
import { Problem } from '../errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set by the digest hook before any body is read. */
    caller: DigestKey | null;
  }
}

export function callerOf(request: FastifyRequest): DigestKey {
  if (!request.caller) throw new Error('a route behind the digest hook was reached without a caller');
  return request.caller;
}

/** A project as the caller may see it: one that is not there and one that is another's are told alike, so that nothing can be probed. */
export function checkAccess(caller: DigestKey, project: Project, permission: Permission): void {
  if (!isMember(caller.grants, project)) throw new Problem('project-not-found', [project.id]);
  if (!permits(caller.grants, project, permission)) throw new Problem('not-permitted');
}
