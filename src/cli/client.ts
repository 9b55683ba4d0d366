import { messageOf } from '../errors.ts';
import { DigestCredentials } from './digest-client.ts';
import type { Connection } from './profile.ts';

/** The service refused, or could not be reached. */
export class ServiceError extends Error {
  readonly status: number;
  readonly errorCode: string;
  readonly hint: string | undefined;

  constructor(status: number, errorCode: string, message: string, hint?: string) {
    super(message);
    this.name = 'ServiceError';
    this.status = status;
    this.errorCode = errorCode;
    this.hint = hint;
  }
}

interface ErrorBody {
  detail?: string;
  errorCode?: string;
  hint?: string;
}

/** A client of Lifeboat's HTTP API, as any other: digest, JSON. */
export class Client {
  readonly connection: Connection;
  readonly #credentials: DigestCredentials;

  constructor(connection: Connection) {
    this.connection = connection;
    this.#credentials = new DigestCredentials(connection.publicKey, connection.privateKey);
  }

  /** A path of the native API below the project: `clusters/shop/snapshots`. */
  project(path: string): string {
    return `/api/lifeboat/v1/projects/${this.connection.projectId}/${path}`;
  }

  async get<T>(path: string): Promise<T> {
    return this.#request<T>('GET', path);
  }

  /** Every result of a list, page by page. */
  async getAll<T>(path: string): Promise<T[]> {
    const all: T[] = [];
    for (let page = 1; ; page += 1) {
      const { results, totalCount } = await this.get<{ results: T[]; totalCount: number }>(`${path}?pageNum=${page}&itemsPerPage=500`);
      all.push(...results);
      if (results.length === 0 || all.length >= totalCount) return all;
    }
  }

  async post<T>(path: string, body?: unknown): Promise<T> {
    return this.#request<T>('POST', path, body ?? {});
  }

  async put<T>(path: string, body: unknown): Promise<T> {
    return this.#request<T>('PUT', path, body);
  }

  async patch<T>(path: string, body: unknown): Promise<T> {
    return this.#request<T>('PATCH', path, body);
  }

  async delete(path: string): Promise<void> {
    await this.#request('DELETE', path);
  }

  async #request<T>(method: string, path: string, body?: unknown): Promise<T> {
    let response = await this.#send(method, path, body);
    if (response.status === 401 && this.#credentials.accept(response.headers.get('www-authenticate'))) {
      await response.arrayBuffer();
      response = await this.#send(method, path, body);
    }
    const text = await response.text();
    if (response.ok) return (text ? JSON.parse(text) : undefined) as T;
    throw asServiceError(response, text, this.connection);
  }

  async #send(method: string, path: string, body: unknown): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json' };
    const authorization = this.#credentials.authorization(method, path);
    if (authorization) headers.authorization = authorization;
    if (body !== undefined) headers['content-type'] = 'application/json';
    try {
      return await fetch(this.connection.url + path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
    } catch (error) {
      throw unreachable(this.connection.url, error);
    }
  }
}

export function unreachable(url: string, error: unknown): ServiceError {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  const isUntrusted = /CERT|SIGNATURE/.test(String((cause as { code?: unknown }).code));
  const hint = isUntrusted
    ? 'Name the file of its authority in NODE_EXTRA_CA_CERTS, and in LIFEBOAT_URL a host name that the certificate is for.'
    : 'Is `npx lifeboat serve` running?';
  return new ServiceError(0, 'UNREACHABLE', `The service at ${url} cannot be reached: ${messageOf(cause)}.`, hint);
}

function asServiceError(response: Response, text: string, connection: Connection): ServiceError {
  let body: ErrorBody = {};
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy in between answers as it likes; the status says enough.
  }
  const detail = body.detail ?? `The service answered ${response.status}.`;
  // A challenge after an answer to one: the key is not known there, or its private half is another.
  const isUnknown = response.status === 401 && response.headers.has('www-authenticate');
  const hint = isUnknown ? unknownKeyHint(connection) : body.hint;
  return new ServiceError(response.status, body.errorCode ?? 'UNEXPECTED_ERROR', detail, hint);
}

/** Atlas' sentence says nothing of why; of the two halves only the public one is named. */
function unknownKeyHint({ url, publicKey, keyFrom }: Connection): string {
  return (
    `The service at ${url} does not know the API key ${publicKey} with this private key; it is from ${keyFrom}. ` +
    'At the machine of the service, `npx lifeboat keys list` shows the keys that it knows, and `npx lifeboat keys create` makes another.'
  );
}
