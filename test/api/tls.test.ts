import { once } from 'node:events';
import { mkdtemp, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { type Agent, Agent as HttpsAgent, request, type Server } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionLimits } from '../../src/api/connections.ts';
import { TlsFiles } from '../../src/api/tls-files.ts';
import { readConfig, tlsPaths } from '../../src/config.ts';
import { startBareEdge } from '../kit/bare-edge.ts';
import { makeAuthority } from '../kit/certificates.ts';

const authority = makeAuthority('an authority');
const [first, second] = ['first', 'second'].map((commonName) => authority.issue({ commonName, dnsNames: ['localhost'] }));
let folder: string;
const paths = () => ({ cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') });
const closing: (() => unknown)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-tls-'));
  await put(first!);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(folder, { recursive: true });
});

async function put({ certificate, key }: { certificate: string; key: string }): Promise<void> {
  await writeFile(paths().cert, certificate);
  await writeFile(paths().key, key);
}

async function serve(limits: Partial<ConnectionLimits> = {}) {
  const tls = await TlsFiles.open(paths());
  const edge = await startBareEdge({ tls, limits });
  closing.push(() => edge.server.close(), tls.keepFresh(edge.server.server as Server, edge.logger, 10));
  return edge;
}

/** Whose certificate answers, and how. */
function ask(port: number, agent: Agent | false = false, path = '/healthz') {
  return new Promise<{ name: string; status: number; headers: Record<string, unknown> }>((resolve, reject) => {
    const sent = request({ host: 'localhost', port, path, ca: authority.certificate, agent }, (answer) => {
      const { subject } = (answer.socket as TLSSocket).getPeerCertificate();
      answer.resume().on('end', () => resolve({ name: String(subject.CN), status: answer.statusCode!, headers: answer.headers }));
    });
    sent.on('error', reject).end();
  });
}

describe('HTTPS', () => {
  it('is spoken with the certificate of the file, and said to browsers to be the only way', async () => {
    const { port } = await serve();
    const { name, status, headers } = await ask(port);
    expect([name, status]).toEqual(['first', 200]);
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    expect((await ask(port, false, '/api/docs')).headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it('has the renewed certificate for new connections, and goes on with the old ones', async () => {
    const { port } = await serve();
    const agent = new HttpsAgent({ keepAlive: true, maxSockets: 1 });
    closing.push(() => agent.destroy());
    expect((await ask(port, agent)).name).toBe('first');
    await put(second!);
    await vi.waitFor(async () => expect((await ask(port)).name).toBe('second'), { timeout: 5000 });
    expect((await ask(port, agent)).name).toBe('first');
  });

  it('follows a symbolic link that is turned to another folder', async () => {
    await unlink(paths().cert);
    await writeFile(join(folder, 'one.pem'), first!.certificate);
    await symlink(join(folder, 'one.pem'), paths().cert);
    const { port } = await serve();
    await writeFile(join(folder, 'two.pem'), second!.certificate);
    await unlink(paths().cert);
    await symlink(join(folder, 'two.pem'), paths().cert);
    await writeFile(paths().key, second!.key);
    await vi.waitFor(async () => expect((await ask(port)).name).toBe('second'), { timeout: 5000 });
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['is broken', () => writeFile(paths().cert, 'nonsense'), /LIFEBOAT_TLS_CERT_FILE is not usable: it holds no certificate in PEM/],
    ['is gone', () => unlink(paths().key), /LIFEBOAT_TLS_KEY_FILE is not usable: ENOENT/],
    ['belongs to another key', () => writeFile(paths().cert, second!.certificate), /it is not the private key of the certificate/],
  ])('keeps the certificate that it has while the new one %s, says so once, and takes what is whole again', async (_, spoil, said) => {
    const { port, log } = await serve();
    await spoil();
    await vi.waitFor(() => expect(log.join('')).toMatch(said), { timeout: 5000 });
    // Ten looks later, and before the next files are written, which are seen half written too.
    await pause(100);
    expect(log.filter((line) => said.test(line))).toHaveLength(1);
    expect((await ask(port)).name).toBe('first');
    await put(second!);
    await vi.waitFor(async () => expect((await ask(port)).name).toBe('second'), { timeout: 5000 });
  });

  it('hangs up on who never says hello', async () => {
    const { port } = await serve({ handshake: 100 });
    const socket = connect(port, '127.0.0.1')
      .on('error', () => {})
      .resume();
    await once(socket, 'close');
  });

  it('hangs up on who speaks plain HTTP', async () => {
    const { port } = await serve();
    const heard = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'));
      socket
        .on('data', (piece) => (text += piece))
        .on('error', () => {})
        .on('close', () => resolve(text));
    });
    expect(heard).not.toContain('200');
  });
});

describe('the settings of TLS', () => {
  const opening = (cert: string, key: string) => TlsFiles.open({ cert, key }).then(String, (error: Error) => error.message);

  it.each<[string, () => Promise<[string, string]>, RegExp]>([
    ['a file is missing', async () => [join(folder, 'none.pem'), paths().key], /LIFEBOAT_TLS_CERT_FILE is not usable: ENOENT.*none\.pem/],
    ['a file is a folder', async () => [paths().cert, folder], /LIFEBOAT_TLS_KEY_FILE is not usable: EISDIR/],
    [
      'the files are exchanged',
      async () => [paths().key, paths().cert],
      /LIFEBOAT_TLS_CERT_FILE is not usable: it holds no certificate in PEM/,
    ],
    ['the key is no key', async () => [paths().cert, paths().cert], /LIFEBOAT_TLS_KEY_FILE is not usable: it holds no private key/],
    [
      'the key is another one',
      async () => {
        await writeFile(join(folder, 'other.pem'), second!.key);
        return [paths().cert, join(folder, 'other.pem')];
      },
      /LIFEBOAT_TLS_KEY_FILE is not usable: it is not the private key of the certificate/,
    ],
  ])('say which one is wrong when %s', async (_, files, said) => {
    expect(await opening(...(await files()))).toMatch(said);
  });

  it('come in two or not at all', () => {
    const of = (settings: Record<string, string>) => tlsPaths(readConfig(settings));
    expect(of({})).toBeNull();
    expect(of({ LIFEBOAT_TLS_CERT_FILE: '/a', LIFEBOAT_TLS_KEY_FILE: '/b' })).toEqual({ cert: '/a', key: '/b' });
    expect(() => of({ LIFEBOAT_TLS_CERT_FILE: '/a' })).toThrow(/LIFEBOAT_TLS_KEY_FILE is not usable/);
    expect(() => of({ LIFEBOAT_TLS_KEY_FILE: '/a' })).toThrow(/LIFEBOAT_TLS_CERT_FILE is not usable/);
  });
});
