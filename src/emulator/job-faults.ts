import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clusters } from '../backup/clusters.ts';
import { intentOf } from '../backup/restore-options.ts';
import type { WorkParts } from '../backup/work/parts.ts';
import { after, type Clock } from '../clock.ts';
import { clusterOfSnapshot, putBackToPending, restoreToDecide, setFailedProgress, setHeldProgress } from '../db/emulated-time.ts';
import { readCatalog } from '../engine/catalog.ts';
import type { Deployment } from '../engine/deployment.ts';
import type { NamespaceSelection } from '../engine/namespace-selection.ts';
import { namespaceText } from '../engine/namespaces.ts';
import { isProblem } from '../errors.ts';
import type { Foundation } from '../foundation.ts';
import type { Handlers } from '../jobs/runner.ts';
import { chunkEntries } from '../vault/segments.ts';
import type { Vault } from '../vault/vault.ts';
import { parseDuration } from './duration.ts';
import { Cut, cutWhileRead, cutWhileWritten } from './failing-vault.ts';
import type { JobFault } from './fault-rule.ts';
import type { Faults } from './faults.ts';
import type { Holds } from './holds.ts';
import { otherwise } from './otherwise.ts';
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
/** What a restore is of; `null`: it is a snapshot that is taken. */
type Source = { snapshotId: string; selection: NamespaceSelection } | null;
type Decided = { outcome: Outcome | null; of: Source };
type Job = (signal: AbortSignal, outcome: Outcome | null) => Promise<void>;

/** What the script of faults makes of jobs: the work is the real one, held up, cut short or over a vault that was really damaged. */
export class JobFaults {
  readonly #p: JobFaultParts;
  readonly #running = new Map<string, { outcome: Outcome; of: Source; signal: AbortSignal }>();
  readonly #reached = new Map<string, [documents: number, of: number]>();

  constructor(parts: JobFaultParts) {
    this.#p = parts;
  }

  /** On what the work of a job stands instead. */
  readonly workOf = (jobId: string): Partial<WorkParts> => {
    const job = this.#running.get(jobId);
    if (!job) return {};
    const { of: source, outcome, signal } = job;
    const { vault, foundation, clock, holds } = this.#p;
    const cut = this.#cutOf(jobId, outcome);
    const clusters = openedBy(foundation.clusters, async (deployment) => {
      if (outcome.running !== undefined) {
        await setHeldProgress(foundation.db, jobId);
        await this.#hold(jobId, holds.since(jobId) ?? clock.now(), outcome.running, signal);
      }
      // Not before: a safety snapshot of the same documents would mend it.
      if (source && outcome.damage) await this.#damage(source.snapshotId, source.selection);
      if (!cut) return;
      if (!source) cut.begin((await readCatalog(deployment)).reduce((sum, one) => sum + one.estimatedDocuments, 0));
      // Of what has no documents nothing is read.
      else if (cut.isEmpty) throw cut.failure();
    });
    if (!cut) return { clusters };
    return { clusters, vault: source ? cutWhileRead(vault, cut, source.selection) : cutWhileWritten(vault, cut) };
  };

  #cutOf(jobId: string, { failAt, reason }: Outcome): Cut | null {
    if (failAt === undefined && reason === undefined) return null;
    return new Cut({
      percent: failAt ?? 0,
      reason: reason ?? 'the script of the emulator says so',
      onFailure: (documents, of) => this.#reached.set(jobId, [documents, of]),
    });
  }

  around(handlers: Handlers): Handlers {
    const { foundation, faults } = this.#p;
    return {
      ...handlers,
      'snapshot.take': (payload, signal) => {
        const { snapshotId: id } = payload;
        const decide = async () => ({ outcome: faults.ofJob(id, 'snapshot', await clusterOfSnapshot(foundation.db, id)), of: null });
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
          const { clusters, snapshotId, options } = await restoreToDecide(foundation.db, id);
          const outcome = faults.ofJob(id, 'restore', clusters);
          return { outcome, of: snapshotId === null ? null : { snapshotId, selection: intentOf(options).selection } };
        };
        return this.#run(id, decide, signal, (stop) => handlers['restore.run'](payload, stop));
      },
    };
  }

  /** What a fault does to it is decided when it has its turn: of those that wait, the one that was asked for first meets it. */
  async #run(id: string, decide: () => Promise<Decided | null>, signal: AbortSignal, job: Job): Promise<void> {
    const { turns, foundation, holds } = this.#p;
    await turns.take(id, signal);
    try {
      const decided = await decide();
      const outcome = decided?.outcome ?? null;
      if (outcome) this.#running.set(id, { outcome, of: decided!.of, signal });
      const since = outcome?.pending === undefined ? null : await putBackToPending(foundation.db, id);
      if (since) {
        // Of a state that was saved meanwhile it is since when it was PENDING.
        holds.forget(id);
        await this.#hold(id, since, outcome!.pending!, signal);
      }
      await job(signal, outcome);
    } catch (error) {
      // While it was PENDING: its row says so already.
      if (!isProblem(error, 'cancelled')) throw error;
    } finally {
      turns.give();
      await setFailedProgress(foundation.db, id, ...(this.#reached.get(id) ?? []));
    }
  }

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

  /** One byte of one chunk (of what is selected) becomes another, in the file. Once for a snapshot. */
  async #damage(snapshotId: string, selection?: NamespaceSelection): Promise<void> {
    const { vault, vaultFolder, faults } = this.#p;
    if (faults.damaged.has(snapshotId) || !(await vault.hasSnapshot(snapshotId))) return;
    faults.damaged.add(snapshotId);
    // How many chunks there are follows from a key that is another one each time; which collection is damaged does not.
    const { root } = await vault.readSnapshot(snapshotId);
    const collections = root.collections.filter((one) => one.totals.documents > 0 && selection?.target(one) !== null);
    collections.sort((a, b) => (namespaceText(a) < namespaceText(b) ? -1 : 1));
    const collection = collections[Math.floor(faults.chance(`damage ${snapshotId}`) * collections.length)];
    if (!collection) return;
    const chunks = await Array.fromAsync(chunkEntries(vault.access, collection));
    const key = chunks[chunks.length >> 1]!.object;
    const path = join(vaultFolder, key);
    const bytes = await readFile(path);
    bytes[bytes.length >> 1]! ^= 0xff;
    await chmod(path, 0o600);
    await writeFile(path, bytes);
  }
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
