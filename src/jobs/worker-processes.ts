import { type ChildProcess, spawn } from 'node:child_process';
import { realMilliseconds, SECOND } from '../clock.ts';
import { workerId } from './runner.ts';

/** A worker that ended sooner than this is restarted with a growing pause: something is wrong that a fast loop would only hide. */
const SHORT_LIFE = 10 * SECOND;
const LONGEST_PAUSE = 30 * SECOND;

export interface WorkerProcessesOptions {
  count: number;
  /** The program and its words: a worker that ends when its IPC channel closes. */
  command: [string, ...string[]];
  environment: NodeJS.ProcessEnv;
  /** A worker process is gone; `id` is how the queue knew it. */
  onLost(id: string): Promise<void>;
  onError(error: unknown): void;
}

/** Runs `count` worker processes, and another for each that ends. */
export class WorkerProcesses {
  readonly #options: WorkerProcessesOptions;
  readonly #children = new Set<ChildProcess>();
  readonly #pauses = new Set<NodeJS.Timeout>();
  #isStopping = false;

  constructor(options: WorkerProcessesOptions) {
    this.#options = options;
    for (let n = 0; n < options.count; n += 1) this.#start(0);
  }

  #start(pauseBefore: number): void {
    const [program, ...words] = this.#options.command;
    const started = realMilliseconds();
    // The IPC channel is the parent's sign of life: when we are killed, the kernel closes it and the worker ends.
    const child = spawn(program, words, { env: this.#options.environment, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const id = workerId(child.pid ?? 0);
    this.#children.add(child);
    child.on('error', this.#options.onError);
    child.once('exit', () => {
      this.#children.delete(child);
      if (!this.#isStopping) this.#replace(id, realMilliseconds() - started, pauseBefore);
    });
  }

  #replace(id: Promise<string>, lived: number, pauseBefore: number): void {
    id.then(this.#options.onLost).catch(this.#options.onError);
    const next = lived < SHORT_LIFE ? Math.min(LONGEST_PAUSE, Math.max(500, pauseBefore * 2)) : 0;
    const timer = setTimeout(() => {
      this.#pauses.delete(timer);
      if (!this.#isStopping) this.#start(next);
    }, next);
    this.#pauses.add(timer);
  }

  get pids(): number[] {
    return [...this.#children].map((child) => child.pid!).filter(Boolean);
  }

  /** Asks every worker to stop and waits until all have ended. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#pauses) clearTimeout(timer);
    await Promise.all(
      [...this.#children].map((child) => {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        return ended;
      }),
    );
  }
}
