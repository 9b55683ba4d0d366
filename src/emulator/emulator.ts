import { hash, randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { KeyPair } from '../backup/api-keys.ts';
import { SECOND } from '../clock.ts';
import type { ListenAddress } from '../config.ts';
import { copyIn } from '../db/database-copy.ts';
import { setServer, unbegin } from '../db/emulated-time.ts';
import { Problem } from '../errors.ts';
import { continueIds, idSequence } from '../ids.ts';
import { seal } from '../sealing.ts';
import { type Controls, controlRoutes } from './control-routes.ts';
import { EmulatedTime } from './emulated-time.ts';
import { EmulatorClock } from './emulator-clock.ts';
import { Faults, OF_THE_SEED } from './faults.ts';
import { Front } from './front.ts';
import type { Ground, Servers } from './ground.ts';
import { Holds } from './holds.ts';
import type { EmulatorIdentity } from './identity.ts';
import type { EmulatorMongo } from './mongodb.ts';
import type { FreshDatabase } from './postgres.ts';
import type { SeedFile } from './read-seed.ts';
import { organizationsOf } from './seed-schema.ts';
import { beginOf, firstNames, seedWorld } from './seed-world.ts';
import type { EmulatorState, SavedState } from './state.ts';
import { unpackState } from './state-file.ts';
import { loadDatabases } from './state-mongodb.ts';
import { copyVault, States } from './states.ts';
import { Transcript } from './transcript.ts';
import { leaveNothingToChance, vaultOf, World, type WorldParts } from './world.ts';

export interface EmulatorOptions {
  listen: ListenAddress;
  /** The base of links, where clients know the emulator by another name. */
  publicUrl: string | null;
  now: Date;
  isFrozen: boolean;
  /** What is random elsewhere follows from it. */
  seed: number;
  /** Real milliseconds that an answer waits for work. */
  patience: number;
  /** What is there at the start. */
  seedFile: SeedFile;
  /** The start is the state of this file instead. */
  stateFile: string | null;
  logger: Logger;
}

interface EmulatorParts extends Servers {
  folder: string;
  begunAs: SavedState | null;
}

/** A complete Lifeboat that ends without a trace, under a clock that a test moves. The composition root of `lifeboat emulate`. */
export class Emulator {
  readonly #o: EmulatorOptions;
  readonly #parts: EmulatorParts;
  readonly #clock: EmulatorClock;
  readonly #time: EmulatedTime;
  readonly #holds = new Holds();
  readonly #faults: Faults;
  readonly #transcript: Transcript;
  readonly #front: Front;
  readonly #databasePrefix: string;
  readonly #ticking: NodeJS.Timeout;
  readonly #masterKey: Buffer;
  readonly #states: States;
  /** Of each organization: the same after a reset. */
  readonly #keys: readonly KeyPair[];
  #url = '';
  /** What a reset left behind. */
  #clearing: Promise<unknown> = Promise.resolve();
  /** Of its database and its folder. */
  #worldName = '';
  #world: World | null = null;
  readonly #ending = new AbortController();
  #stopped: Promise<void> | null = null;
  #identity: EmulatorIdentity | null = null;

  private constructor(o: EmulatorOptions, parts: EmulatorParts) {
    this.#o = o;
    this.#parts = parts;
    this.#clock = new EmulatorClock(o.now, o.isFrozen);
    this.#faults = new Faults(o.seed);
    this.#time = new EmulatedTime(this.#clock, this.#holds, () => this.#current());
    this.#transcript = new Transcript(() => [
      [this.#o.publicUrl ?? this.#url, 'http://emulator'],
      [this.#url, 'http://emulator'],
      [parts.mongo.hosts, 'mongodb'],
      [this.#databasePrefix, 'lifeboat_emulator_'],
    ]);
    // While the clock stands still every answer is of a world whose work is done: the same each time.
    const before = async () => (this.#clock.isFrozen ? this.#current().settle() : null);
    this.#front = new Front({ clock: this.#clock, faults: this.#faults, transcript: this.#transcript, before });
    const begun = parts.begunAs?.state;
    this.#databasePrefix = begun?.databasePrefix ?? `lifeboat_emulator_${randomBytes(4).toString('hex')}_`;
    this.#masterKey = begun ? Buffer.from(begun.masterKey, 'base64') : randomBytes(32);
    this.#keys = organizationsOf(o.seedFile.seed).map((_, n) => keyOf(o.seed, n));
    this.#states = new States(join(parts.folder, 'states'));
    this.#ticking = setInterval(
      () => void this.#time.tick().catch((err) => o.logger.warn({ err }, 'the schedules could not be run')),
      SECOND,
    );
  }

  /** Where a part fails, or `signal` says that nobody wants it any more, what was started is ended, but for the ground. */
  static async start(ground: Ground, o: EmulatorOptions, signal: AbortSignal): Promise<Emulator> {
    const begunAs = o.stateFile === null ? null : await unpackState(o.stateFile, join(ground.folder.path, 'begun'));
    const servers = await ground.servers();
    if (begunAs) await refuseTwin(servers.mongo, begunAs.state, o.stateFile!);
    const emulator = new Emulator(o, { folder: ground.folder.path, begunAs, ...servers });
    const stop = () => void emulator.stop().catch(() => {});
    signal.addEventListener('abort', stop);
    try {
      signal.throwIfAborted();
      await emulator.#time.alone(() => emulator.#begin());
      return emulator;
    } catch (error) {
      await emulator.stop().catch(() => {});
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  get identity(): EmulatorIdentity {
    return this.#identity!;
  }

  /** Of all scripts of faults, in words, what never came about. */
  get unmatchedFaults(): string[] {
    return this.#faults.neverMet;
  }

  /** Nothing of it runs any more, and nothing is left on a MongoDB that goes on. What is under way, a start or a reset too, breaks off. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#ending.abort(new Problem('cancelled'));
    clearInterval(this.#ticking);
    await this.#front.close();
    await this.#world?.close();
    await this.#time.alone(async () => {
      await this.#world?.close();
      await this.#clearing;
      await this.#parts.mongo.dropDatabases(this.#databasePrefix).catch(() => {});
    });
  }

  async #begin(): Promise<void> {
    this.#ending.signal.throwIfAborted();
    this.#url = await this.#front.listen(this.#o.listen);
    await this.#enter(this.#parts.begunAs);
  }

  /** Everything as it was at the start, or when the state was saved, under the same address and keys. */
  async #goTo(state: SavedState | null): Promise<EmulatorIdentity> {
    return this.#time.alone(async () => {
      const old = this.#current();
      const name = this.#worldName;
      this.#front.hold();
      try {
        // Its answer to the request itself is still under way.
        await old.stopWork();
        await this.#parts.mongo.dropDatabases(this.#databasePrefix);
        await this.#enter(state);
      } catch (error) {
        // Another time may go better; until then the world before says what it knows.
        if (this.#world !== old) await this.#world?.close().catch(() => {});
        this.#world = old;
        this.#worldName = name;
        this.#front.open(old.app);
        throw error;
      }
      this.#clearing = old
        .close()
        .then(() => this.#parts.postgres.drop(name))
        .then(() => rm(this.#folderOf(name), { recursive: true, force: true }))
        .catch((err) => this.#o.logger.warn({ err }, 'what was before could not be cleared away'));
      return this.identity;
    });
  }

  /** Throws `work-under-way`. */
  async #save(name: string): Promise<void> {
    await this.#time.alone(async () => {
      const world = this.#current();
      this.#front.hold();
      try {
        const left = await world.settle();
        if (left !== null) throw new Problem('work-under-way', [left]);
        const places = {
          databaseUrl: world.foundation.databaseUrl,
          vault: vaultOf(this.#folderOf(this.#worldName)),
          mongo: this.#parts.mongo,
        };
        await world.undisturbed(() => this.#states.save(name, places, this.#state()));
      } finally {
        this.#front.open(world.app);
      }
    });
  }

  #state(): EmulatorState {
    const { orgId, projectId, projects, publicKey, privateKey, organizations } = this.identity;
    return {
      now: this.#clock.now().toISOString(),
      frozen: this.#clock.isFrozen,
      ids: idSequence(),
      faults: this.#faults.save(),
      transcript: this.#transcript.save(),
      held: this.#holds.save(),
      identity: { orgId, projectId, projects, publicKey, privateKey, organizations },
      masterKey: this.#masterKey.toString('base64'),
      databasePrefix: this.#databasePrefix,
      mongoHosts: this.#parts.mongo.hosts,
    };
  }

  async #enter(saved: SavedState | null): Promise<void> {
    const database = await this.#parts.postgres.fresh();
    this.#ending.signal.throwIfAborted();
    this.#faults.load(saved?.state.faults ?? null);
    this.#holds.load(saved?.state.held ?? {});
    const now = await (saved ? this.#resume(saved, database) : this.#grow(database));
    this.#identity = {
      baseUrl: this.#publicUrl(),
      ...now,
      mongodbUri: this.#parts.mongo.uri,
      now: this.#clock.now().toISOString(),
      pid: process.pid,
    };
    this.#front.open(this.#current().app);
    // For the next reset, while nobody waits for it.
    this.#parts.postgres.prepare();
  }

  /** What the seed says, from the beginning. */
  async #grow(database: FreshDatabase): Promise<EmulatorState['identity']> {
    const { mongo } = this.#parts;
    const { now, isFrozen, seed, seedFile } = this.#o;
    leaveNothingToChance(seed);
    // What was before the start is lived through first.
    this.#clock.restart(beginOf(seedFile.seed, now), true);
    const world = await this.#open(database);
    const first = await world.foundation.initialize({ ...firstNames(seedFile.seed), pair: this.#keys[0]! });
    const about = { world, clock: this.#clock, mongo: mongo.client, faults: this.#faults, now, first, keys: this.#keys };
    const organizations = await seedWorld(seedFile, about);
    await world.runSchedules();
    await world.settle();
    this.#faults.replace(seedFile.seed.faults ?? [], OF_THE_SEED);
    this.#transcript.clear();
    this.#clock.freeze(isFrozen);
    const { orgId, projects, publicKey, privateKey } = organizations[0]!;
    return { orgId, projectId: first.projectId, projects, publicKey, privateKey, organizations };
  }

  /** As it was when it was saved. */
  async #resume({ folder, state }: SavedState, database: FreshDatabase): Promise<EmulatorState['identity']> {
    const { mongo } = this.#parts;
    const changed = [[`${state.mongoHosts}/${state.databasePrefix}`, `${mongo.hosts}/${this.#databasePrefix}`]] as const;
    this.#clock.restart(new Date(state.now), true);
    await Promise.all([
      copyIn(database.url, join(folder, 'postgres'), state.mongoHosts === mongo.hosts ? [] : changed),
      copyVault(join(folder, 'vault'), vaultOf(this.#folderOf(database.name))),
      loadDatabases(mongo, join(folder, 'mongodb')),
    ]);
    leaveNothingToChance(0);
    const world = await this.#open(database, async (foundation) => {
      continueIds(state.ids);
      await unbegin(foundation.db, Object.keys(state.held));
      await setServer(foundation.db, (clusterId) =>
        seal(foundation.key('connection-strings'), Buffer.from(mongo.uri), `cluster ${clusterId}`),
      );
    });
    // What waits for the clock is where it waited.
    await world.settle();
    this.#transcript.load(state.transcript);
    this.#clock.freeze(state.frozen);
    return state.identity;
  }

  async #open({ name, url }: FreshDatabase, prepare?: WorldParts['prepare']): Promise<World> {
    const [time, faults, transcript, states] = [this.#time, this.#faults, this.#transcript, this.#states];
    const publicUrl = () => this.#publicUrl();
    const controls: Controls = {
      ...{ time, faults, transcript, states, publicUrl },
      reset: async () => ({ ...(await this.#goTo(this.#parts.begunAs)) }),
      save: (state) => this.#save(state),
      load: async (state) => ({ ...(await this.#goTo(await this.#states.find(state))) }),
    };
    const world = await World.open({
      databaseUrl: url,
      folder: this.#folderOf(name),
      mongoUri: this.#parts.mongo.uri,
      databasePrefix: this.#databasePrefix,
      clock: this.#clock,
      faults: this.#faults,
      holds: this.#holds,
      masterKey: this.#masterKey,
      logger: this.#o.logger,
      patience: this.#o.patience,
      publicUrl,
      ...(prepare && { prepare }),
      controls: (scope) => controlRoutes(scope, controls),
    });
    // Whatever fails from here on, it is closed.
    this.#world = world;
    this.#worldName = name;
    this.#ending.signal.throwIfAborted();
    return world;
  }

  #publicUrl(): string {
    return this.#o.publicUrl ?? this.#url;
  }

  #folderOf(name: string): string {
    return join(this.#parts.folder, name);
  }

  #current(): World {
    if (!this.#world) throw new Error('the emulator has no world yet');
    return this.#world;
  }
}

/** What other answers show of it follows from the seed; what only its holder knows does not. */
function keyOf(seed: number, organization: number): KeyPair {
  const known = Buffer.from(hash('sha256', `lifeboat emulator key ${seed}${organization === 0 ? '' : ` ${organization}`}`), 'hex');
  const publicKey = [...known.subarray(0, 8)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
  return { publicKey, privateKey: randomUUID().slice(0, -12) + known.toString('hex', 8, 14) };
}

/** Two that begin as one state would share their databases, where they share a MongoDB. */
async function refuseTwin(mongo: EmulatorMongo, { databasePrefix }: EmulatorState, stateFile: string): Promise<void> {
  const names = await mongo.databases(databasePrefix);
  if (names.length === 0) return;
  throw new Problem(
    'state-unusable',
    [
      stateFile,
      `another emulator that began as this state has its databases on this MongoDB (${names.join(', ')}); give each a MongoDB of its own`,
    ],
    { hint: 'Where none runs any more, one was killed before it could drop them: drop them.' },
  );
}
