import type { FastifyRequest } from 'fastify';
import type { Caller } from '../backup/caller.ts';
import type { Project } from '../backup/projects.ts';
import { isMember, type Permission, permits } from '../backup/roles.ts';
import { Problem } from '../errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set by the hook that authenticates before any body is read. */
    caller: Caller | null;
  }
}

export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error('a route behind authentication was reached without a caller');
  return request.caller;
}

/** A project as the caller may see it: one that is not there and one that is another's are told alike, so that nothing can be probed. */
export function checkAccess(caller: Caller, project: Project, permission: Permission): void {
  if (!isMember(caller.grants, project)) throw new Problem('project-not-found', [project.id]);
  if (!permits(caller.grants, project, permission)) throw new Problem('not-permitted');
}
