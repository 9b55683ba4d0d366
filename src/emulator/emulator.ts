import { hash, randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { KeyPair } from '../backup/api-keys.ts';
import { SECOND } from '../clock.ts';
import type { ListenAddress } from '../config.ts';
import { controlRoutes } from './control-routes.ts';
import { type EmulatorFolder, takeFolder } from './data-folder.ts';
import { EmulatedTime } from './emulated-time.ts';
import { EmulatorClock } from './emulator-clock.ts';
import { Faults } from './faults.ts';
import { Front } from './front.ts';
import { type Guard, startGuard } from './guard.ts';
import { Holds } from './holds.ts';
import type { EmulatorIdentity } from './identity.ts';
import { type EmulatorMongo, type MongoSource, openMongo, planMongo } from './mongodb.ts';
import { type EmulatorPostgres, startPostgres } from './postgres.ts';
import type { SeedFile } from './read-seed.ts';
import { beginOf, seedWorld } from './seed-world.ts';
import { Transcript } from './transcript.ts';
import { leaveNothingToChance, World } from './world.ts';

export interface EmulatorOptions {
  listen: ListenAddress;
  /** The base of links, where clients know the emulator by another name. */
  publicUrl: string | null;
  /** A folder for its data; a temporary one where none is named. */
  folder: string | null;
  mongo: MongoSource;
  now: Date;
  isFrozen: boolean;
  /** What is random elsewhere follows from it. */
  seed: number;
  /** Real milliseconds that an answer waits for work. */
  patience: number;
  /** What is there at the start. */
  seedFile: SeedFile;
  logger: Logger;
}

interface EmulatorParts {
  folder: EmulatorFolder;
  postgres: EmulatorPostgres;
  mongo: EmulatorMongo;
  guard: Guard;
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
  readonly #masterKey = randomBytes(32);
  /** The same after a reset. */
  readonly #key: KeyPair;
  #url = '';
  /** What a reset left behind. */
  #clearing: Promise<unknown> = Promise.resolve();
  #worlds = 0;
  /** Of its database and its folder. */
  #worldName = '';
  #world: World | null = null;
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
    this.#databasePrefix = `lifeboat_emulator_${randomBytes(4).toString('hex')}_`;
    this.#key = keyOf(o.seed);
    this.#ticking = setInterval(
      () => void this.#time.tick().catch((err) => o.logger.warn({ err }, 'the schedules could not be run')),
      SECOND,
    );
  }

  /** Starts everything; where a part fails, what was started is ended. */
  static async start(o: EmulatorOptions): Promise<Emulator> {
    const plan = await planMongo(o.mongo);
    const folder = await takeFolder(o.folder);
    const guard = startGuard(folder.path, o.folder === null);
    const started: { stop(): Promise<void> }[] = [];
    try {
      // Both have ended to start before a failure of one ends the other.
      const servers = await Promise.allSettled([startPostgres(folder.path), openMongo(plan, folder.path)]);
      for (const server of servers) if (server.status === 'fulfilled') started.push(server.value);
      const [postgres, mongo] = await Promise.all([unsettled(servers[0]), unsettled(servers[1])]);
      guard.watchMongo(mongo.pid);
      const emulator = new Emulator(o, { folder, postgres, mongo, guard });
      started.push({ stop: () => emulator.#leave() });
      await emulator.#begin();
      return emulator;
    } catch (error) {
      for (const one of started.reverse()) await one.stop().catch(() => {});
      await folder.remove();
      guard.dismiss();
      throw error;
    }
  }

  get identity(): EmulatorIdentity {
    return this.#identity!;
  }

  /** Of the script of faults, in words, what never came about. */
  get unmatchedFaults(): string[] {
    return this.#faults.unmatched;
  }

  async stop(): Promise<void> {
    const { folder, postgres, mongo, guard } = this.#parts;
    await this.#leave();
    await Promise.all([postgres.stop(), mongo.stop()]);
    await folder.remove();
    guard.dismiss();
  }

  /** Nothing of it runs any more, and nothing is left on a MongoDB that goes on. */
  async #leave(): Promise<void> {
    clearInterval(this.#ticking);
    await this.#front.close();
    await this.#clearing;
    await this.#world?.stopWork();
    await this.#world?.close();
    await this.#parts.mongo.dropDatabases(this.#databasePrefix).catch(() => {});
  }

  async #begin(): Promise<void> {
    this.#url = await this.#front.listen(this.#o.listen);
    await this.#enter();
  }

  /** Everything as it was at the start, under the same address and keys. */
  async #reset(): Promise<EmulatorIdentity> {
    return this.#time.alone(async () => {
      const old = this.#current();
      const name = this.#worldName;
      this.#front.hold();
      try {
        // Its answer to the reset itself is still under way.
        await old.stopWork();
        await this.#parts.mongo.dropDatabases(this.#databasePrefix);
        await this.#enter();
      } catch (error) {
        // Another reset may go better; until then the world before says what it knows.
        if (this.#world !== old) await this.#world?.close().catch(() => {});
        this.#world = old;
        this.#worldName = name;
        this.#front.open(old.app);
        throw error;
      }
      this.#clearing = old
        .close()
        .then(() => this.#parts.postgres.databases.drop(name))
        .then(() => rm(this.#folderOf(name), { recursive: true, force: true }))
        .catch((err) => this.#o.logger.warn({ err }, 'what was before the reset could not be cleared away'));
      return this.identity;
    });
  }

  async #enter(): Promise<void> {
    const { postgres, mongo } = this.#parts;
    this.#worlds += 1;
    const name = `world_${this.#worlds}`;
    const { now, isFrozen, seed, seedFile } = this.#o;
    const { organization = 'Organization', projects: seeded } = seedFile.seed;
    leaveNothingToChance(seed);
    // What was before the start is lived through first.
    this.#clock.restart(beginOf(seedFile.seed, now), true);
    this.#faults.replace([]);
    const publicUrl = () => this.#o.publicUrl ?? this.#url;
    const [time, faults, transcript] = [this.#time, this.#faults, this.#transcript];
    const world = await World.open({
      databaseUrl: await postgres.databases.copy(postgres.template, name),
      folder: this.#folderOf(name),
      mongoUri: mongo.uri,
      databasePrefix: this.#databasePrefix,
      clock: this.#clock,
      faults: this.#faults,
      holds: this.#holds,
      masterKey: this.#masterKey,
      logger: this.#o.logger,
      patience: this.#o.patience,
      publicUrl,
      controls: (scope) => controlRoutes(scope, { time, faults, transcript, publicUrl, reset: async () => ({ ...(await this.#reset()) }) }),
    });
    // Whatever fails from here on, it is closed.
    this.#world = world;
    this.#worldName = name;
    const names = { organizationName: organization, projectName: seeded?.[0]?.name ?? 'Project' };
    const { organizationId, projectId, publicKey, privateKey } = await world.foundation.initialize({ ...names, pair: this.#key });
    const projects = await seedWorld(seedFile, { world, clock: this.#clock, mongo: mongo.client, faults, now, organizationId, projectId });
    await world.runSchedules();
    await world.settle();
    faults.replace(seedFile.seed.faults ?? []);
    transcript.clear();
    this.#clock.freeze(isFrozen);
    this.#identity = {
      baseUrl: publicUrl(),
      orgId: organizationId,
      projectId,
      projects,
      publicKey,
      privateKey,
      mongodbUri: mongo.uri,
      now: this.#clock.now().toISOString(),
      pid: process.pid,
    };
    this.#front.open(world.app);
  }

  #folderOf(name: string): string {
    return join(this.#parts.folder.path, name);
  }

  #current(): World {
    if (!this.#world) throw new Error('the emulator has no world yet');
    return this.#world;
  }
}

/** What other answers show of it follows from the seed; what only its holder knows does not. */
function keyOf(seed: number): KeyPair {
  const known = Buffer.from(hash('sha256', `lifeboat emulator key ${seed}`), 'hex');
  const publicKey = [...known.subarray(0, 8)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
  return { publicKey, privateKey: randomUUID().slice(0, -12) + known.toString('hex', 8, 14) };
}

function unsettled<T>(result: PromiseSettledResult<T>): Promise<T> {
  return result.status === 'fulfilled' ? Promise.resolve(result.value) : Promise.reject(result.reason);
}
