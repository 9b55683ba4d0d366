import { realMilliseconds, SECOND } from '../clock.ts';

/** Ctrl-C below npx comes twice: from the terminal, and from npm, which hands its own on. */
const SAME = SECOND;

/** Resolves at the first SIGINT or SIGTERM, or when the parent's IPC channel closes. Another signal, later than at once, ends the process. */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    let askedAt: number | null = null;
    const ask = () => {
      askedAt ??= realMilliseconds();
      if (realMilliseconds() - askedAt > SAME) process.exit(1);
      resolve();
    };
    process.on('SIGINT', ask);
    process.on('SIGTERM', ask);
    process.on('disconnect', ask);
  });
}
