import { fstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { MINUTE } from '../clock.ts';
import { type ListenAddress, parseListen } from '../config.ts';
import { DURATION, parseDuration } from '../emulator/duration.ts';
import type { Emulator } from '../emulator/emulator.ts';
import { Ground } from '../emulator/ground.ts';
import { readMoment, START } from '../emulator/moment.ts';
import { messageOf, Problem } from '../errors.ts';
import { say } from './output.ts';
import { untilAskedToStop } from './signals.ts';

const LOOK = 500;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

interface EmulateOptions {
  mongodb?: string;
  mongodbCommand?: string;
  listen: ListenAddress;
  publicUrl?: string;
  data?: string;
  now?: string;
  run?: boolean;
  random?: number;
  seed?: string;
  state?: string;
  stay?: boolean;
  patience: number;
  logLevel: string;
}

export function addEmulateCommand(program: Command): void {
  program
    .command('emulate')
    .description('Atlas in a test: a complete Lifeboat on a clock that the test moves, gone when its parent ends (docs/emulator.md)')
    .addOption(
      new Option('--mongodb <uri>', 'a MongoDB that runs already; a mongod on the PATH is started where none is given').env('MONGODB_URI'),
    )
    .option('--mongodb-command <command>', 'starts a MongoDB on 127.0.0.1:{port} with its data in {folder}')
    .option('--listen <host:port>', 'where it listens (127.0.0.1:0)', readListen, { host: '127.0.0.1', port: 0 })
    .option('--public-url <url>', 'the base of links, where clients know it by another name', readPublicUrl)
    .option('--data <folder>', "a folder for its data: new, empty or an emulator's, and emptied at the end; a temporary one unless given")
    .option('--seed <file>', 'what is there at the start: YAML or JSON (docs/emulator/seed.schema.json)')
    .addOption(new Option('--state <file>', 'begin as this state, which an emulator has saved').conflicts(['seed', 'now', 'run', 'random']))
    .option('--now <date>', `where the clock stands at the start (the seed's, or ${START})`)
    .option('--run', 'let the clock run; it stands still otherwise')
    .option('--random <number>', 'what ids follow from (1)', wholeNumber)
    .option('--patience <duration>', 'how long an answer waits for snapshots and restores, in real time (60s)', readPatience, MINUTE)
    .option('--stay', 'do not end with the parent, only with a signal')
    .addOption(new Option('--log-level <level>', 'what is logged to stderr').choices(LOG_LEVELS).default('error'))
    .action(emulate);
}

async function emulate(options: EmulateOptions): Promise<void> {
  const now = options.now === undefined ? null : readMoment(options.now);
  const seedText = options.seed === undefined ? null : await readSeedText(options.seed);
  const over = new AbortController();
  const ended = options.stay ? untilAskedToStop() : Promise.race([untilAskedToStop(), untilParentEnds()]);
  void ended.then(() => over.abort(new Problem('cancelled')));
  // A parent that is gone reads no more, and what is to be cleared away is cleared away all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await stay(options, now, seedText, over.signal);
  } finally {
    // It may be open for as long as the parent likes; being read, it would keep a process that has nothing else to do.
    process.stdin.destroy();
  }
}

async function stay(options: EmulateOptions, now: Date | null, seedText: string | null, over: AbortSignal): Promise<void> {
  const { data = null, mongodb, mongodbCommand } = options;
  const command = mongodbCommand || null;
  const ground = await Ground.take(data, { uri: command ? null : mongodb || null, command });
  try {
    const emulator = await startOn(ground, options, now, seedText, over).catch((error) => {
      // A start that is broken off fails in whatever it was doing.
      if (over.aborted) return null;
      throw error;
    });
    if (!emulator) return;
    process.stdout.write(`${JSON.stringify(emulator.identity)}\n`);
    await aborted(over);
    for (const line of emulator.unmatchedFaults) say(line);
    await emulator.stop();
  } finally {
    await ground.leave();
  }
}

/** Loads the rest of Lifeboat while the servers of the ground start. */
async function startOn(
  ground: Ground,
  options: EmulateOptions,
  now: Date | null,
  seedText: string | null,
  over: AbortSignal,
): Promise<Emulator> {
  const [{ Emulator }, { NO_SEED, readSeed }, { pino }] = await Promise.all([
    import('../emulator/emulator.ts'),
    import('../emulator/read-seed.ts'),
    import('pino'),
  ]);
  const seedFile = seedText === null ? NO_SEED : readSeed(seedText, options.seed!, now);
  const { seed } = seedFile;
  const settings = {
    listen: options.listen,
    publicUrl: options.publicUrl ?? null,
    now: now ?? new Date(seed.clock?.now ?? START),
    isFrozen: options.run === undefined ? (seed.clock?.frozen ?? true) : !options.run,
    seed: options.random ?? seed.random ?? 1,
    patience: options.patience,
    seedFile,
    stateFile: options.state ?? null,
    logger: pino({ level: options.logLevel, base: { process: 'emulate' } }, pino.destination(2)),
  };
  return Emulator.start(ground, settings, over);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });
}

/** Where standard input is a pipe, its end is the parent's; and whoever has another parent than before has lost it. */
function untilParentEnds(): Promise<void> {
  return new Promise((resolve) => {
    const parent = process.ppid;
    const look = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(look);
      resolve();
    }, LOOK);
    look.unref();
    if (!isPipe(0)) return;
    process.stdin
      .once('end', resolve)
      .once('close', resolve)
      .once('error', () => resolve());
    process.stdin.resume();
  });
}

function isPipe(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    return stats.isFIFO() || stats.isSocket();
  } catch {
    return false;
  }
}

function readSeedText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error) => {
    throw new Problem('invalid-value', ['--seed', messageOf(error)]);
  });
}

function readListen(text: string): ListenAddress {
  try {
    return parseListen(text);
  } catch (error) {
    throw new InvalidArgumentError(`${messageOf(error)}.`);
  }
}

function readPublicUrl(text: string): string {
  const base = text.replace(/\/+$/, '');
  if (!/^https?:$/.test(URL.parse(base)?.protocol ?? '')) throw new InvalidArgumentError('a URL such as http://emulator:8080 is expected.');
  return base;
}

function readPatience(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === null) throw new InvalidArgumentError(`${DURATION} is expected.`);
  return milliseconds;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number from 0 to 999999999 is expected.');
  return Number(text);
}
