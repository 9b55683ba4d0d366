import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DigestKey } from '../../backup/api-keys.ts';
import type { Project } from '../../backup/projects.ts';
import { inEnvelope } from './envelope.ts';
import { errorAnswer } from './error-table.ts';
import { type Json, writeJson } from './pretty.ts';
import type { CommonQuery } from './query.ts';

/** What a handler of a project's route gets: who asks, for which project, and the raw parts that are its own to read. */
export interface Exchange {
  caller: DigestKey;
  project: Project;
  parameters: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string | string[] | undefined>>;
  body: unknown;
  /** This resource's own URL, without a query. */
  url: string;
}

export type JsonBody = { [name: string]: Json };

export function sendBody(reply: FastifyReply, status: number, body: JsonBody, query: CommonQuery): FastifyReply {
  const wrapped = query.envelope ? inEnvelope(status, body) : body;
  return (
    reply
      .code(status)
      .headers({ 'content-type': 'application/json', vary: 'Accept-Encoding', 'strict-transport-security': 'max-age=300' })
      // Bytes, not text: to a text Fastify would add a charset, which Atlas' answers do not name.
      .send(Buffer.from(writeJson(wrapped, query.pretty)))
  );
}

/** Any error as Atlas answers it: the body, and its code in a header as well. */
export function sendError(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const { status, body } = errorAnswer(error);
  const query = request.query as Readonly<Record<string, unknown>> | undefined;
  const common = { envelope: query?.envelope === 'true', pretty: query?.pretty === 'true' };
  return sendBody(reply.header('x-error-code', body.errorCode), status, { ...body, parameters: [...body.parameters] }, common);
}

/** The 401 of Atlas' authentication layer, which has an order and a form of its own, and no parameters. Always with a challenge. */
export function sendChallenge(reply: FastifyReply, challenge: string): FastifyReply {
  const body = { error: 401, reason: 'Unauthorized', detail: 'You are not authorized for this resource.', errorCode: 'UNEXPECTED_ERROR' };
  return reply
    .code(401)
    .headers({ 'content-type': 'application/json;charset=ISO-8859-1', 'www-authenticate': challenge })
    .send(JSON.stringify(body, null, 2).replaceAll('": ', '" : '));
}
