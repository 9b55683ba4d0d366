import { describe, expect, it } from 'vitest';
import { isOurOrigin, isSafe, sameToken } from '../../../src/api/auth/request-origin.ts';
import { noSessionCookie, readSessionCookie, sessionCookie } from '../../../src/api/auth/session-cookie.ts';

const HTTP = 'http://127.0.0.1:8080';
const HTTPS = 'https://backup.example';
const asked = (cookie?: string, protocol: 'http' | 'https' = 'http') => ({
  headers: { ...(cookie !== undefined && { cookie }) },
  protocol,
});

describe('the session cookie', () => {
  it.each<[string, 'http' | 'https', string, boolean]>([
    ['a plain connection', 'http', HTTP, false],
    ['a connection of TLS', 'https', HTTP, true],
    ['links that begin with https', 'http', HTTPS, true],
  ])('is bound to TLS and to this very host over %s as it can be', (_what, protocol, publicUrl, isSecure) => {
    const text = sessionCookie(asked(undefined, protocol), publicUrl, 'TOKEN');
    const name = isSecure ? '__Host-lifeboat_session' : 'lifeboat_session';
    expect(text).toBe(`${name}=TOKEN; Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`);
    expect(noSessionCookie(asked(undefined, protocol), publicUrl)).toBe(`${text.replace('TOKEN', '')}; Max-Age=0`);
  });

  it.each<[string | undefined, string | null, boolean]>([
    [undefined, null, false],
    ['', null, false],
    ['lifeboat_session=abc', 'abc', true],
    [' a=b;lifeboat_session=abc ;c', 'abc', true],
    ['lifeboat_session=abc; lifeboat_session=abc', null, true],
    ['lifeboat_session=abc; lifeboat_session=def', null, true],
    ['__Host-lifeboat_session=abc', null, true],
    ['lifeboat_session=abc; __Host-lifeboat_session=def', 'abc', true],
    ['xlifeboat_session=abc; lifeboat_sessionx=def; LIFEBOAT_SESSION=x', null, false],
    ['lifeboat_session', null, true],
    ['lifeboat_session=', '', true],
    [`${'a=b;'.repeat(4000)}lifeboat_session=abc`, 'abc', true],
  ])('of %j is %j', (cookie, token, isThere) => {
    const read = readSessionCookie(asked(cookie), HTTP);
    expect([read.token ?? null, read.isThere]).toEqual([token, isThere]);
  });

  it('over TLS is the one that no other host can set', () => {
    expect(readSessionCookie(asked('lifeboat_session=planted'), HTTPS).token).toBeNull();
    expect(readSessionCookie(asked('lifeboat_session=planted; __Host-lifeboat_session=own'), HTTPS).token).toBe('own');
  });
});

describe('the origin of a request', () => {
  it.each<[string | undefined, string, boolean]>([
    [undefined, 'backup.example', true],
    ['https://backup.example', '127.0.0.1:8080', true],
    ['http://localhost:8080', 'localhost:8080', true],
    ['https://lifeboat.example', 'lifeboat.example:443', true],
    ['http://LOCALHOST:8080', 'localhost:8080', false],
    ['null', 'backup.example', false],
    ['', 'backup.example', false],
    ['https://backup.example/', 'backup.example', false],
    ['https://user@backup.example', 'backup.example', false],
    ['https://backup.example.evil.example', 'backup.example', false],
    ['https://evil.example', 'backup.example', false],
    ['http://localhost:9090', 'localhost:8080', false],
    ['https://backup.example, https://evil.example', 'backup.example', false],
    ['chrome-extension://backup.example', 'backup.example', false],
    ['https://backup.example', '', true],
    ['https://other.example', 'a b', false],
  ])('%j to %j: ours is %j', (origin, host, isOurs) => {
    expect(isOurOrigin({ headers: { ...(origin !== undefined && { origin }) }, host }, HTTPS)).toBe(isOurs);
  });

  it('is of no matter where nothing is changed', () => {
    expect(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter(isSafe)).toEqual(['GET', 'HEAD']);
  });

  it('is proven by the very token, once', () => {
    expect(sameToken('abc', 'abc')).toBe(true);
    for (const given of [undefined, '', 'ab', 'abd', 'abcd', 'äbc', ['abc'], ['abc', 'abc']]) expect(sameToken(given, 'abc')).toBe(false);
  });
});
