import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Binary, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../../src/cli/client.ts';
import { type Identity, Lifeboat } from '../kit/lifeboat.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';

interface Snapshot {
  id: string;
  status: string;
}

let source: MongoServer;
let lifeboat: Lifeboat;
let identity: Identity;
let snapshot: Snapshot;

beforeAll(async () => {
  source = await startMongo('ferretdb');
  await fillPictures(source.uri);
  lifeboat = await Lifeboat.create();
});

afterAll(async () => {
  await lifeboat?.remove();
  await source?.stop();
});

describe('an installation', () => {
  it('can be set up while it serves on a port it picked itself: the commands find it', async () => {
    await lifeboat.serve();
    identity = await lifeboat.init();
    await lifeboat.json('clusters', 'add', 'shop', '--uri', source.uri);
    snapshot = await lifeboat.json<Snapshot>('snapshots', 'take', 'shop', '--wait');
    expect(snapshot.status).toBe('COMPLETED');
  });

  it('stops within its grace while somebody reads a download slowly', async () => {
    const slow = await startDownload();
    expect(slow.statusCode).toBe(200);
    const started = performance.now();
    await lifeboat.stop();
    expect(performance.now() - started).toBeLessThan(30_000);
    expect(slow.complete).toBe(false);
    slow.destroy();
  });

  it('says that a COMPLETED snapshot has lost its manifest, and collects nothing until it is back', async () => {
    const manifest = join(lifeboat.folder, 'data/vault/manifests', snapshot.id);
    await rename(manifest, join(lifeboat.folder, 'aside'));
    const { code, stdout } = await lifeboat.run('verify', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, missing: [{ object: `manifests/${snapshot.id}`, snapshots: [snapshot.id] }] });
    const collected = await lifeboat.run('gc', '--json');
    expect(collected).toMatchObject({ code: 1 });
    expect(collected.stderr).toContain(`manifests/${snapshot.id}`);
    await rename(join(lifeboat.folder, 'aside'), manifest);
    expect(await lifeboat.json('verify')).toMatchObject({ ok: true, snapshots: 1 });
  });

  it('names a damaged chunk, and what can be done', async () => {
    const folder = join(lifeboat.folder, 'data/vault/chunks');
    const [chunk] = (await readdir(folder, { recursive: true })).filter((name) => name.includes('-'));
    const bytes = await readFile(join(folder, chunk!));
    await writeFile(join(folder, chunk!), Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])]));
    const { code, stdout } = await lifeboat.run('verify');
    expect(code).toBe(1);
    expect(stdout).toContain(`damaged  chunks/${chunk}: its seal does not open (snapshots ${snapshot.id})`);
    expect(stdout).toContain('written anew by the next snapshot');
    await writeFile(join(folder, chunk!), bytes);
  });

  it('refuses a snapshot id that is none with the exit code of wrong usage', async () => {
    expect(await lifeboat.run('verify', '--snapshot', '../../x')).toMatchObject({ code: 2 });
  });

  it('never makes a new master key in the place of one that is lost', async () => {
    const file = join(lifeboat.folder, 'data/master.key');
    const key = await readFile(file, 'utf8');
    await rm(file);
    const refused = await lifeboat.run('verify');
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('The master key is missing');
    await expect(readFile(file)).rejects.toThrow('ENOENT');
    // The key that was exported does as well.
    const given = await Lifeboat.create({ ...lifeboat.environment, LIFEBOAT_KEY: key.trim() } as Record<string, string>);
    expect(await given.json('verify')).toMatchObject({ ok: true, snapshots: 1 });
    await rm(given.folder, { recursive: true });
    await writeFile(file, key);
  });

  it('keeps no secret in clear: not in its database, its vault or its log (P9)', async () => {
    await lifeboat.serve();
    const password = `pass-${randomBytes(8).toString('hex')}`;
    const refused = await lifeboat.run('clusters', 'add', 'locked', '--uri', source.uri.replace('//', `//somebody:${password}@`));
    const account = curl('POST', `/api/atlas/v2/orgs/${identity.orgId}/serviceAccounts`, {
      ...{ name: 'ci', description: 'of a test', roles: ['ORG_READ_ONLY'], secretExpiresAfterHours: 8 },
    }) as { clientId: string; secrets: { secret: string }[] };
    const [{ secret }] = account.secrets as [{ secret: string }];
    const { access_token: token } = curl('POST', '/api/oauth/token', 'grant_type=client_credentials', `${account.clientId}:${secret}`) as {
      access_token: string;
    };
    const link = (await downloadUrl()).split('/').at(-2)!;
    const { token: setupToken } = await lifeboat.json<{ token: string }>('users', 'setup-token');
    const user = await signInAsOwner(setupToken);
    const secrets = { password, secret, token, link, privateKey: identity.privateKey, setupToken, ...user };
    for (const value of Object.values(secrets)) expect(value.length).toBeGreaterThan(15);
    await lifeboat.stop();
    expect(await placesOf(secrets, [refused.stdout, refused.stderr, lifeboat.log])).toEqual({});
  });

  it('puts everything under a new master key, goes on where a rotation broke off, and says no to the old one', async () => {
    const file = join(lifeboat.folder, 'data/master.key');
    const old = await readFile(file, 'utf8');
    // As a rotation leaves it that was killed once it had made the new key.
    const next = randomBytes(32).toString('base64');
    await writeFile(`${file}.new`, `${next}\n`, { mode: 0o600 });
    const serve = await lifeboat.run('serve');
    expect(serve).toMatchObject({ code: 2, stderr: expect.stringContaining('lifeboat key rotate') });
    expect(await lifeboat.json('key', 'rotate')).toEqual({ keyFile: file, oldKeyFile: `${file}.old` });
    expect((await readFile(file, 'utf8')).trim()).toBe(next);
    expect(await readFile(`${file}.old`, 'utf8')).toBe(old);
    // A second one keeps both of the keys before.
    expect(await lifeboat.json('key', 'rotate')).toEqual({ keyFile: file, oldKeyFile: `${file}.old.2` });
    expect((await readFile(`${file}.old.2`, 'utf8')).trim()).toBe(next);
    const entries = await lifeboat.json<{ action: string }[]>('audit', 'list');
    expect(entries.filter(({ action }) => action === 'MASTER_KEY_ROTATED')).toHaveLength(2);
    await lifeboat.serve();
    const running = await lifeboat.run('key', 'rotate');
    expect(running).toMatchObject({ code: 1, stderr: expect.stringContaining('already uses the data folder') });
    // The API key's secret and the connection string open under the new key; so does the vault.
    expect((await lifeboat.json<Snapshot>('snapshots', 'take', 'shop', '--wait')).status).toBe('COMPLETED');
    expect(await lifeboat.json('verify')).toMatchObject({ ok: true, snapshots: 2 });
    await lifeboat.stop();
    const withOld = await Lifeboat.create({ ...lifeboat.environment, LIFEBOAT_KEY: old.trim() } as Record<string, string>);
    expect(await withOld.run('verify')).toMatchObject({ code: 1, stderr: expect.stringContaining('The master key does not open') });
    await rm(withOld.folder, { recursive: true });
  });
});

