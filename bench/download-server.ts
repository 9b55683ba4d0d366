/** Serves a snapshot's archive through the API's own route, and a plain file through `node:http`: `download-server.ts VAULT SNAPSHOT FILE`. */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { DOWNLOADS, downloadRoutes } from '../src/api/downloads.ts';
import type { ApiServices } from '../src/api/services.ts';
import { DiskBlobs } from '../src/vault/disk-blobs.ts';
import { openVault } from '../src/vault/vault.ts';

const [vaultFolder, snapshotId, file] = process.argv.slice(2) as [string, string, string];
const blobs = await DiskBlobs.open(vaultFolder);
const vault = await openVault({ blobs, masterKey: Buffer.alloc(32, 1), installationId: 'bench', encryption: true });
const snapshot = await vault.readSnapshot(snapshotId);

const api = fastify();
const open = async () => ({
  archive: await snapshot.archive({ folder: 'bench' }),
  fileName: 'bench.tar.gz',
  release: async () => {},
  job: {},
});
await downloadRoutes(api, { downloads: { open }, logger: { error: console.error } } as unknown as ApiServices);
const archive = await api.listen({ host: '127.0.0.1', port: 0 });

const plain = createServer((_, response) => {
  response.setHeader('content-length', statSync(file).size);
  createReadStream(file).pipe(response);
});
plain.listen(0, '127.0.0.1', () => {
  const { port } = plain.address() as AddressInfo;
  process.send!({ archive: `${archive}${DOWNLOADS}job/token/bench.tar.gz`, file: `http://127.0.0.1:${port}/` });
});
