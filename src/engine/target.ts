import type { Document, RunCommandOptions } from 'mongodb';
import { parseExtendedJson } from '../bson/extended-json.ts';
import { Gathered } from '../gathered.ts';
import { type Listed, listCollections, listIndexes } from './catalog.ts';
import { databaseOf } from './databases.ts';
import type { Deployment } from './deployment.ts';
import { CODES, engineError, hasCode, isUnsupported } from './errors.ts';
import { type Namespace, namespaceText } from './namespaces.ts';
import { PERSIST_FOR, persistently } from './persistently.ts';

/** A majority must have it before the next step: a rename that a new primary does not know would be undone behind our back. */
const MAJORITY = { writeConcern: { w: 'majority' } };

/** Building an index may take hours, and the server says nothing meanwhile. */
const AS_LONG_AS_IT_TAKES = { socketTimeoutMS: 0 } as RunCommandOptions;

/** How many askers one list of collections answers, at most. */
const LOOKS_AT_ONCE = 100;

/**
 * The few commands that change a target's collections. Each is safe to repeat, so each is repeated while the reason may pass (a lost connection,
 * an election), for about a minute; then it throws `Interrupted`, and for a refusal the problem `mongodb-failed`.
 */
export class Target {
  readonly deployment: Deployment;
  readonly #waits: readonly number[];
  readonly #looks = new Map<string, Gathered<readonly string[], Map<string, Listed>>>();

  constructor(deployment: Deployment, waits: readonly number[] = PERSIST_FOR) {
    this.deployment = deployment;
    this.#waits = waits;
  }

