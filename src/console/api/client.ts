import { ApiError, errorOfAnswer } from './errors.ts';
import type { paths } from './served.d.ts';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
/** The paths of the served document that have the method. */
type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: infer O } ? ([O] extends [undefined] ? never : P) : never;
}[keyof paths];
type Operation<P extends keyof paths, M extends Method> = paths[P] extends { [K in M]: infer O } ? NonNullable<O> : never;
type Content<T> = T extends { content: infer C } ? C[keyof C] : undefined;
type Answers<O> = O extends { responses: infer R } ? { [S in keyof R]: Content<R[S]> }[keyof R] : never;
/** What a call answers when it is not refused. */
export type Answer<P extends keyof paths, M extends Method = 'get'> = Exclude<Answers<Operation<P, M>>, undefined>;

type PathValues<O> = O extends { parameters: { path: infer V } } ? { path: V } : { path?: undefined };
type QueryValues<O> = O extends { parameters: { query?: infer V } } ? { query?: V } : { query?: undefined };
type BodyOf<O> = O extends { requestBody: { content: infer C } } ? { body: C[keyof C] } : { body?: undefined };
type Parts<O> = PathValues<O> & QueryValues<O> & BodyOf<O> & { signal?: AbortSignal };

let csrfToken = '';
let onSignedOut: () => void = () => {};

/** Of the session; every request that changes anything carries it. */
export function rememberCsrfToken(token: string): void {
  csrfToken = token;
}

/** Called when an answer says that nobody is signed in (any more). */
export function whenSignedOut(react: () => void): void {
  onSignedOut = react;
}

/** Calls of the API as its OpenAPI document types them; what is refused is thrown as an {@link ApiError}. */
export const api = {
  get: <P extends PathOf<'get'>>(path: P, parts: Parts<Operation<P, 'get'>>) => typed<Answer<P, 'get'>>('GET', path, parts as AnyParts),
  post: <P extends PathOf<'post'>>(path: P, parts: Parts<Operation<P, 'post'>>) =>
    typed<Answer<P, 'post'>>('POST', path, parts as AnyParts),
  put: <P extends PathOf<'put'>>(path: P, parts: Parts<Operation<P, 'put'>>) => typed<Answer<P, 'put'>>('PUT', path, parts as AnyParts),
  patch: <P extends PathOf<'patch'>>(path: P, parts: Parts<Operation<P, 'patch'>>) =>
    typed<Answer<P, 'patch'>>('PATCH', path, parts as AnyParts),
  delete: <P extends PathOf<'delete'>>(path: P, parts: Parts<Operation<P, 'delete'>>) =>
    typed<Answer<P, 'delete'>>('DELETE', path, parts as AnyParts),
};

interface AnyParts {
  path?: object | undefined;
  query?: object | undefined;
  body?: unknown;
  signal?: AbortSignal;
}

function typed<T>(method: string, template: string, { path, query, body, signal }: AnyParts): Promise<T> {
  return request<T>(method, urlOf(template, path, query), { body, signal });
}

/** A template of the document with its values, encoded. */
export function urlOf(template: string, path: object = {}, query: object = {}): string {
  const values = path as Record<string, unknown>;
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
  const search = new URLSearchParams();
  for (const [name, values] of Object.entries(query)) {
    for (const value of [values].flat()) if (value !== undefined && value !== '') search.append(name, String(value));
  }
  return search.size > 0 ? `${filled}?${search}` : filled;
}

export interface RequestOptions {
  body?: unknown;
  signal?: AbortSignal | undefined;
}

const ATLAS = 'application/vnd.atlas.2025-03-12+json';

/** One call, by its URL: where the document has no types for it (yet). */
export async function request<T>(method: string, url: string, { body, signal }: RequestOptions = {}): Promise<T> {
  const isAtlas = url.startsWith('/api/atlas/v2');
  const type = isAtlas ? ATLAS : 'application/json';
  const headers: Record<string, string> = { accept: type, 'x-lifeboat-console': '1' };
  if (method !== 'GET') headers['x-csrf-token'] = csrfToken;
  if (body !== undefined) headers['content-type'] = type;
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers,
      credentials: 'same-origin',
      signal: signal ?? null,
      body: body === undefined ? null : JSON.stringify(body),
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'OFFLINE', 'Lifeboat does not answer.');
  }
  if (!response.ok) {
    const error = errorOfAnswer(response.status, text, response.headers.get('retry-after'));
    // Atlas answers 401 for a role that is missing, too.
    if (error.code === 'NOT_SIGNED_IN') onSignedOut();
    throw error;
  }
  return (text ? JSON.parse(text) : undefined) as T;
}
