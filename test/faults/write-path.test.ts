import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadMasterKey } from '../../src/backup/master-key.ts';
import { isProblem } from '../../src/errors.ts';
import { DiskBlobs } from '../../src/vault/disk-blobs.ts';
import { planCollection, sweepGarbage } from '../../src/vault/gc-sweep.ts';
import { openVault, type Vault } from '../../src/vault/vault.ts';
import { verifyVault } from '../../src/vault/verify.ts';
import { LONG, reportFaults } from '../kit/long-form.ts';
import { MemoryChunkIndex } from '../kit/memory-chunk-index.ts';
import { Crashed, StrictFiles, systemError } from '../kit/strict-files.ts';
import { type Content, collection, document, INSTALLATION, MASTER_KEY, readCollection, snapshotId, takeSnapshot } from '../kit/vaults.ts';

/**
 * Every step of every durable write of the vault (docs/promises.md lists them), each broken in its turn: the process dies there, alone or with the power, or the disk says that it is full
 * or broken. What stood before stands, what was said to be done is whole, and the rest goes with garbage (P1, P3, P5).
 */

const FOLDER = '/store/vault';
const NEW_KEY = Buffer.alloc(32, 9);

/** A collection with a chunk of its own, and a few bytes: what is counted here is steps. */
const part = (name: string): Content => ({
  collection: collection('shop', name),
  documents: [document(name.charCodeAt(0), 150, name), document(2000, 150, name)],
});
const CONTENTS: Content[][] = [
  [part('a'), part('b'), part('c')],
  // Shares with the first.
  [part('a'), part('b'), part('d')],
  [part('e')],
];

/** What PostgreSQL and the key file hold: durable by themselves, and what must be true of the vault. */
class World {
  readonly files = new StrictFiles();
  readonly index = new MemoryChunkIndex();
  readonly completed = new Map<number, Content[]>();
  readonly deleted = new Set<string>();
  isMade = false;
  keys = [MASTER_KEY];

