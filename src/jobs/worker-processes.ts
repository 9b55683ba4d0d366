import { type ChildProcess, spawn } from 'node:child_process';
import { realMilliseconds, SECOND } from '../clock.ts';
import { workerId } from './runner.ts';

/** A worker that ended sooner than this is restarted with a growing pause: something is wrong that a fast loop would only hide. */
const SHORT_LIFE = 10 * SECOND;
const FIRST_PAUSE = SECOND / 2;
const LONGEST_PAUSE = 30 * SECOND;
/** What a worker without its parent may take to end in good order. */
const ORPHAN = 3 * SECOND;

export interface WorkerProcessesOptions {
  count: number;
  /** The program and its words: a worker that ends when its IPC channel closes ({@link endWithParent}). */
  command: [string, ...string[]];
  environment: NodeJS.ProcessEnv;
  /** A worker process is gone; `id` is how the queue knew it. */
  onLost(id: string): Promise<void>;
  onError(error: unknown): void;
  /** How long a worker that was asked to stop may take before it is killed: more than it gives its jobs. */
  stopMilliseconds: number;
}

/** Runs `count` worker processes, and another for each that ends. */
export class WorkerProcesses {
  readonly #options: WorkerProcessesOptions;
  readonly #children = new Set<ChildProcess>();
  readonly #pauses = new Set<NodeJS.Timeout>();
  #isStopping = false;
  #stopped: Promise<void> | null = null;

  constructor(options: WorkerProcessesOptions) {
    this.#options = options;
    for (let n = 0; n < options.count; n += 1) this.#start(0);
  }

  #start(pauseBefore: number): void {
    const [program, ...words] = this.#options.command;
    const started = realMilliseconds();
    // The IPC channel is the parent's sign of life: when we are killed, the kernel closes it and the worker ends. Detached: Ctrl-C reaches us
    // alone, and we stop the workers in our own order.
    const child = spawn(program, words, {
      env: this.#options.environment,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
    });
    const id = child.pid === undefined ? null : workerId(child.pid);
    const end = () => {
      if (!this.#children.delete(child) || this.#isStopping) return;
      id?.then(this.#options.onLost).catch(this.#options.onError);
      this.#restart(realMilliseconds() - started, pauseBefore);
    };
    this.#children.add(child);
    child.once('exit', end);
    child.on('error', (error) => {
      this.#options.onError(error);
      // One that could not be started has no exit.
      if (child.pid === undefined) end();
    });
  }

  #restart(lived: number, pauseBefore: number): void {
    const next = lived < SHORT_LIFE ? Math.min(LONGEST_PAUSE, Math.max(FIRST_PAUSE, pauseBefore * 2)) : 0;
    const timer = setTimeout(() => {
      this.#pauses.delete(timer);
      this.#start(next);
    }, next);
    this.#pauses.add(timer);
  }

  get pids(): number[] {
    return [...this.#children].flatMap(({ pid }) => pid ?? []);
  }

  /** Asks every worker to stop, kills those that take too long, and waits until all have ended. Asked again, it waits for the same. */
  stop(): Promise<void> {
    // A worker that is asked twice ends at once.
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#pauses) clearTimeout(timer);
    const kill = setTimeout(() => {
      for (const child of this.#children) child.kill('SIGKILL');
    }, this.#options.stopMilliseconds);
    await Promise.all(
      [...this.#children].map((child) => {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        return ended;
      }),
    );
    clearTimeout(kill);
  }
}

/**
 * For a worker process to call first: once its parent is gone, which it may be already, the process ends within three seconds, whatever it
 * still waits for. It may end in good order before that.
 */
export function endWithParent(): void {
  const end = () => setTimeout(() => process.exit(1), ORPHAN).unref();
  if (process.connected) process.once('disconnect', end);
  else end();
}
