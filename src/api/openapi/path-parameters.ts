import { type TSchema, Type } from 'typebox';
import type { DocumentedError } from '../atlas/error-table.ts';
import { AtlasId, ClusterName } from '../atlas/render/schemas.ts';

interface PathParameter {
  schema: TSchema;
  description: string;
  /** What is told where there is no such thing. What groups and organizations are told by is the scope's. */
  errors: readonly DocumentedError[];
}

const cluster = { schema: ClusterName, description: 'Name of the cluster.', errors: ['cluster-not-found'] } as const;
const restore = {
  schema: AtlasId,
  description: 'Identifier of the restore job.',
  errors: ['invalid-restore-job-id', 'restore-job-not-found'],
} as const;

/** Every parameter that stands in a path, once. */
export const PATH_PARAMETERS: Readonly<Record<string, PathParameter>> = {
  groupId: { schema: AtlasId, description: 'Identifier of the project.', errors: [] },
  projectId: { schema: AtlasId, description: 'Identifier of the project.', errors: [] },
  orgId: { schema: AtlasId, description: 'Identifier of the organization.', errors: [] },
  organizationId: { schema: AtlasId, description: 'Identifier of the organization.', errors: [] },
  userId: { schema: AtlasId, description: 'Identifier of the user.', errors: ['user-not-found'] },
  groupName: {
    schema: Type.String({ minLength: 1, maxLength: 64 }),
    description: 'Name of the project.',
    errors: ['GROUP_NAME_NOT_FOUND'],
  },
  clusterName: cluster,
  name: cluster,
  snapshotId: { schema: AtlasId, description: 'Identifier of the snapshot.', errors: ['invalid-snapshot-id', 'snapshot-not-found'] },
  restoreId: restore,
  restoreJobId: restore,
  drillId: { ...restore, description: 'Identifier of the drill.' },
  webhookId: { schema: AtlasId, description: 'Identifier of the webhook.', errors: ['webhook-not-found'] },
  deliveryId: { schema: Type.String({ minLength: 1 }), description: 'Identifier of the delivery.', errors: ['delivery-not-found'] },
  eventId: { schema: AtlasId, description: 'Identifier of the event.', errors: ['event-not-found'] },
  apiUserId: { schema: AtlasId, description: 'Identifier of the API key.', errors: ['api-key-not-found'] },
  clientId: {
    schema: Type.String({ pattern: '^mdb_sa_id_[a-fA-F\\d]{24}$' }),
    description: 'Client id of the service account.',
    errors: ['service-account-not-found'],
  },
  secretId: { schema: Type.String({ minLength: 1 }), description: 'Identifier of the secret.', errors: ['secret-not-found'] },
  ipAddress: {
    schema: Type.String({ minLength: 1 }),
    description: 'The entry: an address, or a block with its slash written as %2F.',
    errors: ['INVALID_PATH_PARAMETER', 'access-entry-not-found'],
  },
  entryValue: {
    schema: Type.String({ minLength: 1 }),
    description: 'The entry: an address, a block with its slash written as %2F, or a security group.',
    errors: ['INVALID_PATH_PARAMETER', 'project-access-entry-not-found'],
  },
};
