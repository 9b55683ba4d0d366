import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import type { DocumentedError } from '../atlas/error-table.ts';
import type { PasswordThrottle } from '../auth/password-throttle.ts';
import type { ApiServices } from '../services.ts';

export const SETUP_PATH = '/api/lifeboat/v1/setup';
export const SESSION_PATH = '/api/lifeboat/v1/session';

export interface SessionParts {
  services: ApiServices;
  throttle: PasswordThrottle;
}

/** A route by which people come in and go out: it sets cookies, and so answers by itself. */
export interface SessionRoute {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  operationId: string;
  summary: string;
  /** Only who is signed in may ask; the others are for anybody. */
  needsSession: boolean;
  status: 200 | 201 | 204;
  takes?: TSchema;
  answers?: TSchema;
  errors?: readonly DocumentedError[];
  handler(parts: SessionParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
}
