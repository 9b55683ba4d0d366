import { Interrupted } from '../engine/errors.ts';
import { isProblem, messageOf, Problem } from '../errors.ts';
import type { JobFailure } from './restore-job.ts';

/** What the row of a failed job says: a problem's own words, or that Lifeboat itself is at fault. */
export function failureOf(error: unknown): JobFailure {
  if (error instanceof Interrupted)
    return failureOf(new Problem('mongodb-interrupted', [error.message], { hint: 'Try again when the deployment is steady.' }));
  if (isProblem(error)) return { code: error.code, message: error.message, ...(error.hint && { hint: error.hint }) };
  return {
    code: 'unexpected',
    message: `Lifeboat failed unexpectedly: ${messageOf(error)}`,
    hint: 'The log of the worker has the details under the id of this job.',
  };
}

export const CANCELLED: JobFailure = failureOf(new Problem('cancelled'));
