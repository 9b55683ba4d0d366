import { type Document, type MongoClient, MongoServerError } from 'mongodb';
import type { Deployment } from '../../src/engine/deployment.ts';
import type { SwapJournal } from '../../src/engine/swap-plan.ts';

/** What a process that was killed would have thrown, had it still been there. */
export class Killed extends Error {
  override name = 'Killed';
}

const CHANGES = new Set(['create', 'drop', 'renameCollection', 'collMod', 'createIndexes', 'insert']);

export interface Fate {
  /** Which change of the target or the journal it dies at, from 1; Infinity: never. */
  at: number;
  /** Whether that change still happens. */
  afterwards: boolean;
}

/** Gives a worker's hands a life that ends at a chosen change: from then on nothing it does has any effect, as after `kill -9`. */
export function mortal(
  deployment: Deployment,
  journal: SwapJournal,
  fate: Fate,
): { deployment: Deployment; journal: SwapJournal; changes: () => number } {
  let changes = 0;
  let dead = false;
  async function change<T>(work: () => Promise<T>): Promise<T> {
    if (dead) throw new Killed();
    if (++changes < fate.at) return work();
    dead = true;
    if (fate.afterwards) await work();
    throw new Killed();
  }
  async function read<T>(work: () => Promise<T>): Promise<T> {
    if (dead) throw new Killed();
    return work();
  }
  const mortalJournal: SwapJournal = {
    registerStaging: (names) => change(() => journal.registerStaging(names)),
    recordProof: (staging, staged) => change(() => journal.recordProof(staging, staged)),
    commit: (plan) => change(() => journal.commit(plan)),
    advance: (to) => change(() => journal.advance(to)),
    finish: () => change(() => journal.finish()),
    registered: () => read(() => journal.registered()),
    load: () => read(() => journal.load()),
  };
  const onCommand = (command: Document, run: () => Promise<Document>) => (CHANGES.has(Object.keys(command)[0]!) ? change(run) : read(run));
  return { deployment: intercepted(deployment, onCommand), journal: mortalJournal, changes: () => changes };
}

/** A deployment whose user may not do what `isRefused` says. */
export function refusing(deployment: Deployment, isRefused: (command: Document) => boolean): Deployment {
  return intercepted(deployment, async (command, run) => {
    if (isRefused(command)) throw new MongoServerError({ ok: 0, code: 13, errmsg: `not authorized to execute ${Object.keys(command)[0]}` });
    return run();
  });
}

/** Lets `on` decide about every command that goes through the deployment's shared client. */
export function intercepted(
  deployment: Deployment,
  on: (command: Document, run: () => Promise<Document>) => Promise<Document>,
): Deployment {
  const db = (name: string) => ({
    command: (command: Document, options?: object) => on(command, () => deployment.client.db(name).command(command, options as never)),
  });
  const client = { db, options: deployment.client.options } as unknown as MongoClient;
  const { address, version, majorVersion, topology, product, limits, sessions } = deployment;
  return {
    address,
    version,
    majorVersion,
    topology,
    product,
    limits,
    sessions,
    client,
    node: (o) => deployment.node(o),
    close: () => deployment.close(),
  };
}
