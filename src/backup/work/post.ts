import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type Destinations, ForbiddenDestination } from '../../destinations.ts';
import { VERSION } from '../../version.ts';

/** What came of a message: the status of the answer, or why there was none. What else was answered is nobody's business here, and is not read. */
export interface Answer {
  status: number | null;
  failure: string | null;
}

export interface Message {
  body: string;
  headers: Record<string, string>;
  destinations: Destinations;
  /** Milliseconds for all of it. */
  patience: number;
}

/** Sends one message to an address that a user named: nowhere but where `destinations` lets it, whatever its name leads to by now, and no redirection is followed. */
export function post(url: URL, { body, headers, destinations, patience }: Message): Promise<Answer> {
  return new Promise((resolve) => {
    const fail = (error: Error) => resolve({ status: null, failure: reasonOf(error) });
    try {
      destinations.check(url.hostname);
      const send = url.protocol === 'https:' ? requestHttps : requestHttp;
      const sent = send(url, {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': `lifeboat/${VERSION}`,
        },
        lookup: destinations.lookup,
        // A connection of its own: one that was made before was looked up before.
        agent: false,
        signal: AbortSignal.timeout(patience),
      });
      sent.on('response', (response) => {
        resolve({ status: response.statusCode ?? null, failure: null });
        response.on('error', () => {}).destroy();
      });
      sent.on('error', fail).end(body);
    } catch (error) {
      fail(error as Error);
    }
  });
}

/** Without the address itself: its path may be a secret. */
function reasonOf(error: Error & { code?: string }): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  if (cause instanceof ForbiddenDestination) return `It may not be reached: ${cause.message}.`;
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'It did not answer in time.';
  return `It could not be reached (${error.code ?? error.name}).`;
}
