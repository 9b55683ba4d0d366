import { enableCompileCache } from 'node:module';
import type { PostgresBegan } from './postgres.ts';

/** Starts PostgreSQL in a process of its own, and ends: one that loads two thousand modules has its hands full. */
const [folder, compileCache] = process.argv.slice(2) as [string, string?];
if (compileCache) enableCompileCache(compileCache);
// Whoever wanted it is gone.
process.once('disconnect', () => process.exit());
const [{ isProblem }, { startKeptPostgres }] = await Promise.all([import('../errors.ts'), import('./kept-postgres.ts')]);

async function begin(): Promise<PostgresBegan> {
  try {
    const { url } = await startKeptPostgres(folder);
    return { url };
  } catch (error) {
    if (!isProblem(error)) throw error;
    const { code, parameters, hint } = error;
    return { problem: { code, parameters, ...(hint !== undefined && { hint }) } };
  }
}

process.send!(await begin(), () => process.exit());
