import type { FastifyRequest } from 'fastify';
import type { Caller } from '../backup/caller.ts';
import type { Session } from '../backup/session.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set by the hook that authenticates before any body is read. */
    caller: Caller | null;
    /** Of a user who asks by cookie. */
    session: Session | null;
  }
}

export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error('a route behind authentication was reached without a caller');
  return request.caller;
}
