import type { components } from '../../api/served.d.ts';
import { rangeOfDay } from '../../months.ts';

export type AtlasEvent = components['schemas']['Event'];

/** In words; a name of Atlas that is not here is shown without its underscores. */
export const EVENT_WORDS: Readonly<Record<string, string>> = {
  TENANT_SNAPSHOT_STARTED_AUDIT: 'Snapshot started',
  TENANT_SNAPSHOT_COMPLETED_AUDIT: 'Snapshot completed',
  TENANT_SNAPSHOT_FAILED: 'Snapshot failed',
  TENANT_SNAPSHOT_DELETED_AUDIT: 'Snapshot deleted',
  TENANT_SNAPSHOT_DOWNLOAD_REQUESTED_AUDIT: 'Download asked for',
  TENANT_RESTORE_REQUESTED_AUDIT: 'Restore asked for',
  TENANT_RESTORE_COMPLETED_AUDIT: 'Restore completed',
  TENANT_RESTORE_FAILED: 'Restore failed',
  CLUSTER_CREATED: 'Cluster created',
  CLUSTER_READY: 'Cluster ready',
  CLUSTER_DELETED: 'Cluster removed',
  GROUP_CREATED: 'Project created',
  GROUP_DELETED: 'Project deleted',
  NETWORK_PERMISSION_ENTRY_ADDED: 'Access list: entry added',
  NETWORK_PERMISSION_ENTRY_UPDATED: 'Access list: entry changed',
  NETWORK_PERMISSION_ENTRY_REMOVED: 'Access list: entry removed',
  API_KEY_CREATED: 'API key created',
  API_KEY_DELETED: 'API key deleted',
  API_KEY_DESCRIPTION_CHANGED: 'API key described anew',
  API_KEY_ROLES_CHANGED: 'Roles of an API key changed',
  API_KEY_ADDED_TO_GROUP: 'API key added to the project',
  API_KEY_REMOVED_FROM_GROUP: 'API key taken out of the project',
  API_KEY_ACCESS_LIST_ENTRY_ADDED: 'Access list of an API key: entry added',
  API_KEY_ACCESS_LIST_ENTRY_DELETED: 'Access list of an API key: entry removed',
  SERVICE_ACCOUNT_CREATED: 'Service account created',
  SERVICE_ACCOUNT_DELETED: 'Service account deleted',
  SERVICE_ACCOUNT_DETAILS_CHANGED: 'Service account renamed or described anew',
  SERVICE_ACCOUNT_ROLES_CHANGED: 'Roles of a service account changed',
  SERVICE_ACCOUNT_ADDED_TO_GROUP: 'Service account added to the project',
  SERVICE_ACCOUNT_REMOVED_FROM_GROUP: 'Service account taken out of the project',
  SERVICE_ACCOUNT_SECRET_ADDED: 'Secret of a service account added',
  SERVICE_ACCOUNT_SECRET_DELETED: 'Secret of a service account deleted',
};

export function eventWords(type: string): string {
  const plain = type
    .replace(/_AUDIT$/, '')
    .replaceAll('_', ' ')
    .toLowerCase();
  return EVENT_WORDS[type] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** What an event happened to: Atlas' body has no field for it, only a sentence (`TYPE cluster shop on SUBJECT by WHO`). */
export function aboutEvent({ raw, eventTypeName, publicKey }: Pick<AtlasEvent, 'raw' | 'eventTypeName' | 'publicKey'>): {
  clusterName?: string;
  subject?: string;
} {
  let rest = raw?.description.startsWith(eventTypeName) ? raw.description.slice(eventTypeName.length) : '';
  const by = publicKey ? ` by ${publicKey}` : '';
  if (by && rest.endsWith(by)) rest = rest.slice(0, -by.length);
  const [, clusterName, subject] = /^(?: cluster ([^ ]+))?(?: on (.+))?$/s.exec(rest) ?? [];
  return { ...(clusterName && { clusterName }), ...(subject && { subject }) };
}

/** The days of the reader's zone that a filter names, as the moments where they begin and end. */
export function momentsOfDays(from: string, to: string): { minDate?: string; maxDate?: string } {
  const begin = rangeOfDay(from)?.from;
  const end = rangeOfDay(to)?.to;
  return { ...(begin && { minDate: begin.toISOString() }), ...(end && { maxDate: end.toISOString() }) };
}
