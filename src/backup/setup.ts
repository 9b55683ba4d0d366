import type { Clock } from '../clock.ts';
import type { Db } from '../db/connection.ts';
import { claimInstallation } from '../db/installation.ts';
import { insertOrganization } from '../db/organizations.ts';
import { insertProject } from '../db/projects.ts';
import { Problem } from '../errors.ts';
import { type Id, newId } from '../ids.ts';
import type { ApiKeys } from './api-keys.ts';
import { audit } from './audit-log.ts';

export interface FirstSetUp {
  organizationId: Id;
  projectId: Id;
  publicKey: string;
  privateKey: string;
}

/** The first organization, project and key, in one transaction. A second call, also at the same moment, is refused and changes nothing. */
export async function setUp(
  db: Db,
  clock: Clock,
  apiKeys: ApiKeys,
  names: { organizationName: string; projectName: string },
): Promise<FirstSetUp> {
  return db.transaction().execute(async (transaction) => {
    const createdAt = clock.now();
    const organizationId = newId(createdAt);
    const projectId = newId(createdAt);
    await insertOrganization(transaction, { id: organizationId, name: names.organizationName, createdAt });
    if (!(await claimInstallation(transaction, organizationId))) throw new Problem('already-initialized');
    await insertProject(transaction, { id: projectId, organizationId, name: names.projectName, createdAt });
    const { publicKey, privateKey } = await apiKeys.create(
      { organizationId, description: 'Made by init', grants: [{ roleName: 'ORG_OWNER', organizationId, projectId: null }] },
      transaction,
    );
    await audit(transaction, clock, { action: 'INSTALLATION_SET_UP', organizationId, projectId, subject: publicKey });
    return { organizationId, projectId, publicKey, privateKey };
  });
}
