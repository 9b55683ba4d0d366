import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pause } from '../../src/clock.ts';
import { isProblem } from '../../src/errors.ts';
import { S3Blobs } from '../../src/vault/s3-blobs.ts';
import { openVault, type Vault } from '../../src/vault/vault.ts';
import { verifyVault } from '../../src/vault/verify.ts';
import { type Fault, FaultProxy, type Injected } from '../kit/fault-proxy.ts';
import { casesOf, LONG, randomNumbers, reportFaults, SEED } from '../kit/long-form.ts';
import { MemoryChunkIndex } from '../kit/memory-chunk-index.ts';
import { accessOf, placeOf, startOwnS3 } from '../kit/s3.ts';
import { type Content, collection, INSTALLATION, MASTER_KEY, noise, readCollection, snapshotId, takeSnapshot } from '../kit/vaults.ts';

/** What becomes of a snapshot when the line to S3 or its server fails: it is COMPLETED and whole, or it fails with the reason, and what was there before stays whole (P1, P3). */

const PATIENCE_MS = 6000;
const BUSY = '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';
const SLOW_DOWN = Buffer.from(`HTTP/1.1 503 Slow Down\r\nConnection: close\r\nContent-Length: ${BUSY.length}\r\n\r\n${BUSY}`);

let server: Awaited<ReturnType<typeof startOwnS3>>;
let line: FaultProxy;
const index = new MemoryChunkIndex();
/** The same vault: through the line, and past it. */
let vault: Vault;
let direct: Vault;
const random = randomNumbers(SEED);
/** What the vault must give back. */
const model = new Map<string, Buffer>();
let next = 1;

beforeAll(async () => {
  server = await startOwnS3();
  const place = placeOf(server.newStore());
  line = await FaultProxy.start(server.own.port, 'bytes');
  const open = async (endpoint: string, patienceMs: number) =>
    openVault({
      blobs: await S3Blobs.open({ ...place, endpoint }, accessOf(server, patienceMs)),
      masterKey: MASTER_KEY,
      installationId: INSTALLATION,
      encryption: true,
    });
  direct = await open(place.endpoint!, 60_000);
  vault = await open(`http://127.0.0.1:${line.port}`, PATIENCE_MS);
});
afterEach(() => line.clear());
afterAll(async () => {
  await line?.close();
  await server?.stop();
});

/** 4 MB that nobody has seen, in chunks of one to two MiB. */
function newContent(number: number): Content[] {
  const documents = Array.from({ length: 40 }, (_, n) => bsonOf(noise(`${number} ${n}`, 100_000)));
  return [{ collection: collection('shop', 'noise'), documents }];
}

/** `{b: <bytes>}` */
function bsonOf(bytes: Buffer): Buffer {
  const document = Buffer.alloc(4 + 1 + 2 + 5 + bytes.length + 1);
  document.writeInt32LE(document.length, 0);
  document.write('\x05b\0', 4, 'latin1');
  document.writeInt32LE(bytes.length, 7);
  bytes.copy(document, 12);
  return document;
}

async function take(): Promise<string> {
  const number = next++;
  const content = newContent(number);
  const run = index.startRun();
  await takeSnapshot(vault, run, snapshotId(number), content).finally(() => run.end());
  model.set(snapshotId(number), Buffer.concat(content[0]!.documents));
  return snapshotId(number);
}

/** All that was COMPLETED is whole, and nothing else is there. */
async function expectNothingLost(): Promise<void> {
  const found: string[] = [];
  for await (const id of direct.listSnapshots()) found.push(id);
  expect(found.sort()).toEqual([...model.keys()].sort());
  expect(await verifyVault(direct)).toMatchObject({ damaged: [], missing: [] });
}

/** Three times, one after the other, and not for ever: an object larger than what passes between two faults would never come through. */
function severally(fault: Fault): Injected[] {
  return Array.from({ length: 3 }, () => line.inject(fault));
}

/** What happens to the line while a snapshot is taken, in the middle of its chunks; `at` is a number of bytes below 4 million. */
const FAULTS: Record<string, (at: number) => unknown> = {
  'breaks one connection': (at) => line.inject({ bytes: at, act: 'reset' }),
  'breaks all connections': (at) => line.inject({ bytes: at, act: 'cut' }),
  'breaks one connection after the other': (at) => severally({ bytes: 500_000 + (at >> 2), act: 'reset' }),
  'loses answers': (at) => severally({ bytes: 200 + (at % 1500), direction: 'to client', act: 'reset' }),
  'stalls a connection, and nobody says so': (at) => line.inject({ bytes: at, act: 'stall' }),
  'is slow': () => Object.assign(line.line, { latency: 30, bytesPerSecond: 3_000_000 }),
  'leads to a server that is too busy for a while': async (at) => {
    await line.inject({ bytes: at, act: 'reset' }).first;
    line.busy = SLOW_DOWN;
    await pause(1500);
    line.busy = null;
  },
  'carries nothing for a while': async (at) => {
    await line.inject({ bytes: at, act: 'reset' }).first;
    line.partition(true);
    await pause(1000);
    line.partition(false);
  },
};
const SHORT = [
  'breaks all connections',
  'loses answers',
  'stalls a connection, and nobody says so',
  'leads to a server that is too busy for a while',
];
const ROUNDS = LONG ? 20 : 1;

describe('a snapshot while the line to S3', () => {
  it.each(casesOf(FAULTS, SHORT))('%s is COMPLETED and whole', async (what, inject) => {
    let faults = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = line.faults;
      void inject(100_000 + random(3_500_000));
      const id = await take();
      faults += line.faults - before || 1;
      line.clear();
      expect((await readCollection(direct, id, 0)).equals(model.get(id)!)).toBe(true);
    }
    await expectNothingLost();
    reportFaults(`the line to S3 ${what}`, { injected: faults });
  });

  it('breaks again and again is read from whole', async () => {
    const id = await take();
    let faults = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const injected = severally({ bytes: 500_000 + random(1_000_000), direction: 'to client', act: 'reset' });
      expect((await readCollection(vault, id, 0)).equals(model.get(id)!)).toBe(true);
      expect(injected[0]!.times).toBe(1);
      faults += injected.filter(({ times }) => times > 0).length;
      line.clear();
    }
    reportFaults('the line to S3 breaks in mid restore', { injected: faults });
  });
});

describe('a snapshot while the S3 server', () => {
  it('is killed and comes back is COMPLETED and whole', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { first } = line.inject({ bytes: random(4_000_000), act: 'reset' });
      const taking = take();
      await first;
      await server.own.restart();
      const id = await taking;
      expect((await readCollection(direct, id, 0)).equals(model.get(id)!)).toBe(true);
    }
    await expectNothingLost();
    reportFaults('kills of the S3 server', { injected: ROUNDS });
  });

  it('stays away fails with the reason, and nothing that was there is lost', async () => {
    const { first } = line.inject({ bytes: 1_000_000, act: 'reset' });
    const taking = take();
    await Promise.all([
      expect(taking).rejects.toSatisfy((error) => isProblem(error, 'store-unavailable')),
      first.then(() => server.own.kill()),
    ]);
    await server.own.restart();
    await expectNothingLost();
    await take();
    await expectNothingLost();
    reportFaults('an S3 server that stays away', { injected: 1 });
  });
});
