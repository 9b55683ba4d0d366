import type { operations } from '../../api/served.d.ts';
import { EVENT_WORDS, eventWords } from '../events/event-words.ts';

export type AuditAction = NonNullable<NonNullable<operations['native.listAuditLog']['parameters']['query']>['action']>[number];

/** Whatever the audit log can tell, in words: what Atlas has an event for, and what it has none for. */
export const AUDIT_WORDS: Readonly<Record<string, string>> = {
  ...EVENT_WORDS,
  SNAPSHOT_REQUESTED: 'Snapshot asked for',
  SNAPSHOT_CHANGED: 'Snapshot changed',
  SNAPSHOT_VERIFY_REQUESTED: 'Verification of a snapshot asked for',
  SNAPSHOT_EXPIRY_CHANGED: 'Expiry of a snapshot changed',
  SNAPSHOT_HELD: 'Snapshot held',
  SNAPSHOT_RELEASED: 'Hold of a snapshot lifted',
  SNAPSHOT_CANCEL_REQUESTED: 'Cancelling of a snapshot asked for',
  SNAPSHOT_IMPORTED: 'Snapshot imported',
  RESTORE_CANCEL_REQUESTED: 'Cancelling of a restore asked for',
  DRILL_REQUESTED: 'Drill asked for',
  DRILL_CANCEL_REQUESTED: 'Cancelling of a drill asked for',
  DOWNLOAD_STARTED: 'Download started',
  CLUSTER_CHANGED: 'Cluster changed',
  CLUSTER_PARKED: 'Cluster parked',
  BACKUP_SCHEDULE_CHANGED: 'Schedule changed',
  GROUP_CHANGED: 'Project changed',
  ORGANIZATION_RENAMED: 'Organization renamed',
  INSTALLATION_SET_UP: 'Installation set up',
  INSTALLATION_BACKED_UP: 'Installation backed up',
  INSTALLATION_RESTORED: 'Installation restored',
  SNAPSHOT_FOUND: 'Snapshot found in the vault',
  WEBHOOK_CREATED: 'Webhook created',
  WEBHOOK_CHANGED: 'Webhook changed',
  WEBHOOK_DELETED: 'Webhook deleted',
  WEBHOOK_TESTED: 'Webhook tried',
  WEBHOOK_REDELIVERED: 'Message sent once more',
  CONNECTION_TESTED: 'Connection tried',
  MASTER_KEY_EXPORTED: 'Master key exported',
  MASTER_KEY_ROTATED: 'Master key rotated',
  VAULT_REPAIRED: 'Vault repaired',
  VAULT_ADOPTED: 'Vault adopted',
  GARBAGE_COLLECTED: 'Garbage collected',
  TOKEN_CREATED: 'Token created',
  TOKEN_REVOKED: 'Token revoked',
  OWNER_SET_UP: 'Owner set up',
  SIGNED_IN: 'Signed in',
  SIGN_IN_FAILED: 'Sign-in failed',
  SIGNED_OUT: 'Signed out',
  SESSION_ENDED: 'Session ended',
  PASSWORD_CHANGED: 'Password changed',
  USER_CREATED: 'User created',
  USER_ROLES_CHANGED: 'Roles of a user changed',
  USER_DELETED: 'User deleted',
  REQUEST_DENIED: 'Request denied',
  SIGN_IN_THROTTLED: 'Sign-in throttled',
};

export function auditWords(action: string): string {
  return AUDIT_WORDS[action] ?? eventWords(action);
}
