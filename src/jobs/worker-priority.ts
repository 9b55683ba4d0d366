import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** A tenth of what others get when all want the processors; the lowest would be a fiftieth, and a busy machine's backups would never end. */
const PRIORITY = constants.priority.PRIORITY_BELOW_NORMAL;

/**
 * For a worker beside an API to call before it starts threads: it takes what the API and its PostgreSQL leave of the processors, so that a snapshot
 * makes nobody wait for an answer. Where an operating system does not allow it, it stays as it is.
 */
export function yieldProcessors(): void {
  attempt(() => setPriority(PRIORITY));
  // Linux may weigh sessions against each other before it looks at their processes, and a worker has a session of its own.
  if (process.platform === 'linux') attempt(() => writeFileSync('/proc/self/autogroup', String(PRIORITY)));
}

function attempt(change: () => void): void {
  try {
    change();
  } catch {
    // As it was.
  }
}
