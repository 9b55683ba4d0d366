import type { DocumentedError, ErrorWords } from './error-table.ts';

/** What routes of one family have in common in how they refuse, for the served document and for their answers. */

/** Of the Flex and dedicated backup routes, whose clusters are no M2 or M5. */
export const BACKUP_WORDS: ErrorWords = { 'snapshot-not-found': 'SNAPSHOT_NOT_FOUND', 'restore-job-not-found': 'RESTORE_JOB_NOT_FOUND' };

/** Of what creates a cluster. */
export const CREATION_ERRORS = ['duplicate-cluster-name', 'no-deployment', 'source-unavailable'] as const satisfies DocumentedError[];

/** Of what starts a download, beside what is wrong with its body. */
export const DOWNLOAD_ERRORS = ['invalid-snapshot-id', 'snapshot-not-found', 'snapshot-not-completed'] as const satisfies DocumentedError[];

/** Of what starts a restore. */
export const RESTORE_ERRORS = [
  ...DOWNLOAD_ERRORS,
  'CANNOT_RESTORE_TO_TARGET',
  'target-not-found',
  'target-unavailable',
  'incompatible-topology',
  'version-mismatch',
  'restore-in-progress',
] as const satisfies DocumentedError[];
