import { describe, expect, it } from 'vitest';
import { isProblem } from '../../src/errors.ts';
import { S3Blobs } from '../../src/vault/s3-blobs.ts';
import { describeBlobStore } from '../contract/blob-store.contract.ts';
import { type FakeRequest, FakeS3, type Misbehaviour } from '../kit/fake-s3.ts';
import { keysOf } from '../kit/vaults.ts';

const KEY = 'chunks/aa/1';
const BODY = Buffer.from('the bytes of an object');
const SECRETS = { accessKeyId: 'the-access-key', secretAccessKey: 'the-secret-key', sessionToken: 'the-session-token' };

async function storeOn(fake: FakeS3, { patienceMs = 10_000, location = fake.location } = {}): Promise<S3Blobs> {
  // Waits of nothing: chance is an argument.
  return S3Blobs.open(location, { credentials: SECRETS, patienceMs }, { random: () => 0, settling: 50, firstPatience: 10_000 });
}

/** The first `times` requests of this method go wrong. */
function failing(method: string, times: number, how: Misbehaviour): FakeS3['misbehave'] {
  let left = times;
  return (request) => (request.method === method && left-- > 0 ? how : undefined);
}

describeBlobStore('the S3 store on a server without conditional writes', async () => {
  const fake = await FakeS3.start();
  fake.honoursConditions = false;
  fake.pageSize = 2;
  return storeOn(fake);
});

