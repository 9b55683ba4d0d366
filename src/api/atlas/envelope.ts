import type { Json } from './pretty.ts';

/**
 * `envelope=true`, for clients that cannot see the status: a list gains `status`; any other body is wrapped. Recorded answers of Atlas call the
 * wrapped body `content`, every page of the v1.0 documentation calls it `envelope`; v1.0 gives both.
 */
export function inEnvelope(status: number, body: Json, isV1: boolean): { [name: string]: Json } {
  if (isPage(body)) return { status, ...body };
  return { status, content: body, ...(isV1 && { envelope: body }) };
}

function isPage(body: Json): body is { [name: string]: Json; results: Json[] } {
  return typeof body === 'object' && body !== null && !Array.isArray(body) && Array.isArray(body.results);
}
