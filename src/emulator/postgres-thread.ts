import { enableCompileCache, getCompileCacheDir } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { PostgresBegan } from './postgres.ts';

/** Starts PostgreSQL in a thread of its own: a process that loads a thousand modules has no time for each of its steps. */
const { folder, template, first, compileCache } = workerData as { folder: string; template: string; first: string; compileCache?: string };
if (compileCache && !getCompileCacheDir()) enableCompileCache(compileCache);
const [{ isProblem }, { startKeptPostgres }, { templateDatabases }] = await Promise.all([
  import('../errors.ts'),
  import('./kept-postgres.ts'),
  import('../db/template-databases.ts'),
]);

async function begin(): Promise<PostgresBegan> {
  try {
    const server = await startKeptPostgres(folder);
    try {
      const databases = await templateDatabases(server.url);
      const url = await databases.copy(template, first).finally(() => databases.close());
      return { server: server.url, first: { name: first, url } };
    } catch (error) {
      await server.stop();
      throw error;
    }
  } catch (error) {
    // Only what can be copied gets to the other thread.
    if (!isProblem(error)) throw error;
    const { code, parameters, hint } = error;
    return { problem: { code, parameters, ...(hint !== undefined && { hint }) } };
  }
}

parentPort!.postMessage(await begin());
