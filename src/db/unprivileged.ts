import { execFile } from 'node:child_process';
import { cp, lchown, lstat, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Problem } from '../errors.ts';
import { folderOf, type PostgresBinaries } from './postgres-binaries.ts';

const run = promisify(execFile);

/** How PostgreSQL's programs are started here. */
export interface Launch {
  binaries: PostgresBinaries;
  /** Words before the command. */
  prefix: string[];
  /** What the process is made with, beside `cwd`, `stdio` and the like. */
  process: { env: NodeJS.ProcessEnv; uid?: number; gid?: number };
}

interface Account {
  uid: number;
  gid: number;
}

const NOBODY = 65534;

/** Nothing of ours that PostgreSQL would read (PGDATA, PGPORT, LANG ...), so that every machine gives the same server and messages. */
const ENVIRONMENT: NodeJS.ProcessEnv = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };

/**
 * PostgreSQL refuses to run as root, and as a user that has no entry in /etc/passwd. Three ways, the first that works:
 * as we are; in a user namespace, in which we appear as an ordinary user while the files stay ours, so that folders of mode 0700 (a clone in
 * /root, a `mktemp -d`) need no exception; and, for root where namespaces are not allowed (most containers), as another user, who gets
 * `home`, and a copy of the programs in it where he cannot reach ours.
 */
export async function findLaunch(home: string, binaries: PostgresBinaries): Promise<Launch> {
  const accounts = await readAccounts();
  const direct: Launch = { binaries, prefix: [], process: { env: ENVIRONMENT } };
  const uid = process.getuid?.();
  // Where there is no /etc/passwd to read, accounts are kept elsewhere.
  const isKnown = uid === undefined || accounts.length === 0 || accounts.some((account) => account.uid === uid);
  if (uid !== 0 && isKnown) return direct;

  // Any that has a name will do. In a namespace, though, 65534 is also what everybody else's files seem to belong to.
  const mapped = accounts.find((one) => one.uid !== 0 && one.uid !== NOBODY);
  if (!mapped) throw noWay('there is no user in /etc/passwd that PostgreSQL could run as');
  const prefix = ['unshare', '--user', `--map-user=${mapped.uid}`, `--map-group=${mapped.gid}`, '--'];
  const inNamespace: Launch = { ...direct, prefix };
  if (await works(inNamespace, 'true')) {
    await giveTo(home, { uid: uid ?? 0, gid: process.getgid?.() ?? 0 });
    return inNamespace;
  }
  if (uid !== 0) throw noWay(`PostgreSQL does not run as a user (${uid}) without an entry in /etc/passwd`);
  return asOtherUser(home, direct, accounts.find((one) => one.uid === NOBODY) ?? mapped);
}

async function asOtherUser(home: string, direct: Launch, account: Account): Promise<Launch> {
  await giveTo(home, account);
  const other: Launch = { ...direct, process: { ...direct.process, ...account } };
  if (!(await works(other, 'test', '-w', home))) {
    throw noWay(
      `PostgreSQL does not run as root, and user ${account.uid} cannot reach ${home}`,
      'Set LIFEBOAT_DATA to a folder that other users can reach (mode 0711 on each folder above it), run',
    );
  }
  if (await works(other, direct.binaries.postgres, '--version')) return other;
  const programs = await copyPrograms(home, direct.binaries, account);
  const copied: Launch = { ...other, binaries: { postgres: join(programs, 'bin/postgres'), initdb: join(programs, 'bin/initdb') } };
  if (await works(copied, copied.binaries.postgres, '--version')) return copied;
  throw noWay(`PostgreSQL does not run as root, and not as user ${account.uid} either`);
}

/** Copied under the version's name and moved into place when whole; 60 MB. */
async function copyPrograms(home: string, binaries: PostgresBinaries, account: Account): Promise<string> {
  const { stdout } = await run(binaries.postgres, ['--version'], { env: ENVIRONMENT });
  const folder = join(home, `programs-${/\d+(\.\d+)*/.exec(stdout)?.[0] ?? 'unknown'}`);
  if (await lstat(folder).catch(() => null)) return folder;
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  await cp(folderOf(binaries), draft, { recursive: true, verbatimSymlinks: true });
  await giveTo(draft, account);
  await rename(draft, folder);
  return folder;
}

async function works({ prefix, process }: Launch, ...command: string[]): Promise<boolean> {
  const words = [...prefix, ...command];
  // From a folder that anyone may be in: ours may be closed to the other user.
  return run(words[0]!, words.slice(1), { ...process, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

async function readAccounts(): Promise<Account[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map((fields) => ({ uid: Number(fields[2]), gid: Number(fields[3]) }));
}

/** Makes `path` and all below it the account's own. `path` itself comes last, so that it tells whether all of it was done. */
async function giveTo(path: string, account: Account): Promise<void> {
  if ((await lstat(path)).uid !== account.uid) await giveTree(path, account);
}

async function giveTree(path: string, account: Account): Promise<void> {
  const names = (await lstat(path)).isDirectory() ? await readdir(path) : [];
  for (const name of names) await giveTree(join(path, name), account);
  await lchown(path, account.uid, account.gid);
}

function noWay(why: string, first = 'Run'): Problem {
  return new Problem('database-unavailable', [why], {
    hint: `${first} Lifeboat as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.`,
  });
}
