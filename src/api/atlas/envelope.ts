import type { Json } from './pretty.ts';

/**
 * `envelope=true`, for clients that cannot see the status: a list gains `status`; any other body is wrapped. Recorded answers of Atlas call the
 * wrapped body `content`, every page of the v1.0 documentation calls it `envelope`; v1.0 gives both.
 */
export function inEnvelope(status: number, body: { [name: string]: Json }): { [name: string]: Json } {
  if (Array.isArray(body.results)) return { status, ...body };
  return { status, content: body, envelope: body };
}
