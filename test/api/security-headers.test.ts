import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBareEdge } from '../kit/bare-edge.ts';

let edge: Awaited<ReturnType<typeof startBareEdge>>;
beforeAll(async () => {
  edge = await startBareEdge();
});
afterAll(() => edge.server.close());

/** One of each kind of answer: a page, a document, errors of every layer, a challenge, plain text. */
const ANSWERS: [method: 'GET' | 'POST' | 'OPTIONS', path: string, status: number][] = [
  ['GET', '/api/docs', 200],
  ['GET', '/api/openapi.json', 200],
  ['GET', '/healthz', 200],
  ['GET', '/api/private/unauth/nds/defaultMongoDBMajorVersion', 200],
  ['GET', '/nowhere', 404],
  ['GET', '/<script>alert(1)</script>', 404],
  ['GET', '/%zz', 404],
  ['GET', '/api/lifeboat/v1/downloads/%zz/x/y', 404],
  ['POST', '/healthz', 405],
  ['OPTIONS', '/api/docs', 405],
  ['GET', '/api/atlas/v2/groups', 401],
  ['GET', '/api/atlas/v1.0/%zz', 401],
  ['POST', '/api/oauth/token', 401],
];

describe('every answer', () => {
  it.each(ANSWERS)('%s %s lets a browser load, run, frame and guess nothing', async (method, url, status) => {
    const { statusCode, headers } = await edge.server.inject({ method, url });
    expect(statusCode).toBe(status);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers['referrer-policy']).toMatch(/^(strict-origin-when-cross-origin|no-referrer)$/);
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'none'; .*base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/);
    expect(policy).not.toMatch(/unsafe|\*|http|data:/);
    // What anybody may read may be kept; all else holds what somebody is.
    expect(headers['cache-control']).toMatch(/^\/api\/(docs|openapi\.json)$/.test(url) && status === 200 ? /^public/ : /no-store/);
    // Nothing allows another origin's script to read it.
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  it('is typed as what it is: no error is HTML, whatever its text holds', async () => {
    const { headers, body } = await edge.server.inject({ method: 'GET', url: '/<script>alert(1)</script>' });
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(JSON.parse(body).errorCode).toBe('RESOURCE_NOT_FOUND');
  });
});
