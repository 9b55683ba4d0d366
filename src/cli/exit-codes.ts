import { CommanderError } from 'commander';
import { isProblem } from '../errors.ts';
import { ServiceError } from './client.ts';

/** 0 done, 1 failed, 2 wrong usage: scripts rely on these. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The one table from what was thrown to how the process ends. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (isProblem(error, 'bad-setting')) return EXIT.usage;
  return EXIT.failed;
}

/** What a user reads on stderr: sentences for problems; the stack only for a defect of Lifeboat. */
export function explain(error: unknown): string {
  if (isProblem(error)) return sentences(error.message, error.hint);
  if (error instanceof ServiceError) return sentences(error.message, error.hint);
  return error instanceof Error ? `Unexpected: ${error.stack ?? error.message}` : `Unexpected: ${String(error)}`;
}

function sentences(message: string, hint: string | undefined): string {
  return hint ? `${message}\n${hint}` : message;
}