  async open(): Promise<Vault> {
    const blobs = await DiskBlobs.open(FOLDER, this.files.system);
    let failure: unknown;
    for (const masterKey of this.keys) {
      try {
        const vault = await openVault({ blobs, masterKey, installationId: INSTALLATION, encryption: true, mayCreate: !this.isMade });
        this.isMade = true;
        // Segments are for thousands of chunks, else.
        Object.assign(vault.access, { segmentLimits: { inline: 0, entries: 4096, textBytes: 1 << 20 } });
        this.keys = [masterKey, ...this.keys.filter((key) => key !== masterKey)];
        return vault;
      } catch (error) {
        if (!isProblem(error, 'wrong-master-key')) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  async take(vault: Vault, n: number): Promise<void> {
    const run = this.index.startRun();
    try {
      await takeSnapshot(vault, this.#alive(run), snapshotId(n), CONTENTS[n]!);
      this.#check();
      this.completed.set(n, CONTENTS[n]!);
    } finally {
      run.end();
    }
  }

  /** Retention: the row goes, then garbage collection takes the rest. */
  retire(n: number): void {
    this.#check();
    this.completed.delete(n);
    this.deleted.add(snapshotId(n));
  }

  async collect(vault: Vault): Promise<void> {
    const retired: string[] = [];
    for (const id of this.deleted) if (await vault.hasSnapshot(id)) retired.push(id);
    const completed = async () => [...this.completed.keys()].map(snapshotId);
    const index = this.#alive(this.index);
    await sweepGarbage(vault, index, await planCollection(vault, index, { retired, completed }));
  }

  async rotate(vault: Vault): Promise<void> {
    this.keys = [...this.keys, NEW_KEY];
    await vault.rotateMasterKey(NEW_KEY);
  }

  /** PostgreSQL hears nothing more of a process that is dead. */
  #alive<T extends object>(of: T): T {
    return new Proxy(of, {
      get: (target, name) => {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          this.#check();
          return value.apply(target, args);
        };
      },
    });
  }

  #check(): void {
    if (this.files.isDead) throw new Crashed();
  }
}

/** The whole life of a vault, in order. */
async function live(world: World): Promise<void> {
  const vault = await world.open();
  await world.take(vault, 0);
  await world.take(vault, 1);
  world.retire(0);
  await world.collect(vault);
  await world.rotate(vault);
  await world.take(vault, 2);
}

/** What must be true whenever a process has opened the vault again. */
async function expectSound(world: World): Promise<void> {
  const vault = await world.open();
  const completed = async () => [...world.completed.keys()].map(snapshotId);
  const report = await verifyVault(vault, { completed });
  const damage = [...report.damaged, ...report.missing].filter(
    ({ snapshots }) => snapshots.length === 0 || snapshots.some((id) => !world.deleted.has(id)),
  );
  expect(damage).toEqual([]);
  for (const [n, content] of world.completed) {
    for (const [number, { documents }] of content.entries()) {
      expect((await readCollection(vault, snapshotId(n), number)).equals(Buffer.concat(documents)), `snapshot ${n}`).toBe(true);
    }
  }
  // Service goes on: the attempt that was lost is made again, and of all that was begun nothing is left.
  await world.take(vault, 2);
  await world.collect(vault);
  await world.collect(vault);
  expect(await verifyVault(vault, { completed })).toMatchObject({ damaged: [], missing: [], surplus: [] });
}

async function countOperations(): Promise<number> {
  const world = new World();
  await live(world);
  return world.files.operations;
}

const STEP = LONG ? 1 : 7;
const RUNS = LONG ? 2000 : 25;

/** The operation at which it breaks off, and what survives. */
async function crashAt(at: number, random: () => number): Promise<void> {
  const world = new World();
  world.files.onOperation = (n) => {
    if (n === at) world.files.kill();
  };
  await live(world).catch((error) => {
    if (!world.files.isDead) throw error;
  });
  // What was under way in the dead process comes to its own end.
  await new Promise((resolve) => setTimeout(resolve, 1));
  world.files.restart(random);
  await expectSound(world);
}

describe("the master key's file", () => {
  it.each([
    ['the process was killed', 0],
    ['the power was lost', 1],
  ])('is whole or not there after %s at any step, and the one that was given is kept', async (_, number) => {
    const load = (files: StrictFiles) => loadMasterKey(null, '/data/lifeboat/master.key', true, files.system);
    const counted = new StrictFiles();
    await load(counted);
    for (let at = 1; at <= counted.operations + 1; at++) {
      const files = new StrictFiles();
      files.onOperation = (n) => {
        if (n === at) files.kill();
      };
      const given = await load(files).catch(() => null);
      files.restart(() => number);
      const found = await load(files);
      expect(found).toHaveLength(32);
      if (given) expect(found, `step ${at}`).toEqual(given);
    }
  });
});

describe('a vault', () => {
  it('is sound after its process was killed at any step', { timeout: 600_000 }, async () => {
    const last = await countOperations();
    for (let at = 1; at <= last; at += STEP) await crashAt(at, () => 0);
    reportFaults('kills at a step of a write', { injected: Math.ceil(last / STEP) });
  });

  it('is sound after the power was lost at any step, with nothing left that was not made durable', { timeout: 600_000 }, async () => {
    const last = await countOperations();
    for (let at = 2; at <= last; at += STEP) await crashAt(at, () => 1);
    reportFaults('losses of power at a step of a write', { injected: Math.ceil(last / STEP) + RUNS });
  });

  it('is sound after the power was lost at any step, whatever part of the rest has survived', { timeout: 3_600_000 }, async () => {
    const last = await countOperations();
    const place = fc.tuple(fc.integer({ min: 1, max: last }), fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })));
    await fc.assert(
      fc.asyncProperty(place, ([at, numbers]) => crashAt(at, () => numbers.next().value)),
      { numRuns: RUNS },
    );
  });

  it.each([
    ['ENOSPC', 'store-full'],
    ['EIO', 'store-unavailable'],
    ['EROFS', 'store-unavailable'],
  ] as const)(
    'says so when the disk answers %s at any step, and serves again when that is over',
    { timeout: 600_000 },
    async (code, problem) => {
      const last = await countOperations();
      for (let at = 3; at <= last; at += STEP) {
        const world = new World();
        let isBroken = false;
        world.files.onOperation = (n, name) => {
          isBroken ||= n >= at;
          const fails =
            code === 'EIO' || ['open', 'write', 'mkdir', 'rename', 'link', ...(code === 'EROFS' ? ['unlink'] : [])].includes(name);
          if (isBroken && fails) throw systemError(code);
        };
        await live(world).catch((error) => {
          if (!isProblem(error, problem)) throw error;
        });
        world.files.onOperation = () => {};
        await expectSound(world);
      }
      reportFaults(`${code} at a step of a write`, { injected: Math.ceil(last / STEP) });
    },
  );
});
