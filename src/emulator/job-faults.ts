import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clusters } from '../backup/clusters.ts';
import type { WorkParts } from '../backup/work/parts.ts';
import { type DocumentRun, documentLength } from '../bson/documents.ts';
import { after, type Clock } from '../clock.ts';
import { clusterOfSnapshot, clustersOfRestore, putBackToPending, setFailedProgress } from '../db/emulated-time.ts';
import { readCatalog } from '../engine/catalog.ts';
import type { Deployment } from '../engine/deployment.ts';
import { Problem } from '../errors.ts';
import type { Foundation } from '../foundation.ts';
import type { Handlers } from '../jobs/runner.ts';
import { objectKind } from '../vault/object-keys.ts';
import { objectsOf } from '../vault/snapshot-objects.ts';
import type { SnapshotReader } from '../vault/snapshot-reader.ts';
import type { SnapshotWriter } from '../vault/snapshot-writer.ts';
import type { Vault } from '../vault/vault.ts';
import { parseDuration } from './duration.ts';
import type { JobFault } from './fault-rule.ts';
import type { Faults } from './faults.ts';
import type { Holds } from './holds.ts';
import type { Turns } from './turns.ts';

export interface JobFaultParts {
  foundation: Foundation;
  vault: Vault;
  /** Where the vault is. */
  vaultFolder: string;
  clock: Clock;
  faults: Faults;
  holds: Holds;
  turns: Turns;
}

type Outcome = JobFault['outcome'];
type Job = (signal: AbortSignal, outcome: Outcome | null) => Promise<void>;

/** A failure in the words of the script. */
class ScriptedFailure extends Problem {
  constructor(reason: string) {
    super('mongodb-failed');
    this.message = reason;
  }
}

/** What the script of faults makes of jobs: the work is the real one, held up, cut short or over a vault that was really damaged. */
export class JobFaults {
  readonly #p: JobFaultParts;
  readonly #running = new Map<string, { outcome: Outcome; signal: AbortSignal }>();

  constructor(parts: JobFaultParts) {
    this.#p = parts;
  }

  /** On what the work of a job stands instead. */
  readonly workOf = (jobId: string): Partial<WorkParts> => {
    const job = this.#running.get(jobId);
    if (!job) return {};
    const { failAt, reason = 'the script of the emulator says so', running } = job.outcome;
    const share = failAt === undefined && job.outcome.reason === undefined ? null : (failAt ?? 0) / 100;
    const { vault, foundation } = this.#p;
    const totals = { documents: 0 };
    const clusters = openedBy(foundation.clusters, async (deployment) => {
      if (running !== undefined) await this.#hold(jobId, this.#p.holds.since(jobId) ?? this.#p.clock.now(), running, job.signal);
      if (share !== null)
        totals.documents = (await readCatalog(deployment)).reduce((sum, { estimatedDocuments }) => sum + estimatedDocuments, 0);
    });
    return {
      clusters,
      ...(share !== null && {
        vault: failing(vault, share, reason, totals, (documents) => this.#reached.set(jobId, [documents, totals.documents])),
      }),
    };
  };

  around(handlers: Handlers): Handlers {
    const { foundation, faults } = this.#p;
    return {
      ...handlers,
      'snapshot.take': (payload, signal) => {
        const { snapshotId: id } = payload;
        const decide = async () => faults.ofJob(id, 'snapshot', await clusterOfSnapshot(foundation.db, id));
        return this.#run(id, decide, signal, async (stop, outcome) => {
          await handlers['snapshot.take'](payload, stop);
          if (outcome?.damage) await this.#damage(id);
        });
      },
      'snapshot.verify': (payload, signal) =>
        this.#run(
          payload.snapshotId,
          async () => null,
          signal,
          (stop) => handlers['snapshot.verify'](payload, stop),
        ),
      'restore.run': (payload, signal) => {
        const { restoreJobId: id } = payload;
        const decide = async () => {
          const { clusters, snapshotId } = await clustersOfRestore(foundation.db, id);
          const outcome = faults.ofJob(id, 'restore', clusters);
          if (outcome?.damage && snapshotId) await this.#damage(snapshotId);
          return outcome;
        };
        return this.#run(id, decide, signal, (stop) => handlers['restore.run'](payload, stop));
      },
    };
  }

  /** What a fault does to it is decided when it has its turn: of those that wait, the one that was asked for first meets it. */
  async #run(id: string, decide: () => Promise<Outcome | null>, signal: AbortSignal, job: Job): Promise<void> {
    const { turns, foundation } = this.#p;
    await turns.take(id, signal);
    try {
      const outcome = await decide();
      if (outcome) this.#running.set(id, { outcome, signal });
      const since = outcome?.pending === undefined ? null : await putBackToPending(foundation.db, id);
      if (since) await this.#hold(id, since, outcome!.pending!, signal);
      await job(signal, outcome);
    } finally {
      turns.give();
      const reached = this.#reached.get(id);
      if (reached) await setFailedProgress(foundation.db, id, ...reached);
    }
  }
  readonly #reached = new Map<string, [documents: number, of: number]>();

  /** Others have their turn meanwhile. */
  async #hold(id: string, since: Date, duration: string | number, signal: AbortSignal): Promise<void> {
    const { turns, clock, holds } = this.#p;
    const until = after(since, parseDuration(duration)!);
    if (until <= clock.now()) return;
    turns.give();
    try {
      await holds.wait(id, since, until, signal);
    } finally {
      // Stopped or not: it is given back once more.
      await turns.take(id);
    }
  }

  /** One byte of one chunk becomes another, in the file. Once for a snapshot. */
  async #damage(snapshotId: string): Promise<void> {
    const { vault, vaultFolder, faults } = this.#p;
    if (faults.damaged.has(snapshotId) || !(await vault.hasSnapshot(snapshotId))) return;
    faults.damaged.add(snapshotId);
    const chunks: string[] = [];
    for await (const key of objectsOf(vault.access, snapshotId)) if (objectKind(key) === 'chunk') chunks.push(key);
    const key = chunks[Math.floor(faults.chance(`damage ${snapshotId}`) * chunks.length)];
    if (key === undefined) return;
    const path = join(vaultFolder, key);
    const bytes = await readFile(path);
    bytes[bytes.length >> 1]! ^= 0xff;
    await chmod(path, 0o600);
    await writeFile(path, bytes);
  }
}

