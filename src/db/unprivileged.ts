import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Problem } from '../errors.ts';

const run = promisify(execFile);

/**
 * PostgreSQL refuses to run as root. As root, it runs in a user namespace in which we are an ordinary user: it sees uid 1000, while its
 * files stay root's, so that folders of mode 0700 (a clone in /root, a `mktemp -d`) need no exception.
 * Answers the words to put before the command: none when we are not root.
 */
export async function unprivilegedPrefix(): Promise<string[]> {
  if (process.getuid?.() !== 0) return [];
  const prefix = ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--'];
  try {
    await run(prefix[0]!, [...prefix.slice(1), 'true']);
    return prefix;
  } catch (error) {
    throw new Problem('database-unavailable', ['PostgreSQL does not run as root, and user namespaces are not allowed here'], {
      hint: 'Run Lifeboat as another user, or set DATABASE_URL to a PostgreSQL of your own.',
      cause: error,
    });
  }
}
