import { describe, expect, it } from 'vitest';
import type { BlobStore } from '../../src/vault/blob-store.ts';
import type { ChunkIndex } from '../../src/vault/chunk-index.ts';
import { DiskBlobs } from '../../src/vault/disk-blobs.ts';
import { type GarbageIndex, planCollection, sweepGarbage } from '../../src/vault/gc-sweep.ts';
import { openVault, type Vault } from '../../src/vault/vault.ts';
import { verifyVault } from '../../src/vault/verify.ts';
import { LONG, reportFaults } from '../kit/long-form.ts';
import { MemoryChunkIndex } from '../kit/memory-chunk-index.ts';
import { StrictFiles } from '../kit/strict-files.ts';
import { type Content, collection, document, INSTALLATION, MASTER_KEY, readCollection, snapshotId, takeSnapshot } from '../kit/vaults.ts';

/**
 * A process that stands still before one call of its vault or its index, at each in its turn, for longer than anybody waits for it; others do their work, and it goes on with what it
 * knew (SIGSTOP and SIGCONT, a machine that swaps, a paused virtual machine). No chunk that a snapshot needs goes, and no half snapshot stays (P3, P5).
 */

const STEP = LONG ? 1 : 3;
const part = (name: string): Content => ({
  collection: collection('shop', name),
  documents: [document(name.charCodeAt(0), 150, name), document(2000, 150, name)],
});
const FIRST = [part('a'), part('b')];
const SECOND = [part('b'), part('c')];
/** All that the first had, and one more: it takes over what is condemned. */
const THIRD = [part('a'), part('b'), part('d')];

/** Lets a process pass its calls until one is reached, and holds that until it is opened. */
class Gate {
  calls = 0;
  readonly #at: number;
  #isCounting = false;
  readonly #reached = Promise.withResolvers<void>();
  readonly #opened = Promise.withResolvers<void>();

  constructor(at: number) {
    this.#at = at;
  }

  readonly reached: Promise<void> = this.#reached.promise;

  /** What came before does not count. */
  start(): void {
    this.#isCounting = true;
  }

  open(): void {
    this.#opened.resolve();
  }

  before<T extends object>(of: T): T {
    return new Proxy(of, {
      get: (target, name) => {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        if (name === 'list' || name === 'objects') return (...args: unknown[]) => this.#iterate(() => value.apply(target, args));
        return async (...args: unknown[]) => {
          await this.#pass();
          return value.apply(target, args);
        };
      },
    });
  }

  async *#iterate(list: () => AsyncIterable<unknown>): AsyncIterable<unknown> {
    await this.#pass();
    yield* list();
  }

  async #pass(): Promise<void> {
    if (this.#isCounting) this.calls += 1;
    if (!this.#isCounting || this.calls !== this.#at) return;
    this.#reached.resolve();
    await this.#opened.promise;
  }
}

const NEVER = 1 << 30;

class World {
  readonly index = new MemoryChunkIndex();
  readonly completed = new Map<number, Content[]>();
  readonly deleted = new Set<number>();
  readonly #blobs: BlobStore;

  private constructor(blobs: BlobStore) {
    this.#blobs = blobs;
  }

  static async make(): Promise<World> {
    return new World(await DiskBlobs.open('/store/vault', new StrictFiles().system));
  }

