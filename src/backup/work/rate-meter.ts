import { SECOND } from '../../clock.ts';
import type { JobProgress, JobRate } from '../restore-job.ts';

/** Over how long a rate is told: long enough to be steady, short enough to be of now. */
const WINDOW = 15 * SECOND;

interface Mark {
  at: number;
  documents: number;
  bytes: number;
}

/** How fast a job is, from how far it was some seconds ago; and so how long the rest takes. */
export class RateMeter {
  #marks: Mark[] = [];

  /** `at`: real milliseconds. Nothing of a job that has only begun. */
  measure({ documents, bytes, totalBytes }: JobProgress, at: number): { rate?: JobRate; remainingSeconds?: number } {
    const last = this.#marks.at(-1);
    // A load that began anew is measured anew.
    if (last && bytes < last.bytes) this.#marks = [];
    this.#marks.push({ at, documents, bytes });
    while (this.#marks.length > 2 && at - this.#marks[1]!.at >= WINDOW) this.#marks.shift();
    const first = this.#marks[0]!;
    const seconds = (at - first.at) / SECOND;
    if (seconds < 1) return {};
    const rate = {
      documentsPerSecond: Math.round((documents - first.documents) / seconds),
      bytesPerSecond: Math.round((bytes - first.bytes) / seconds),
    };
    const isKnown = totalBytes !== undefined && totalBytes > bytes && rate.bytesPerSecond > 0;
    return { rate, ...(isKnown && { remainingSeconds: Math.ceil((totalBytes - bytes) / rate.bytesPerSecond) }) };
  }
}
