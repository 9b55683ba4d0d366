import {
  allChunks,
  type ChunkRow,
  claimChunks,
  claimDeletions,
  condemnChunks,
  disownChunk,
  enterChunks,
  forgetChunks,
  holdsChunks,
  mendChunk,
  recordChunks,
  reviveChunks,
} from '../db/chunks.ts';
import type { Db } from '../db/connection.ts';
import { beatVaultRun, databaseMoment, openRuns } from '../db/vault-runs.ts';
import type { ChunkIndex } from '../vault/chunk-index.ts';
import type { GarbageIndex } from '../vault/gc-sweep.ts';

/** The run was taken for dead: garbage collection may have its chunks by now, so nothing more of it may count. */
export class RunLost extends Error {
  constructor() {
    super('this run was taken for dead by garbage collection; its work must begin anew');
    this.name = 'RunLost';
  }
}

/** The chunk index in PostgreSQL, as one run that writes sees it. */
export function chunkIndexOf(db: Db, runId: string, o: Pick<ChunkIndex, 'isSuperseded'> = {}): ChunkIndex {
  return {
    ...o,
    claim: async (names) => inOrderOf(names, await claimChunks(db, runId, names)),
    record: async (chunks) => {
      const names = chunks.map(({ name }) => name);
      return inOrderOf(names, await recordChunks(db, runId, chunks)).map((row) => {
        if (!row) throw new RunLost();
        return row;
      });
    },
    mend: (chunk) => mendChunk(db, chunk),
    disown: (chunk) => disownChunk(db, chunk.objectKey),
    confirm: async () => {
      if (!(await beatVaultRun(db, runId))) throw new RunLost();
    },
  };
}

function inOrderOf<Row extends ChunkRow>(names: Buffer[], rows: Row[]): (Row | null)[] {
  const byName = new Map(rows.map((row) => [row.name.toString('hex'), row]));
  return names.map((name) => byName.get(name.toString('hex')) ?? null);
}

/** The same index, as garbage collection sees it. */
export function garbageIndexOf(db: Db): GarbageIndex {
  return {
    objects: () => allChunks(db),
    now: () => databaseMoment(db),
    openRuns: () => openRuns(db),
    condemn: (keys) => condemnChunks(db, keys),
    revive: (keys) => reviveChunks(db, keys),
    claimDeleting: (keys, before) => claimDeletions(db, keys, before),
    forget: (keys) => forgetChunks(db, keys),
    holds: (keys) => holdsChunks(db, keys),
    enter: (chunks) => enterChunks(db, chunks),
  };
}
