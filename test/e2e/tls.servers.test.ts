import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runRestore } from '../../src/backup/work/run-restore.ts';
import { takeSnapshot } from '../../src/backup/work/take-snapshot.ts';
import { openDeployment } from '../../src/engine/deployment.ts';
import { type Certified, makeAuthority } from '../kit/certificates.ts';
import { type Edge, startEdge } from '../kit/edge.ts';
import { startTlsProxy, type TlsProxy } from '../kit/tls-proxy.ts';
import type { Databases } from '../kit/wire-server/data.ts';
import { generateShop } from '../kit/wire-server/generator.ts';
import { serveWire, type WireServer } from '../kit/wire-server/server.ts';

const NEVER = new AbortController().signal;
const [ours, theirs] = [makeAuthority('our own authority'), makeAuthority('another authority')];
const [client, stranger] = [ours.issue({ commonName: 'lifeboat' }), theirs.issue({ commonName: 'a stranger' })];
const localhost = ours.issue({ commonName: 'server', dnsNames: ['localhost'] });

let folder: string;
const closing: { close(): Promise<void> }[] = [];
/** Behind it: a shop, and nothing. */
let source: TlsProxy;
let target: TlsProxy;
let plain: WireServer;
const copied: Databases = new Map();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-tls-'));
  const files = {
    'ours.pem': ours.certificate,
    'theirs.pem': theirs.certificate,
    'client.pem': client.certificate + client.key,
    'stranger.pem': stranger.certificate + stranger.key,
    'no-key.pem': client.certificate,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(file(name), text);
  plain = await wire(new Map([['shop', generateShop({ bytes: 500_000, documentBytes: 250, collections: 2 })]]));
  source = await proxy(plain, localhost);
  target = await proxy(await wire(copied), localhost, { requestCert: true, ca: ours.certificate });
});
afterAll(async () => {
  for (const each of closing.reverse()) await each.close();
  await rm(folder, { recursive: true });
});

const file = (name: string) => join(folder, name);
const uriOf = ({ port }: TlsProxy, files: Record<string, string>) =>
  `mongodb://localhost:${port}/?${new URLSearchParams({ tls: 'true', ...files })}`;

async function wire(databases: Databases): Promise<WireServer> {
  const server = await serveWire(databases);
  closing.push(server);
  return server;
}

async function proxy({ uri }: WireServer, { certificate, key }: Certified, more: TlsOptions = {}): Promise<TlsProxy> {
  const started = await startTlsProxy(uri, { cert: certificate, key, ...more });
  closing.push(started);
  return started;
}

/** Of a server that hangs up on whatever it is told. */
async function deafPort(): Promise<number> {
  const server = createServer((socket) => void socket.on('error', () => {}).once('data', () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push({ close: async () => void server.close() });
  return (server.address() as AddressInfo).port;
}

describe('deployments that speak TLS', () => {
  let edge: Edge;
  beforeAll(async () => {
    edge = await startEdge();
  });
  afterAll(() => edge[Symbol.asyncDispose]());

  it('are registered, snapshotted and restored into, with a certificate of the client where they ask for one', async () => {
    const { projectId } = edge.first;
    const clusters = `/api/lifeboat/v1/projects/${projectId}/clusters`;
    const withCa = { tlsCAFile: file('ours.pem') };
    const uris = { shop: uriOf(source, withCa), copy: uriOf(target, { ...withCa, tlsCertificateKeyFile: file('client.pem') }) };
    for (const [name, uri] of Object.entries(uris)) {
      // Over HTTP nobody names a file of this machine, not even the owner.
      const refused = await edge.ask('POST', clusters, { body: { name, uri } });
      expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('tlsCAFile')]);
      await edge.foundation.clusters.add({ projectId, name, uri, lifecycle: 'registered', isOperators: true });
      const { status, text } = await edge.ask('GET', `${clusters}/${name}`);
      expect(status).toBe(200);
      // Paths of this machine are nobody's business.
      expect(text).not.toContain(folder);
    }
    const snapshot = await edge.services.snapshots.take(projectId, 'shop');
    await takeSnapshot(edge.parts, snapshot.id, NEVER);
    const job = { projectId, clusterName: 'shop', snapshotId: snapshot.id, targetClusterName: 'copy' };
    const { id } = await edge.services.restores.start(job);
    await runRestore(edge.parts, id, NEVER);
    // COMPLETED is only what was read back and compared.
    expect(await edge.services.restores.get(projectId, 'shop', id)).toMatchObject({ status: 'COMPLETED' });
    expect([...copied.get('shop')!.keys()].sort()).toEqual(['orders1', 'orders2']);
  });
});