  async vault(gate?: Gate): Promise<Vault> {
    const blobs = gate ? gate.before(this.#blobs) : this.#blobs;
    const vault = await openVault({ blobs, masterKey: MASTER_KEY, installationId: INSTALLATION, encryption: true });
    // Segments are for thousands of chunks, else.
    Object.assign(vault.access, { segmentLimits: { inline: 0, entries: 4096, textBytes: 1 << 20 } });
    gate?.start();
    return vault;
  }

  async take(n: number, content: Content[], vault?: Vault): Promise<void> {
    const run = this.index.startRun();
    await takeSnapshot(vault ?? (await this.vault()), run, snapshotId(n), content).finally(() => run.end());
    this.completed.set(n, content);
  }

  retire(n: number): void {
    this.completed.delete(n);
    this.deleted.add(n);
  }

  async collect(vault?: Vault, gate?: Gate): Promise<void> {
    const [own, index]: [Vault, GarbageIndex] = [vault ?? (await this.vault()), gate ? gate.before(this.index) : this.index];
    const retired: string[] = [];
    for (const n of this.deleted) if (await own.hasSnapshot(snapshotId(n))) retired.push(snapshotId(n));
    const completed = async () => [...this.completed.keys()].map(snapshotId);
    await sweepGarbage(own, index, await planCollection(own, index, { retired, completed }), { patience: 0 });
  }

  /** Every snapshot that was said to be there is, byte for byte; what nobody needs goes with the next collections. */
  async expectSound(): Promise<void> {
    for (const again of [false, true]) {
      const vault = await this.vault();
      for (const [n, content] of this.completed) {
        for (const [number, { documents }] of content.entries())
          expect((await readCollection(vault, snapshotId(n), number)).equals(Buffer.concat(documents)), `snapshot ${n}`).toBe(true);
      }
      if (again) break;
      await this.collect();
      await this.collect();
    }
    const completed = async () => [...this.completed.keys()].map(snapshotId);
    expect(await verifyVault(await this.vault(), { completed })).toMatchObject({ damaged: [], missing: [], surplus: [] });
  }
}

describe('a garbage collection that stood still', () => {
  async function collectStopped(at: number): Promise<Gate> {
    const world = await World.make();
    await world.take(0, FIRST);
    await world.take(1, SECOND);
    world.retire(0);
    const gate = new Gate(at);
    const vault = await world.vault(gate);
    const stopped = world.collect(vault, gate).then(
      () => null,
      (error) => error,
    );
    await Promise.race([gate.reached, stopped]);
    await world.take(2, THIRD);
    await world.collect();
    world.retire(1);
    await world.collect();
    await world.take(3, SECOND);
    gate.open();
    expect(await stopped).toBeNull();
    await world.expectSound();
    return gate;
  }

  it('removes nothing that was needed again meanwhile, at whichever call it stood', { timeout: 600_000 }, async () => {
    const { calls } = await collectStopped(NEVER);
    expect(calls).toBeGreaterThan(20);
    for (let at = 1; at <= calls; at += STEP) await collectStopped(at);
    reportFaults('collections that stood still and went on', { injected: Math.ceil(calls / STEP) });
  });
});

describe('a snapshot whose worker stood still for longer than its lease', () => {
  async function takeStopped(at: number, o: { successor: boolean }): Promise<Gate> {
    const world = await World.make();
    await world.take(0, FIRST);
    const gate = new Gate(at);
    let isSuperseded = false;
    const run = world.index.startRun();
    const index: ChunkIndex = gate.before({ ...run, isSuperseded: async () => isSuperseded });
    let isLate = false;
    const stopped = takeSnapshot(await world.vault(gate), index, snapshotId(5), THIRD).then(
      () => (isLate ? 'it was finished' : null),
      () => null,
    );
    await Promise.race([gate.reached, stopped]);
    isLate = at < NEVER;
    run.lose();
    world.retire(0);
    await world.collect();
    if (o.successor) {
      isSuperseded = true;
      await world.take(5, THIRD);
    }
    await world.collect();
    gate.open();
    const outcome = await stopped;
    // Only after its last question to the index can it still believe that it made it.
    if (outcome) expect(at).toBeGreaterThan(gate.calls - 2);
    if (!o.successor) {
      expect(await (await world.vault()).hasSnapshot(snapshotId(5))).toBe(at === NEVER);
      world.deleted.add(5);
    }
    await world.expectSound();
    return gate;
  }

  it.each([
    ['and another made it', true],
    ['and it was given up', false],
  ])('leaves nothing half behind, at whichever call it stood, %s', { timeout: 600_000 }, async (_, successor) => {
    const { calls } = await takeStopped(NEVER, { successor });
    expect(calls).toBeGreaterThan(15);
    for (let at = 1; at <= calls; at += STEP) await takeStopped(at, { successor });
    reportFaults(`workers that stood still in a snapshot${successor ? ' and had a successor' : ''}`, { injected: Math.ceil(calls / STEP) });
  });
});