/** The first owner is set up and does all that a person does, well and badly; answers every secret of it. */
async function signInAsOwner(token: string): Promise<Record<string, string>> {
  const userPassword = `pass-${randomBytes(8).toString('hex')}`;
  const nextPassword = `pass-${randomBytes(8).toString('hex')}`;
  const misplaced = `pass-${randomBytes(8).toString('hex')}`;
  let headers: Record<string, string> = { 'content-type': 'application/json' };
  const ask = (method: string, path: string, body: object) =>
    fetch(`${lifeboat.url}/api/lifeboat/v1/${path}`, { method, headers, body: JSON.stringify(body) });
  const made = await ask('POST', 'setup', { token, username: 'anchor', password: userPassword });
  expect(made.status).toBe(201);
  const cookie = made.headers.getSetCookie()[0]!.split(';')[0]!;
  const { csrfToken } = (await made.json()) as { csrfToken: string };
  expect((await ask('POST', 'session', { username: misplaced, password: `${userPassword}x` })).status).toBe(401);
  expect((await ask('POST', 'session', { username: 'anchor', password: { [misplaced]: 1 } })).status).toBe(400);
  expect((await ask('POST', 'setup', { token, username: 'anchor', password: userPassword })).status).toBe(409);
  headers = { ...headers, cookie };
  expect((await ask('PUT', 'session/password', {})).status).toBe(403);
  headers = { ...headers, 'x-csrf-token': csrfToken };
  expect((await ask('PUT', 'session/password', { currentPassword: userPassword, newPassword: nextPassword })).status).toBe(204);
  return { userPassword, nextPassword, misplaced, session: cookie.split('=')[1]!, csrfToken };
}

/** What a client without any library sends; the answer must be JSON. */
function curl(method: string, path: string, body: object | string, basic?: string): unknown {
  const user = basic ? ['--basic', '--user', basic] : ['--digest', '--user', `${identity.publicKey}:${identity.privateKey}`];
  const type = typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json';
  const headers = ['-H', `Content-Type: ${type}`, '-H', 'Accept: application/vnd.atlas.2024-08-05+json, application/json'];
  const data = typeof body === 'string' ? body : JSON.stringify(body);
  return JSON.parse(execFileSync('curl', ['-sS', '-X', method, ...user, ...headers, '-d', data, lifeboat.url + path]).toString());
}

/** Where each secret is found: in the texts, or in any file of the data folder but the two that are there to hold one (mode 0600). */
async function placesOf(secrets: Record<string, string>, texts: string[]): Promise<Record<string, string[]>> {
  const folder = join(lifeboat.folder, 'data');
  const places: [string, Buffer][] = texts.map((text, n) => [`text ${n}`, Buffer.from(text)]);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !/^(client\.json|master\.key.*)$/.test(entry.name)) places.push([path, await readFile(path)]);
  }
  const found: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(secrets)) {
    const where = places.filter(([, bytes]) => bytes.includes(value)).map(([place]) => place);
    if (where.length > 0) found[name] = where;
  }
  expect(places.length).toBeGreaterThan(500);
  return found;
}

/** A download whose body nobody reads: more than the sockets between can hold. */
async function startDownload(): Promise<IncomingMessage> {
  const snapshotUrl = await downloadUrl();
  return new Promise((resolve, reject) => get(snapshotUrl, resolve).once('error', reject));
}

/** What no compression makes small. */
async function fillPictures(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  for (let n = 0; n < 24; n += 1)
    await client
      .db('shop')
      .collection('pictures')
      .insertOne({ n, bytes: new Binary(randomBytes(1 << 20)) });
  await client.close();
}

async function downloadUrl(): Promise<string> {
  const client = new Client({ url: lifeboat.url, keyFrom: 'init', ...identity });
  const path = `/api/atlas/v1.0/groups/${identity.projectId}/clusters/shop/backup/tenant/download`;
  return (await client.post<{ snapshotUrl: string }>(path, { snapshotId: snapshot.id })).snapshotUrl;
}
