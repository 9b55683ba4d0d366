import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DigestCredentials } from '../../src/cli/digest-client.ts';
import { makeAuthority } from '../kit/certificates.ts';
import { type Identity, Lifeboat } from '../kit/lifeboat.ts';
import { startTlsProxy } from '../kit/tls-proxy.ts';
import { serveWire } from '../kit/wire-server/server.ts';

const MAIN = resolve(import.meta.dirname, '../../src/cli/main.ts');

interface ShownKey {
  id: string;
  publicKey: string;
  privateKey: string;
  roles: { roleName: string }[];
}

let lifeboat: Lifeboat;
let identity: Identity;

beforeAll(async () => {
  lifeboat = await Lifeboat.create({ LIFEBOAT_WORKERS: '0' });
  identity = await lifeboat.init();
  await lifeboat.serve();
});
afterAll(() => lifeboat?.remove());

async function ask({ publicKey, privateKey }: { publicKey: string; privateKey: string }, method: string, path: string, body?: unknown) {
  const credentials = new DigestCredentials(publicKey, privateKey);
  const send = () =>
    fetch(lifeboat.url + path, {
      method,
      headers: {
        accept: 'application/vnd.atlas.2023-01-01+json',
        'content-type': 'application/json',
        authorization: credentials.authorization(method, path) ?? '',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  credentials.accept((await send()).headers.get('www-authenticate'));
  return (await send()).status;
}

describe('a command whose key the service does not know', () => {
  it.each<[string, Record<string, string>, RegExp]>([
    [
      'of both settings',
      { LIFEBOAT_PUBLIC_KEY: 'abcdefgh', LIFEBOAT_PRIVATE_KEY: 'not-this' },
      /from LIFEBOAT_PUBLIC_KEY and LIFEBOAT_PRIVATE_KEY/,
    ],
    ['of a setting and the profile', { LIFEBOAT_PRIVATE_KEY: 'not-this' }, /from \S+client\.json and LIFEBOAT_PRIVATE_KEY/],
  ])('says where it is from and what to do, and never the secret: %s', async (_what, settings, expected) => {
    Object.assign(lifeboat.environment, settings);
    const { code, stderr } = await lifeboat.run('clusters', 'list');
    for (const name of Object.keys(settings)) delete lifeboat.environment[name];
    expect([code, stderr]).toEqual([1, expect.stringContaining('You are not authorized for this resource.')]);
    expect(stderr).toMatch(expected);
    expect(stderr).toContain('lifeboat keys list');
    expect(stderr).not.toContain('not-this');
    expect(stderr).not.toContain(identity.privateKey);
  });
});

describe('lifeboat keys', () => {
  it('is the way back when an access list shuts the only key out: at the machine no key is needed', async () => {
    const org = `/api/atlas/v2/orgs/${identity.orgId}`;
    const [own] = await lifeboat.json<ShownKey[]>('keys', 'list');
    expect(own).toMatchObject({ publicKey: identity.publicKey, roles: [{ roleName: 'ORG_OWNER' }] });
    expect(JSON.stringify(own)).not.toContain(identity.privateKey);
    expect(await ask(identity, 'POST', `${org}/apiKeys/${own!.id}/accessList`, [{ ipAddress: '203.0.113.1' }])).toBe(200);
    expect(await ask(identity, 'GET', org)).toBe(403);
    const made = await lifeboat.json<ShownKey>('keys', 'create', '--description', 'Way back');
    expect(made.roles).toEqual([{ roleName: 'ORG_OWNER' }]);
    expect(await ask(made, 'DELETE', `${org}/apiKeys/${own!.id}/accessList/203.0.113.1`)).toBe(204);
    expect(await ask(identity, 'GET', org)).toBe(200);
  });

  it('makes keys for a project, and ends them at once', async () => {
    const group = `/api/atlas/v2/groups/${identity.projectId}`;
    const made = await lifeboat.json<ShownKey>('keys', 'create', '--role', 'GROUP_READ_ONLY', '--project', identity.projectId);
    expect(await ask(made, 'GET', `${group}/events`)).toBe(200);
    expect((await lifeboat.run('keys', 'delete', made.id)).code).toBe(0);
    expect(await ask(made, 'GET', `${group}/events`)).toBe(401);
  });

  it.each<[string[], number, RegExp]>([
    [['keys', 'delete', '1'.repeat(24)], 1, /No API key with ID 1{24} exists/],
    [['keys', 'create', '--role', 'KING'], 2, /Allowed choices are ORG_OWNER/],
    [['keys', 'create', '--role', 'GROUP_OWNER'], 1, /--project for the role GROUP_OWNER was not given/],
  ])('%j ends with %i and one clear sentence', async (words, code, sentence) => {
    const result = await lifeboat.run(...words);
    expect([result.code, result.stderr]).toEqual([code, expect.stringMatching(sentence)]);
  });

  it('are not needed to register a deployment whose connection string names files either, which the service itself refuses', async () => {
    const authority = makeAuthority('an authority');
    const ca = join(lifeboat.folder, 'ca.pem');
    await writeFile(ca, authority.certificate);
    const { certificate, key } = authority.issue({ commonName: 'server', dnsNames: ['localhost'] });
    const server = await serveWire(new Map());
    const proxy = await startTlsProxy(server.uri, { cert: certificate, key });
    const uri = `mongodb://localhost:${proxy.port}/?tls=true&tlsCAFile=${ca}`;
    const clusters = `/api/lifeboat/v1/projects/${identity.projectId}/clusters`;
    expect(await ask(identity, 'POST', clusters, { name: 'shop', uri })).toBe(400);
    expect(await lifeboat.json('clusters', 'add', 'shop', '--uri', uri)).toMatchObject({
      name: 'shop',
      tier: 'FLEX',
      mongodbVersion: '7.0.14',
    });
    expect(await lifeboat.json('clusters', 'list')).toMatchObject([{ name: 'shop' }]);
    await proxy.close();
    await server.close();
  });

  it('never takes the last owner away, and also works while serve is stopped', async () => {
    await lifeboat.stop();
    const [first, second] = await lifeboat.json<ShownKey[]>('keys', 'list');
    expect((await lifeboat.run('keys', 'delete', second!.id)).code).toBe(0);
    const last = await lifeboat.run('keys', 'delete', first!.id);
    expect([last.code, last.stderr]).toEqual([1, expect.stringContaining('make another owner first')]);
    // All of that is in the audit log, and the log is whole.
    const entries = await lifeboat.json<{ action: string; by: { name: string } | null }[]>('audit', 'list');
    expect(entries.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['INSTALLATION_SET_UP', 'API_KEY_DELETED', 'CLUSTER_CREATED']),
    );
    const { head, ...report } = await lifeboat.json<{ head: { number: number; hash: string } }>('audit', 'verify');
    expect(report).toEqual({ ok: true, entries: head.number, findings: [] });
    const wrong = await lifeboat.run('audit', 'verify', '--head', `${head.number}:${'0'.repeat(64)}`);
    expect([wrong.code, wrong.stdout]).toEqual([1, expect.stringContaining('TAMPERED WITH')]);
  });
});

describe('lifeboat users', () => {
  const printed = () => [...lifeboat.log.matchAll(/http\S+\/setup#token=\S+/g)].map(([url]) => url);
  beforeAll(async () => {
    await lifeboat.stop();
    await lifeboat.serve();
  });

  interface ShownUser {
    id: string;
    username: string;
    password?: string;
    roles: object[];
  }
  const signIn = async (username: string, password: string) =>
    (
      await fetch(`${lifeboat.url}/api/lifeboat/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password }),
      })
    ).status;

  it('is the way in: what `serve` prints, another token when that is old, and an owner made at the machine', async () => {
    const ofThisStart = () => printed().filter((url) => url.startsWith(`${lifeboat.url}/setup#token=`)).length;
    await expect.poll(ofThisStart, { timeout: 20_000 }).toBe(1);
    const { url, token } = await lifeboat.json<{ url: string; token: string }>('users', 'setup-token');
    expect(url).toBe(`${lifeboat.url}/setup#token=${token}`);
    expect(printed()).not.toContain(url);
    expect(await lifeboat.run('users', 'add', 'anchor')).toMatchObject({ code: 1, stderr: expect.stringContaining('--owner or --role') });
    const made = await lifeboat.json<ShownUser>('users', 'add', 'anchor', '--owner');
    expect(made).toMatchObject({ username: 'anchor', roles: [{ roleName: 'ORG_OWNER' }], password: expect.stringMatching(/^.{20,}$/) });
    expect(await signIn('anchor', made.password!)).toBe(200);
    expect(await lifeboat.run('users', 'setup-token')).toMatchObject({ code: 1, stderr: expect.stringContaining('has an owner already') });
    expect(await lifeboat.run('users', 'remove', 'anchor')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('make another owner first'),
    });
  });

  it('gives a password from standard input or makes one, lists and removes', async () => {
    const given = { env: lifeboat.environment, input: 'two oars and a bailer\n' };
    const add = [MAIN, 'users', 'add', 'mate', '--role', 'GROUP_READ_ONLY', '--project', identity.projectId, '--password-stdin', '--json'];
    expect(JSON.parse(execFileSync(process.execPath, add, given).toString())).not.toHaveProperty('password');
    expect(await signIn('mate', 'two oars and a bailer')).toBe(200);
    const { password } = await lifeboat.json<ShownUser>('users', 'password', 'Mate');
    expect([await signIn('mate', 'two oars and a bailer'), await signIn('mate', password!)]).toEqual([401, 200]);
    const listed = await lifeboat.json<ShownUser[]>('users', 'list');
    expect(listed.map(({ username }) => username)).toEqual(['anchor', 'mate']);
    expect(JSON.stringify(listed)).not.toMatch(/scrypt|password/);
    expect(await lifeboat.run('users', 'remove', 'mate')).toMatchObject({ code: 0 });
    expect(await signIn('mate', password!)).toBe(401);
  });
});