describe('the S3 store', () => {
  it.each<[string, Misbehaviour]>([
    ['503 SlowDown', { status: 503, code: 'SlowDown' }],
    ['500 InternalError', { status: 500, code: 'InternalError' }],
    ['502 of a proxy, in HTML', { status: 502, text: '<html><body>Bad gateway</body></html>', headers: { 'content-type': 'text/html' } }],
    ['429', { status: 429, code: 'TooManyRequests' }],
    ['400 RequestTimeout', { status: 400, code: 'RequestTimeout' }],
    ['400 BadDigest', { status: 400, code: 'BadDigest' }],
    ['a connection that is reset', 'reset'],
    ['an answer that is lost', 'lost'],
  ])('goes on after %s', async (_, how) => {
    const fake = await FakeS3.start();
    const store = await storeOn(fake);
    // HEAD has no body that would say which 400 it is.
    const methods = typeof how === 'object' && how.status === 400 ? ['PUT', 'GET', 'POST'] : ['PUT', 'GET', 'HEAD', 'DELETE', 'POST'];
    for (const method of methods) {
      fake.misbehave = failing(method, 4, how);
      await store.put(KEY, BODY);
      expect(await store.get(KEY)).toEqual(BODY);
      expect(await store.stat(KEY)).toEqual({ size: BODY.length });
      expect(await keysOf(store)).toEqual([KEY]);
      await store.delete(KEY);
      await store.put(KEY, BODY);
      await store.deleteAll([KEY, 'chunks/aa/2']);
      expect(await keysOf(store)).toEqual([]);
    }
  });

  it('takes a server that says nothing for dead, and asks again', async () => {
    const fake = await FakeS3.start();
    const store = await storeOn(fake, { patienceMs: 2000 });
    await store.put(KEY, BODY);
    fake.misbehave = failing('GET', 1, 'silent');
    expect(await store.get(KEY)).toEqual(BODY);
  });

  it('gives up when the store is away for longer than its patience', async () => {
    const fake = await FakeS3.start();
    fake.misbehave = () => ({ status: 503, code: 'SlowDown' });
    const store = await S3Blobs.open(
      fake.location,
      { credentials: SECRETS, patienceMs: 400 },
      { random: () => 0.5, settling: 50, firstPatience: 400 },
    );
    await expect(store.put(KEY, BODY)).rejects.toMatchObject({ code: 'store-unavailable', message: expect.stringContaining('SlowDown') });
    expect(fake.requests.length).toBeGreaterThan(1);
    expect(fake.requests.length).toBeLessThan(20);
  });

  it('waits less for a store that has never answered', async () => {
    const fake = await FakeS3.start();
    const isDown: Misbehaviour = { status: 503, code: 'ServiceUnavailable' };
    const timing = { random: () => 0.5, settling: 50, firstPatience: 300 };
    const store = await S3Blobs.open(fake.location, { credentials: SECRETS, patienceMs: 60_000 }, timing);
    fake.misbehave = () => isDown;
    await expect(store.stat(KEY)).rejects.toSatisfy((error) => isProblem(error, 'store-unavailable'));
    fake.misbehave = () => undefined;
    expect(await store.stat(KEY)).toBeNull();
    // Waits of 0.1, 0.2 and 0.4 seconds.
    fake.misbehave = failing('HEAD', 3, isDown);
    expect(await store.stat(KEY)).toBeNull();
  });

  it.each<[string, Misbehaviour, string, RegExp]>([
    ['no such bucket', { status: 404, code: 'NoSuchBucket' }, 'store-unavailable', /create it/],
    ['wrong access key', { status: 403, code: 'InvalidAccessKeyId' }, 'store-unavailable', /AWS_ACCESS_KEY_ID/],
    ['wrong secret', { status: 403, code: 'SignatureDoesNotMatch' }, 'store-unavailable', /AWS_SECRET_ACCESS_KEY/],
    ['an expired token', { status: 400, code: 'ExpiredToken' }, 'store-unavailable', /AWS_SESSION_TOKEN/],
    ['a right that is lacking', { status: 403, code: 'AccessDenied' }, 'store-unavailable', /lack a right/],
    ['another region', { status: 301, code: 'PermanentRedirect' }, 'store-unavailable', /region=/],
    ['a clock that is wrong', { status: 403, code: 'RequestTimeTooSkewed' }, 'store-unavailable', /clock/],
    ['a key of the KMS that cannot be used', { status: 400, code: 'KMS.DisabledException' }, 'store-unavailable', /kmsKeyId/],
    ['a quota', { status: 403, code: 'QuotaExceeded' }, 'store-full', /gc/],
    ['no room', { status: 507, code: 'XMinioStorageFull' }, 'store-full', /gc/],
    ['a server that answers everything', { status: 200, text: '<html>Hello</html>' }, 'store-unavailable', /endpoint/],
    ['a server that is not of S3', { status: 404, text: '<html>Not found</html>' }, 'store-unavailable', /endpoint/],
  ])('says what to do about %s, at once', async (_, how, code, hint) => {
    const fake = await FakeS3.start();
    fake.misbehave = () => how;
    const store = await storeOn(fake);
    for (const ask of [() => store.put(KEY, BODY), () => store.get(KEY), () => keysOf(store)]) {
      fake.requests.length = 0;
      await expect(ask()).rejects.toMatchObject({ code, hint: expect.stringMatching(hint) });
      expect(fake.requests.length).toBeLessThan(4);
    }
  });

  it('never takes a store that refuses for one that has nothing', async () => {
    const fake = await FakeS3.start();
    const store = await storeOn(fake);
    fake.misbehave = () => ({ status: 403 });
    await expect(store.stat(KEY)).rejects.toMatchObject({ code: 'store-unavailable', hint: expect.stringMatching(/right/) });
    await expect(store.delete(KEY)).rejects.toSatisfy((error) => isProblem(error, 'store-unavailable'));
  });

  it('goes on where the clocks differ, by the time that the server tells', async () => {
    const fake = await FakeS3.start();
    const date = new Date(Date.UTC(2031, 0, 1)).toUTCString();
    const isLate = ({ headers }: FakeRequest) => !String(headers['x-amz-date']).startsWith('2031');
    fake.misbehave = (request) => (isLate(request) ? { status: 403, code: 'RequestTimeTooSkewed', headers: { date } } : undefined);
    const store = await storeOn(fake);
    await store.put(KEY, BODY);
    expect(await store.get(KEY)).toEqual(BODY);
  });

  it('reads again what was changed on the way, and calls damaged what is so each time', async () => {
    const fake = await FakeS3.start();
    const store = await storeOn(fake);
    await store.put(KEY, BODY);
    const flip = (body: Buffer) => Buffer.from(body.map((byte, at) => (at === 3 ? byte ^ 1 : byte)));
    let left = 1;
    fake.corrupt = (body) => (left-- > 0 ? flip(body) : body);
    expect(await store.get(KEY)).toEqual(BODY);
    fake.corrupt = flip;
    await expect(store.get(KEY)).rejects.toMatchObject({ code: 'object-damaged', parameters: [KEY, expect.stringContaining('checksum')] });
  });

  it('knows its own object again when the answer to its creation was lost, and another’s', async () => {
    const fake = await FakeS3.start();
    const store = await storeOn(fake);
    expect(await store.caveat()).toBeNull();
    fake.misbehave = failing('PUT', 1, 'lost');
    expect(await store.create(KEY, BODY)).toBe(true);
    fake.misbehave = failing('PUT', 1, 'lost');
    expect(await store.create(KEY, Buffer.from('of another'))).toBe(false);
    expect(await store.get(KEY)).toEqual(BODY);
    fake.misbehave = failing('PUT', 1, { status: 409, code: 'ConditionalRequestConflict' });
    expect(await store.create('chunks/aa/2', BODY)).toBe(true);
  });

  it('finds out by what it does whether the server honours conditions, and says so', async () => {
    const fake = await FakeS3.start();
    fake.honoursConditions = false;
    expect(await (await storeOn(fake)).caveat()).toMatch(/ignores If-None-Match/);
    // The probe is there already: one request is enough.
    fake.honoursConditions = true;
    fake.requests.length = 0;
    expect(await (await storeOn(fake)).caveat()).toBeNull();
    expect(fake.requests).toHaveLength(1);
    fake.misbehave = (request) => ('if-none-match' in request.headers ? { status: 501, code: 'NotImplemented' } : undefined);
    const store = await storeOn(fake);
    expect(await store.create(KEY, BODY)).toBe(true);
    expect(await store.create(KEY, Buffer.from('of another'))).toBe(false);
    expect(await keysOf(store)).toEqual([KEY]);
  });

  it('deletes many objects with few requests, and one by one where the server cannot', async () => {
    const fake = await FakeS3.start();
    const store = await storeOn(fake);
    const keys = Array.from({ length: 1500 }, (_, n) => `chunks/aa/${n}`);
    for (const key of keys) fake.objects.set(`a/vault/${key}`, BODY);
    await store.deleteAll(keys);
    expect(fake.requests).toHaveLength(2);
    expect(fake.objects.size).toBe(0);
    for (const key of keys.slice(0, 30)) fake.objects.set(`a/vault/${key}`, BODY);
    fake.misbehave = ({ method }) => (method === 'POST' ? { status: 501, code: 'NotImplemented' } : undefined);
    await store.deleteAll(keys.slice(0, 30));
    expect(fake.objects.size).toBe(0);
  });

  it('leaves what is beside its prefix alone', async () => {
    const fake = await FakeS3.start();
    for (const key of ['a/vault2/x', 'a/x', 'x']) fake.objects.set(key, BODY);
    const store = await storeOn(fake);
    await store.put(KEY, BODY);
    expect(await keysOf(store)).toEqual([KEY]);
    const whole = await storeOn(fake, { location: { ...fake.location, prefix: '' } });
    expect(await keysOf(whole)).toEqual(['a/vault/chunks/aa/1', 'a/vault2/x', 'a/x', 'x']);
  });

  it('sends each object with its SHA-256, and asks for the encryption that is set', async () => {
    const fake = await FakeS3.start();
    const store = await storeOn(fake, {
      location: { ...fake.location, serverEncryption: { algorithm: 'aws:kms', keyId: 'arn:aws:kms:eu-central-1:1:key/a' } },
    });
    await store.put(KEY, BODY);
    expect(fake.requests[0]!.headers).toMatchObject({
      'x-amz-checksum-sha256': expect.any(String),
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:eu-central-1:1:key/a',
    });
  });

  it('tells no secret in what it throws', async () => {
    const fake = await FakeS3.start();
    const store = await storeOn(fake);
    fake.misbehave = ({ headers }) => {
      const text = `<Error><Code>SignatureDoesNotMatch</Code><Message>No.</Message><CanonicalRequest>${headers['x-amz-security-token']}</CanonicalRequest></Error>`;
      return { status: 403, text };
    };
    const error = await store.put(KEY, BODY).catch((thrown) => thrown);
    const all = JSON.stringify([error, error.message, error.hint, error.stack, error.cause ?? null]);
    for (const secret of [SECRETS.secretAccessKey, SECRETS.sessionToken]) expect(all).not.toContain(secret);
  });
});