/** The same in everything but this: a method of a class with private fields is called on the object itself. */
function otherwise<T extends object>(object: T, methods: Partial<T>): T {
  return new Proxy(object, {
    get: (target, name) => {
      if (name in methods) return methods[name as keyof T];
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function openedBy(clusters: Clusters, look: (deployment: Deployment) => Promise<void>): Clusters {
  const open: Clusters['open'] = async (...asked) => {
    const deployment = await clusters.open(...asked);
    await look(deployment).catch(async (error) => {
      await deployment.close();
      throw error;
    });
    return deployment;
  };
  return otherwise(clusters, { open });
}

/** A vault that fails when that share of a snapshot's documents has been read from it, or written to it. */
function failing(
  vault: Vault,
  share: number,
  reason: string,
  totals: { documents: number },
  onFailure: (documents: number) => void,
): Vault {
  let passed = 0;
  const pass = (total: number, documents: number) => {
    if (passed + documents > share * total) {
      onFailure(passed);
      throw new ScriptedFailure(reason);
    }
    passed += documents;
  };
  const readSnapshot = async (id: string): Promise<SnapshotReader> => {
    const reader = await vault.readSnapshot(id);
    const total = reader.root.collections.reduce((sum, collection) => sum + collection.totals.documents, 0);
    totals.documents = total;
    async function* documents(...asked: Parameters<SnapshotReader['documents']>): AsyncGenerator<DocumentRun> {
      for await (const run of reader.documents(...asked)) {
        for (const part of singly(run)) {
          pass(total, part.documents);
          yield part;
        }
      }
    }
    if (total === 0) throw new ScriptedFailure(reason);
    return otherwise(reader, { documents });
  };
  const writeSnapshot: Vault['writeSnapshot'] = (...asked) => {
    const writer = vault.writeSnapshot(...asked);
    const openCollection: SnapshotWriter['openCollection'] = (...of) => {
      const collection = writer.openCollection(...of);
      const write: typeof collection.write = async (run) => {
        pass(totals.documents, run.documents);
        return collection.write(run);
      };
      return otherwise(collection, { write });
    };
    const finish: SnapshotWriter['finish'] = () => Promise.reject(new ScriptedFailure(reason));
    return otherwise(writer, { openCollection, finish });
  };
  return otherwise(vault, { readSnapshot, writeSnapshot });
}

/** A chunk may hold all that a test has: its documents one by one. */
function* singly({ bytes }: DocumentRun): Generator<DocumentRun> {
  for (let start = 0; start < bytes.length; ) {
    const end = start + documentLength(bytes, start);
    yield { bytes: bytes.subarray(start, end), documents: 1 };
    start = end;
  }
}
