import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'src/cli/main.ts');
const run = promisify(execFile);

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Identity {
  orgId: string;
  projectId: string;
  publicKey: string;
  privateKey: string;
}

/**
 * A real Lifeboat as a user has it: its own data folder, the real commands, `serve` as a process of its own on a free port.
 * What it started ends with {@link Lifeboat.remove}.
 */
export class Lifeboat {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  url = '';
  #serve: ChildProcess | null = null;
  #log = '';
  #crashes = 0;

  private constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.environment = environment;
  }

  static async create(settings: Record<string, string> = {}): Promise<Lifeboat> {
    const folder = await mkdtemp(join(tmpdir(), 'lifeboat-'));
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(LIFEBOAT_|DATABASE_URL$|NODE_OPTIONS$|VITEST)/.test(name)),
    );
    return new Lifeboat(folder, { ...inherited, LIFEBOAT_DATA: join(folder, 'data'), LIFEBOAT_LISTEN: '127.0.0.1:0', ...settings });
  }

  /** `npx lifeboat ...`; never throws for an exit code. */
  async run(...args: string[]): Promise<CommandResult> {
    try {
      const { stdout, stderr } = await run(process.execPath, [MAIN, ...args], {
        env: this.environment,
        cwd: this.folder,
        maxBuffer: 64 << 20,
      });
      return { code: 0, stdout, stderr };
    } catch (error) {
      const failed = error as { code: unknown; stdout: string; stderr: string };
      if (typeof failed.code !== 'number') throw error;
      return { code: failed.code, stdout: failed.stdout, stderr: failed.stderr };
    }
  }

  /** As {@link run} with `--json`; an exit code other than 0 is an error that holds what was printed. */
  async json<T>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.run(...args, '--json');
    if (code !== 0) throw new Error(`lifeboat ${args.join(' ')} ended with ${code}\n${stdout}${stderr}`);
    return JSON.parse(stdout);
  }

  init(): Promise<Identity> {
    return this.json<Identity>('init');
  }

  /** Starts `serve` and waits until it says where it listens. */
  async serve(): Promise<void> {
    const child = spawn(process.execPath, [MAIN, 'serve'], { env: this.environment, cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#serve = child;
    const collect = (piece: Buffer) => {
      this.#log += piece.toString();
    };
    child.stderr.on('data', collect);
    // The log goes on from one `serve` to the next.
    const before = this.#log.length;
    this.url = await new Promise<string>((ready, failed) => {
      child.stdout.on('data', (piece: Buffer) => {
        collect(piece);
        const found = /listening on (http\S+)/.exec(this.#log.slice(before));
        if (found) ready(found[1]!);
      });
      child.once('exit', (code) => {
        if (this.#serve === child) this.#crashes += 1;
        failed(new Error(`serve ended with ${code}\n${this.#log}`));
      });
    });
  }

  get log(): string {
    return this.#log;
  }

  /** How often `serve` has ended without being told to. */
  get crashes(): number {
    return this.#crashes;
  }

  get servePid(): number {
    return this.#serve!.pid!;
  }

  /** Ends `serve` the way the signal does and waits for its end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#serve;
    this.#serve = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await ended;
  }

  /** Stops all that runs, the embedded PostgreSQL of a killed `serve` included, and removes the folder. */
  async remove(): Promise<void> {
    await this.stop();
    await this.run('doctor', '--stop-orphans');
    await rm(this.folder, { recursive: true, force: true });
  }
}
