import type { Clock } from '../clock.ts';
import type { Db, Within } from '../db/connection.ts';
import { claimInstallation } from '../db/installation.ts';
import { insertOrganization } from '../db/organizations.ts';
import { insertProject } from '../db/projects.ts';
import { Problem } from '../errors.ts';
import { type Id, newId } from '../ids.ts';
import type { ApiKeys, KeyPair } from './api-keys.ts';
import { audit } from './audit-log.ts';

export interface FirstSetUp {
  organizationId: Id;
  projectId: Id;
  publicKey: string;
  privateKey: string;
}

export interface FirstNames {
  organizationName: string;
  projectName: string;
}

/** The first organization, project and key, in one transaction. A second call, also at the same moment, is refused and changes nothing. */
export async function setUp(db: Db, clock: Clock, apiKeys: ApiKeys, names: FirstNames & { pair?: KeyPair }): Promise<FirstSetUp> {
  return db.transaction().execute(async (transaction) => {
    const { organizationId, projectId } = await makeFirstPlaces(transaction, clock, names);
    const { publicKey, privateKey } = await apiKeys.create(
      {
        organizationId,
        description: 'Made by init',
        grants: [{ roleName: 'ORG_OWNER', organizationId, projectId: null }],
        pair: names.pair,
      },
      transaction,
    );
    await audit(transaction, clock, { action: 'INSTALLATION_SET_UP', organizationId, projectId, subject: publicKey });
    return { organizationId, projectId, publicKey, privateKey };
  });
}

/** The installation's organization and a project in it. Throws `already-initialized`. */
export async function makeFirstPlaces(
  transaction: Within,
  clock: Clock,
  { organizationName, projectName }: FirstNames,
): Promise<{ organizationId: Id; projectId: Id }> {
  const createdAt = clock.now();
  const organizationId = newId(createdAt);
  const projectId = newId(createdAt);
  await insertOrganization(transaction, { id: organizationId, name: organizationName, createdAt });
  if (!(await claimInstallation(transaction, organizationId))) throw new Problem('already-initialized');
  await insertProject(transaction, { id: projectId, organizationId, name: projectName, createdAt });
  return { organizationId, projectId };
}
