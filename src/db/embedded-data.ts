import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, Problem } from '../errors.ts';
import { POSTGRES_MAJOR } from './postgres-binaries.ts';
import type { Launch } from './unprivileged.ts';

const run = promisify(execFile);

/** The one user of the embedded server. */
export const EMBEDDED_USER = 'lifeboat';

export const dataFolderIn = (home: string) => join(home, 'data');
const passwordFileIn = (home: string) => join(home, 'password');

/** The password of {@link EMBEDDED_USER}: made with the data folder, kept beside it in a file of mode 0600. */
export function readPassword(home: string): Promise<string> {
  return readFile(passwordFileIn(home), 'utf8');
}

/** Makes PostgreSQL's data folder at the first start, with `more` words for `initdb`; one of another major version is a `database-unavailable` problem. */
export async function ensureData(home: string, launch: Launch, more: readonly string[]): Promise<void> {
  const data = dataFolderIn(home);
  const version = (await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => null))?.trim();
  if (version === undefined) return createData(home, data, launch, more);
  if (version === POSTGRES_MAJOR) return;
  throw new Problem('database-unavailable', [`${data} was made by PostgreSQL ${version}, and this Lifeboat brings ${POSTGRES_MAJOR}`], {
    hint: 'Dump it with the version it was made by, and load the dump into a new data folder.',
  });
}

/** `initdb` works in a folder of its own that is renamed when it is whole: a killed first start leaves nothing half made. */
async function createData(home: string, data: string, launch: Launch, more: readonly string[]): Promise<void> {
  // Those of first starts that were killed.
  for (const name of await readdir(home)) if (/^data\.new-/.test(name)) await rm(join(home, name), { recursive: true, force: true });
  const fresh = `${data}.new-${randomBytes(4).toString('hex')}`;
  await createPassword(home, launch);
  const settings = ['-E', 'UTF8', '--locale=C', '--auth=scram-sha-256', '--no-instructions', ...more];
  const words = [
    ...launch.prefix,
    launch.binaries.initdb,
    '-D',
    fresh,
    '-U',
    EMBEDDED_USER,
    `--pwfile=${passwordFileIn(home)}`,
    ...settings,
  ];
  try {
    await run(words[0]!, words.slice(1), { ...launch.process, cwd: '/' });
    await rename(fresh, data);
  } catch (error) {
    const said = ((error as { stderr?: string }).stderr ?? '').trim().split('\n').slice(-3).join(' | ');
    throw new Problem('database-unavailable', [`initdb failed in ${home}: ${said || messageOf(error)}`], { cause: error });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function createPassword(home: string, launch: Launch): Promise<void> {
  const path = passwordFileIn(home);
  const draft = `${path}.new`;
  await rm(draft, { force: true });
  await writeFile(draft, randomBytes(24).toString('base64url'), { mode: 0o600 });
  const { uid, gid } = launch.process;
  if (uid !== undefined && gid !== undefined) await chown(draft, uid, gid);
  await rename(draft, path);
}
