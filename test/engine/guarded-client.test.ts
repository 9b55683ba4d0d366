import dns, { type LookupAddress, type lookup } from 'node:dns';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MongoClient } from 'mongodb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Destinations } from '../../src/destinations.ts';
import { openDeployment } from '../../src/engine/deployment.ts';
import { guardedClient } from '../../src/engine/guarded-client.ts';
import { serveWire, type WireServer, type WireServerOptions } from '../kit/wire-server/server.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closing.splice(0).reverse()) await close();
});

async function wire(o: WireServerOptions = {}): Promise<WireServer & { host: string }> {
  const server = await serveWire(new Map(), o);
  closing.push(() => server.close());
  return { ...server, host: new URL(server.uri).host };
}

/** Counts who connects, and answers nothing. */
async function trap(where: { host: string; port: number } | { path: string }): Promise<{ server: Server; visits: () => number }> {
  let visits = 0;
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    visits += 1;
    sockets.push(socket.on('error', () => {}));
  });
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(where, resolve));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { server, visits: () => visits };
}

function destinations(allowed: string[], answers: Record<string, string>): Destinations {
  const ask = (name: string, _options: object, callback: (error: Error | null, addresses: LookupAddress[]) => void) =>
    callback(null, [{ address: answers[name] ?? '127.0.0.1', family: 4 }]);
  return new Destinations(allowed, ask as unknown as typeof lookup);
}

function open(uri: string, where: Destinations): MongoClient {
  const client = guardedClient(uri, where, { serverSelectionTimeoutMS: 400, heartbeatFrequencyMS: 500, minPoolSize: 1 });
  closing.push(() => client.close());
  return client;
}

/** What the driver said of a host when it tried to reach it. */
function failureOf(client: MongoClient, host: string): Promise<string> {
  return new Promise((resolve) => {
    client.on('topologyDescriptionChanged', ({ newDescription }) => {
      const { error } = newDescription.servers.get(host) ?? {};
      if (error) resolve(error.message);
    });
  });
}

describe('a guarded client', () => {
  it('connects to a name that leads where it may', async () => {
    const { host } = await wire();
    const client = open(`mongodb://db.example:${host.split(':')[1]}/`, destinations([], {}));
    expect(await client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  it.each([true, false])('never reaches a member that the replica set names by an address outside of the list (TLS %s)', async (tls) => {
    const { host } = await wire({ replicaSet: true, otherMembers: ['127.0.0.2:27917', '169.254.169.254:27017', '[fe80::1]:27017'] });
    const { visits } = await trap({ host: '127.0.0.2', port: 27917 });
    const client = open(`mongodb://${host}/?replicaSet=rs0`, destinations(['127.0.0.1/32'], {}));
    const refused = Promise.all([
      failureOf(client, '127.0.0.2:27917'),
      failureOf(client, '169.254.169.254:27017'),
      failureOf(client, '[fe80::1]:27017'),
    ]);
    await client.connect();
    expect(await refused).toEqual([
      '127.0.0.2 is an address that LIFEBOAT_ALLOWED_DESTINATIONS does not hold',
      '169.254.169.254 is a link-local address',
      'fe80::1 is a link-local address',
    ]);
    if (tls) {
      const direct = open('mongodb://127.0.0.2:27917/?tls=true', destinations(['127.0.0.1/32'], {}));
      await expect(direct.connect()).rejects.toThrow('127.0.0.2 is an address that');
    }
    expect(visits()).toBe(0);
  });

  it('never reaches a member by a name that leads where it may not, nor by a Unix socket', async () => {
    // The driver writes what members are called in small letters.
    const path = join(tmpdir(), `lifeboat-${process.pid}.sock`);
    const { visits } = await trap({ path });
    const { host } = await wire({ replicaSet: true, otherMembers: ['metadata.example:27017', '2852039166:27017', path] });
    const leads = { 'metadata.example': '169.254.169.254', '2852039166': '169.254.169.254' };
    const client = open(`mongodb://${host}/?replicaSet=rs0`, destinations([], leads));
    const refused = Promise.all(['metadata.example:27017', '2852039166:27017', path].map((one) => failureOf(client, one)));
    await client.connect();
    expect(await refused).toEqual([
      'metadata.example leads to a link-local address',
      '2852039166 leads to a link-local address',
      `${path} is a Unix socket`,
    ]);
    expect(visits()).toBe(0);
  });

  it('looks a name up anew at each connection, and goes where it leads then only where it may', async () => {
    const { host, close } = await wire();
    const leads: Record<string, string> = { 'db.example': '127.0.0.1' };
    const client = open(`mongodb://db.example:${host.split(':')[1]}/`, destinations([], leads));
    await client.connect();
    leads['db.example'] = '169.254.169.254';
    // All connections are lost, so that the next question needs another.
    await close();
    const ask = () => client.db('admin').command({ ping: 1 });
    await vi.waitFor(() => expect(ask()).rejects.toThrow('db.example leads to a link-local address'), { timeout: 5000 });
  });

  it('asks SRV records, and trusts none of them more', async () => {
    vi.spyOn(dns.promises, 'resolve').mockImplementation((async (name: string, type: string) => {
      if (type === 'SRV' && name === '_mongodb._tcp.shop.db.example')
        return [{ name: 'm.db.example', port: 27017, priority: 0, weight: 0 }];
      throw Object.assign(new Error(`query${type} ENODATA ${name}`), { code: 'ENODATA' });
    }) as never);
    const opening = openDeployment('mongodb+srv://shop.db.example/?tls=false', {
      destinations: destinations([], { 'm.db.example': '169.254.169.254' }),
      timeoutMs: 300,
    });
    await expect(opening).rejects.toMatchObject({
      code: 'bad-connection-string',
      message: 'The connection string is not usable: m.db.example leads to a link-local address.',
    });
  });
});

describe('openDeployment', () => {
  it.each([
    ['mongodb://169.254.169.254/', '169.254.169.254 is a link-local address'],
    ['mongodb://[::ffff:169.254.169.254]:27017/', '::ffff:a9fe:a9fe is a link-local address'],
    ['mongodb://[fd00:ec2::254]/', 'fd00:ec2::254 is the metadata service of a cloud'],
    ['mongodb://0.0.0.0:27017/', '0.0.0.0 is an unspecified address'],
    ['mongodb://[::]/', ':: is an unspecified address'],
    ['mongodb://127.0.0.1,169.254.1.1/?replicaSet=x', '169.254.1.1 is a link-local address'],
    ['mongodb://%2Ftmp%2Fmongodb-27017.sock/', 'it leads to a Unix socket; name a host and a port'],
  ])('refuses %s before it connects', async (uri, what) => {
    await expect(openDeployment(uri)).rejects.toMatchObject({ code: 'bad-connection-string', parameters: [what] });
  });

  it.each(['2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '169.16689662', '0x0.0'])(
    'is not fooled by how %s is spelled',
    async (host) => {
      // Really asked of the system, which knows these spellings.
      await expect(openDeployment(`mongodb://${host}/`, { timeoutMs: 200 })).rejects.toMatchObject({
        code: 'bad-connection-string',
        message: expect.stringMatching(/leads to (a link-local|an unspecified) address/),
      });
    },
  );
});
