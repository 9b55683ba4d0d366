import { ApiKeys } from '../../src/backup/api-keys.ts';
import { type FirstSetUp, setUp } from '../../src/backup/setup.ts';
import { insertCluster } from '../../src/db/clusters.ts';
import type { Db } from '../../src/db/connection.ts';
import { ensureInstallation } from '../../src/db/installation.ts';
import { newId } from '../../src/ids.ts';
import { ManualClock } from './manual-clock.ts';

export const TEST_KEY = Buffer.alloc(32, 7);

/** A set-up installation in an empty database: an organization, a project, a key, two clusters that are one deployment and one that is another. */
export async function installed(
  db: Db,
): Promise<{ clock: ManualClock; apiKeys: ApiKeys; first: FirstSetUp; clusters: { shop: string; copy: string; alias: string } }> {
  const clock = new ManualClock('2026-03-01T10:00:00.500Z');
  await ensureInstallation(db, newId(clock.now()), clock.now());
  const apiKeys = new ApiKeys(db, clock, TEST_KEY);
  const first = await setUp(db, clock, apiKeys, { organizationName: 'Org', projectName: 'Project' });
  const add = async (name: string, deployment: string) => {
    const id = newId(clock.now());
    const row = {
      id,
      projectId: first.projectId,
      name,
      tier: 'FLEX',
      uriSealed: Buffer.from('sealed'),
      deployment,
      mongodbVersion: '7.0.1',
      topology: 'standalone',
    };
    await insertCluster(db, { ...row, createdAt: clock.now() });
    return id;
  };
  return {
    clock,
    apiKeys,
    first,
    clusters: { shop: await add('shop', 'a:1'), copy: await add('copy', 'b:1'), alias: await add('alias', 'b:1') },
  };
}