describe('a deployment whose TLS does not fit', () => {
  /** Where to, the rest of the connection string, and the one sentence. */
  const mistakes: Record<string, [() => Promise<string> | string, RegExp]> = {
    'the authority is another': [
      () => uriOf(source, { tlsCAFile: file('theirs.pem') }),
      /^its certificate is not signed by the authority in .*theirs\.pem \(tlsCAFile\)$/,
    ],
    'no authority is named': [
      () => uriOf(source, {}),
      /^its certificate is signed by no authority that this machine trusts; name the file of its CA with tlsCAFile$/,
    ],
    'the file is missing': [
      () => uriOf(source, { tlsCAFile: file('nothing.pem') }),
      /^The connection string is not usable: a file that it names cannot be read \(ENOENT: no such file or directory, open '.*nothing\.pem'\)\.$/,
    ],
    'the file is a folder': [() => uriOf(source, { tlsCAFile: folder }), /a file that it names cannot be read \(EISDIR: /],
    'the name of the host is another': [
      async () => uriOf(await proxy(plain, ours.issue({ commonName: 'x', dnsNames: ['db.example'] })), { tlsCAFile: file('ours.pem') }),
      /^its certificate is for another host \(Host: localhost\. is not in the cert's altnames: DNS:db\.example\)$/,
    ],
    'the certificate has expired': [
      async () => {
        const old = ours.issue({ commonName: 'x', dnsNames: ['localhost'], validTo: new Date(Date.UTC(2020, 0)) });
        return uriOf(await proxy(plain, old), { tlsCAFile: file('ours.pem') });
      },
      /^its certificate has expired$/,
    ],
    'a certificate of the client is missing': [
      () => uriOf(target, { tlsCAFile: file('ours.pem') }),
      /^it asks for a certificate of the client; name the file of one and its key with tlsCertificateKeyFile$/,
    ],
    'the certificate of the client is a stranger’s': [
      () => uriOf(target, { tlsCAFile: file('ours.pem'), tlsCertificateKeyFile: file('stranger.pem') }),
      /the certificate in .*stranger\.pem\??$/,
    ],
    'the certificate of the client has no key': [
      () => uriOf(target, { tlsCAFile: file('ours.pem'), tlsCertificateKeyFile: file('no-key.pem') }),
      /^The connection string is not usable: tlsCertificateKeyFile must hold a certificate and its private key/,
    ],
    'the server does not speak TLS': [
      async () => `mongodb://localhost:${await deafPort()}/?tls=true&tlsCAFile=${file('ours.pem')}`,
      /^it does not speak TLS on this port; leave tls=true out, or name another port$/,
    ],
    'the client does not speak TLS': [
      () => `mongodb://localhost:${source.port}/`,
      /^it closed the connection; does it speak TLS alone \(tls=true\)\?$/,
    ],
  };

  it.concurrent.each(Object.keys(mistakes))('says in one sentence that %s', async (what) => {
    const [uri, sentence] = mistakes[what]!;
    const failure = await openDeployment(await uri(), { timeoutMs: 1000, isOperators: true }).catch((error: Error) => error);
    expect(failure).toBeInstanceOf(Error);
    expect((failure as Error).message).toMatch(sentence);
  });
});
