import type { FastifyReply, FastifyRequest } from 'fastify';
import { pathOf } from '../request-path.ts';
import { inEnvelope } from './envelope.ts';
import { errorAnswer } from './error-table.ts';
import type { Dialect } from './exchange.ts';
import { type Json, writeJson } from './pretty.ts';
import type { CommonQuery } from './query.ts';
import { mediaTypeOf, V2 } from './versions.ts';

export function sendBody(reply: FastifyReply, status: number, body: Json, query: CommonQuery, dialect: Dialect = 'v1'): FastifyReply {
  return sendText(reply, status, bodyText(status, body, query, dialect === 'v1'), dialect);
}

function bodyText(status: number, body: Json, query: CommonQuery, isV1: boolean): string {
  return writeJson(query.envelope ? inEnvelope(status, body, isV1) : body, query.pretty);
}

function sendText(reply: FastifyReply, status: number, text: string, dialect: Dialect): FastifyReply {
  const isV1 = dialect === 'v1';
  return (
    reply
      .code(status)
      .headers({
        'content-type': isV1 ? 'application/json' : `${mediaTypeOf(dialect)};charset=utf-8`,
        vary: 'Accept-Encoding',
        'strict-transport-security': isV1 ? 'max-age=300' : 'max-age=31536000; includeSubdomains;',
      })
      // To a text Fastify adds a charset, which Atlas' answers of v1.0 do not name. Else a text is better: Node writes it with the headers at once.
      .send(isV1 ? Buffer.from(text) : text)
  );
}

/** Any error as Atlas answers it, on v2 too as plain `application/json`: the body, and its code in a header as well. */
export function sendError(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const { status, body } = errorAnswer(error);
  const query = request.query as Readonly<Record<string, unknown>> | undefined;
  const common = { envelope: query?.envelope === 'true', pretty: query?.pretty === 'true' };
  const text = bodyText(status, { ...body, parameters: [...body.parameters] }, common, !pathOf(request).startsWith(`${V2}/`));
  return sendText(reply.header('x-error-code', body.errorCode), status, text, 'v1');
}

/** The 401 of Atlas' authentication layer, which has an order and a form of its own, and no parameters. Always with a challenge. */
export function sendChallenge(reply: FastifyReply, challenge: string): FastifyReply {
  const body = { error: 401, reason: 'Unauthorized', detail: 'You are not authorized for this resource.', errorCode: 'UNEXPECTED_ERROR' };
  return reply
    .code(401)
    .headers({ 'content-type': 'application/json;charset=ISO-8859-1', 'www-authenticate': challenge })
    .send(JSON.stringify(body, null, 2).replaceAll('": ', '" : '));
}