  /**
   * What `listCollections` says of these names, by a list that was begun after this call; a name that does not exist is left out. Those who ask at the same time
   * get one list together: some servers go through all collections for each.
   */
  async look(database: string, names: readonly string[]): Promise<Map<string, Listed>> {
    let looks = this.#looks.get(database);
    if (!looks) {
      looks = new Gathered(LOOKS_AT_ONCE, (asked) => this.#lookFor(database, asked));
      this.#looks.set(database, looks);
    }
    return looks.ask(names);
  }

  async #lookFor(database: string, asked: readonly (readonly string[])[]): Promise<Map<string, Listed>[]> {
    const listed = await this.#persistently(`for the collections of ${database}`, () =>
      listCollections(this.deployment, database, { name: { $in: asked.flat() } }),
    );
    const found = new Map(listed.map((c) => [c.name, c]));
    return asked.map((names) => new Map(names.flatMap((name) => (found.has(name) ? [[name, found.get(name)!] as const] : []))));
  }

  async list(database: string): Promise<Listed[]> {
    return this.#persistently(`for the collections of ${database}`, () => listCollections(this.deployment, database));
  }

  /** Each as canonical Extended JSON. */
  async listIndexes(ns: Namespace): Promise<string[]> {
    return this.#persistently(`for the indexes of ${namespaceText(ns)}`, () => listIndexes(this.deployment, ns));
  }

  /**
   * Empty and whole: what stands there after an answer was lost may be what a server that ended in the middle of it left (FerretDB 1.24 then keeps a collection
   * without its index on `_id`), so it is made anew.
   */
  async create(ns: Namespace, options: Document): Promise<void> {
    let attempts = 0;
    await this.#persistently(`to create ${namespaceText(ns)}`, async () => {
      if (attempts++ > 0) await this.#runUnless([CODES.namespaceNotFound], ns.database, { drop: ns.name, ...MAJORITY });
      await this.#runUnless([CODES.namespaceExists], ns.database, { create: ns.name, ...options });
    });
  }

  /** Answers false when there was something of that name already, or nothing any more: look again. */
  async rename(database: string, from: string, to: string): Promise<boolean> {
    const command = { renameCollection: `${database}.${from}`, to: `${database}.${to}`, ...MAJORITY };
    const refusals = [CODES.namespaceExists, CODES.namespaceNotFound];
    return this.#command(`to rename ${database}.${from} to ${to}`, 'admin', command, refusals);
  }

  /** Renames over a collection that is there, which is lost. Some servers cannot; `look-again` when there is nothing to rename. */
  async renameOver(database: string, from: string, to: string): Promise<'renamed' | 'unsupported' | 'look-again'> {
    const command = { renameCollection: `${database}.${from}`, to: `${database}.${to}`, dropTarget: true, ...MAJORITY };
    try {
      const renamed = await this.#command(`to rename ${database}.${from} to ${to}`, 'admin', command, [CODES.namespaceNotFound]);
      return renamed ? 'renamed' : 'look-again';
    } catch (error) {
      if (isUnsupported((error as Error).cause)) return 'unsupported';
      throw error;
    }
  }

  async drop(ns: Namespace): Promise<void> {
    await this.#command(`to drop ${namespaceText(ns)}`, ns.database, { drop: ns.name, ...MAJORITY }, [CODES.namespaceNotFound]);
  }

  async createView(ns: Namespace, options: string): Promise<void> {
    const command = { create: ns.name, ...parseExtendedJson(options), ...MAJORITY };
    await this.#command(`to create the view ${namespaceText(ns)}`, ns.database, command, [CODES.namespaceExists]);
  }

  async createIndexes(ns: Namespace, indexes: readonly Document[]): Promise<void> {
    if (indexes.length === 0) return;
    let attempts = 0;
    await this.#persistently(`to build the indexes of ${namespaceText(ns)}`, async () => {
      // FerretDB 1.24 breaks the connection when it is asked for several indexes that are there already, as they are after an answer was lost.
      const parts = attempts++ === 0 ? [indexes] : indexes.map((index) => [index]);
      for (const part of parts) await this.#run(ns.database, { createIndexes: ns.name, indexes: part, ...MAJORITY }, AS_LONG_AS_IT_TAKES);
    });
  }

  async rebuildIndex(ns: Namespace, index: Document): Promise<void> {
    const command = { dropIndexes: ns.name, index: index.name, ...MAJORITY };
    await this.#command(`to rebuild index ${index.name} of ${namespaceText(ns)}`, ns.database, command, [CODES.indexNotFound]);
    await this.createIndexes(ns, [index]);
  }

  async collMod(ns: Namespace, change: Document): Promise<void> {
    await this.#command(`to change ${namespaceText(ns)}`, ns.database, { collMod: ns.name, ...change, ...MAJORITY }, []);
  }

  /** Whether the server can change a collection at all; asked with a change that changes nothing. */
  async knowsCollMod(ns: Namespace): Promise<boolean> {
    try {
      await this.deployment.client.db(ns.database).command({ collMod: ns.name, ...MAJORITY });
      return true;
    } catch (error) {
      if (hasCode(error, CODES.commandNotFound, CODES.notImplemented, CODES.commandNotSupported)) return false;
      throw engineError(error, `to change ${namespaceText(ns)}`);
    }
  }

  /** Answers false when the server refused with one of `expected`, which is another way to say that the state is not as thought. */
  async #command(what: string, database: string, command: Document, expected: number[]): Promise<boolean> {
    return this.#persistently(what, () => this.#runUnless(expected, database, command));
  }

  async #runUnless(expected: number[], database: string, command: Document): Promise<boolean> {
    try {
      await this.#run(database, command);
      return true;
    } catch (error) {
      if (hasCode(error, ...expected)) return false;
      throw error;
    }
  }

  /** A copy: the driver adds to what it is given. */
  async #run(database: string, command: Document, o: RunCommandOptions = {}): Promise<void> {
    await databaseOf(this.deployment.client, database).command({ ...command }, o);
  }

  #persistently<T>(what: string, work: () => Promise<T>): Promise<T> {
    return persistently(what, work, { waits: this.#waits });
  }
}
