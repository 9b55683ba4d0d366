import type { ChunkIndex, KnownChunk, StoredChunk } from '../../src/vault/chunk-index.ts';
import type { GarbageIndex, IndexedObject } from '../../src/vault/gc-sweep.ts';

interface Row {
  chunk: KnownChunk;
  state: 'live' | 'condemned' | 'deleting';
  condemnedAt: number;
  /** Who wrote it, or took it over last. */
  runId: string;
}

/** The chunk index as PostgreSQL keeps it, in memory: the same rules, so that the vault's own tests need no database. Time is a counter. */
export class MemoryChunkIndex implements GarbageIndex {
  readonly rows = new Map<string, Row>();
  readonly #runs = new Map<string, { startedAt: number; lost: boolean }>();
  #time = 0;

  /** What a run that writes is given. */
  startRun(): ChunkIndex & { id: string; end(): void; lose(): void } {
    const id = `run ${this.#tick()}`;
    const run = { startedAt: this.#time, lost: false };
    this.#runs.set(id, run);
    return {
      id,
      // A run that was taken for dead gets nothing.
      claim: async (names) => names.map((name) => (run.lost ? null : this.#takeOver(name, id))),
      record: async (chunks) =>
        chunks.map((chunk) => {
          if (run.lost) throw new Error(`${id} was given up as lost`);
          const winner = this.#takeOver(chunk.name, id);
          if (!winner) this.rows.set(chunk.objectKey, { chunk, state: 'live', condemnedAt: 0, runId: id });
          return winner ?? chunk;
        }),
      mend: async (chunk) => {
        this.rows.get(chunk.objectKey)!.chunk = chunk;
      },
      disown: async (chunk) => {
        this.rows.delete(chunk.objectKey);
      },
      confirm: async () => {
        if (run.lost) throw new Error(`${id} was given up as lost`);
      },
      end: () => this.#runs.delete(id),
      lose: () => {
        run.lost = true;
        this.#runs.delete(id);
      },
    };
  }

  markDamaged(objectKeys: string[]): void {
    for (const key of objectKeys) Object.assign(this.rows.get(key)!.chunk, { isDamaged: true });
  }

  #takeOver(name: Buffer, runId: string): KnownChunk | null {
    for (const row of this.rows.values()) {
      if (row.state !== 'deleting' && row.chunk.name.equals(name)) {
        Object.assign(row, { state: 'live', runId });
        return row.chunk;
      }
    }
    return null;
  }

  async *objects(): AsyncIterable<IndexedObject> {
    for (const [objectKey, row] of [...this.rows]) yield { objectKey, storedBytes: row.chunk.storedBytes, state: row.state };
  }

  async now(): Promise<string> {
    return String(this.#tick());
  }

  async openRuns(): Promise<string[]> {
    return [...this.#runs.keys()];
  }

  async condemn(objectKeys: string[]): Promise<void> {
    const at = this.#tick();
    for (const key of objectKeys) {
      const row = this.rows.get(key);
      if (row?.state === 'live' && !this.#runs.has(row.runId)) Object.assign(row, { state: 'condemned', condemnedAt: at });
    }
  }

  async revive(objectKeys: string[]): Promise<void> {
    for (const key of objectKeys) {
      const row = this.rows.get(key);
      if (row?.state === 'condemned') row.state = 'live';
    }
  }

  async claimDeleting(objectKeys: string[], condemnedBefore: string): Promise<string[]> {
    return objectKeys.filter((key) => {
      const row = this.rows.get(key);
      if (row?.state === 'condemned' && row.condemnedAt <= Number(condemnedBefore)) row.state = 'deleting';
      return row?.state === 'deleting';
    });
  }

  async forget(objectKeys: string[]): Promise<void> {
    for (const key of objectKeys) if (this.rows.get(key)?.state !== 'live') this.rows.delete(key);
  }

  async holds(objectKeys: string[]): Promise<string[]> {
    return objectKeys.filter((key) => this.rows.has(key));
  }

  async enter(chunks: StoredChunk[]): Promise<void> {
    for (const chunk of chunks) {
      if (!this.rows.has(chunk.objectKey) && !this.#takeOver(chunk.name, 'rebuilt'))
        this.rows.set(chunk.objectKey, { chunk, state: 'live', condemnedAt: 0, runId: 'rebuilt' });
    }
  }

  #tick(): number {
    this.#time += 1;
    return this.#time;
  }
}
