import type { Id } from '../ids.ts';
import type { Actor } from './caller.ts';

/** Atlas' names of what is recorded. */
export const EVENT_TYPES = [
  'TENANT_SNAPSHOT_STARTED_AUDIT',
  'TENANT_SNAPSHOT_COMPLETED_AUDIT',
  'TENANT_SNAPSHOT_FAILED',
  'TENANT_SNAPSHOT_DELETED_AUDIT',
  'TENANT_SNAPSHOT_DOWNLOAD_REQUESTED_AUDIT',
  'TENANT_RESTORE_REQUESTED_AUDIT',
  'TENANT_RESTORE_COMPLETED_AUDIT',
  'TENANT_RESTORE_FAILED',
  'CLUSTER_CREATED',
  'CLUSTER_READY',
  'CLUSTER_DELETED',
  'GROUP_CREATED',
  'GROUP_DELETED',
  'NETWORK_PERMISSION_ENTRY_ADDED',
  'NETWORK_PERMISSION_ENTRY_UPDATED',
  'NETWORK_PERMISSION_ENTRY_REMOVED',
  'API_KEY_CREATED',
  'API_KEY_DELETED',
  'API_KEY_DESCRIPTION_CHANGED',
  'API_KEY_ROLES_CHANGED',
  'API_KEY_ADDED_TO_GROUP',
  'API_KEY_REMOVED_FROM_GROUP',
  'API_KEY_ACCESS_LIST_ENTRY_ADDED',
  'API_KEY_ACCESS_LIST_ENTRY_DELETED',
  'SERVICE_ACCOUNT_CREATED',
  'SERVICE_ACCOUNT_DELETED',
  'SERVICE_ACCOUNT_DETAILS_CHANGED',
  'SERVICE_ACCOUNT_ROLES_CHANGED',
  'SERVICE_ACCOUNT_ADDED_TO_GROUP',
  'SERVICE_ACCOUNT_REMOVED_FROM_GROUP',
  'SERVICE_ACCOUNT_SECRET_ADDED',
  'SERVICE_ACCOUNT_SECRET_DELETED',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Something that happened to a project or to an organization; it never changes and outlives what it tells of. */
export interface Event {
  id: Id;
  type: EventType;
  createdAt: Date;
  organizationId: Id;
  projectId: Id | null;
  clusterName: string | null;
  /** What it was done to, by name: a public key, a client id, an address block. */
  subject: string | null;
  /** `null`: Lifeboat itself, or its operator at the machine. */
  by: Actor | null;
}

/** An event of a project, or of an organization alone. */
export type NewEvent = {
  type: EventType;
  clusterName?: string;
  subject?: string;
  by?: Actor | undefined;
} & ({ projectId: Id } | { organizationId: Id });

/** Of keys and accounts the organization's list tells as well, whichever project they were made in. */
export function isOfOrganization(event: NewEvent): boolean {
  return !('projectId' in event) || /^(API_KEY|SERVICE_ACCOUNT)_/.test(event.type);
}
