import { fillTemplate, Problem, type ProblemCode } from '../../errors.ts';

/**
 * Atlas' errors, once: the status and the detail's template. Source: the error code page of the v1.0 documentation, and recorded answers of
 * the service; the ones marked "ours" have no evidence of a name on these routes.
 */
export const ATLAS_ERRORS = {
  RESOURCE_NOT_FOUND: { status: 404, detail: 'Cannot find resource %s.' },
  GROUP_NOT_FOUND: { status: 404, detail: 'No group with ID %s exists.' },
  ORG_NOT_FOUND: { status: 404, detail: 'No organization with ID %s exists.' },
  CLUSTER_NOT_FOUND: { status: 404, detail: 'No cluster named %s exists in group %s.' },
  TENANT_SNAPSHOT_NOT_FOUND: { status: 404, detail: 'No M2/M5 snapshot with ID %s exists for cluster %s.' },
  TENANT_RESTORE_NOT_FOUND: { status: 404, detail: 'No M2/M5 restore with ID %s exists for cluster %s.' },
  API_KEY_NOT_FOUND: { status: 400, detail: 'No API key with ID %s exists.' },
  WHITELIST_NOT_FOUND: { status: 404, detail: 'IP address %s not on the access list of API key %s.' },
  ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND: { status: 404, detail: 'IP Address %s not on Atlas access list for group %s.' },
  EVENT_NOT_FOUND: { status: 404, detail: 'No event with ID %s exists.' },
  INVALID_GROUP_ID: { status: 404, detail: 'An invalid group ID %s was specified.' },
  INVALID_ORG_ID: { status: 404, detail: 'An invalid organization ID %s was specified.' },
  INVALID_SNAPSHOT_ID: { status: 404, detail: 'An invalid snapshot ID %s was specified.' },
  INVALID_JOB_ID: { status: 404, detail: 'An invalid restore job ID %s was specified.' },
  USER_UNAUTHORIZED: { status: 401, detail: 'Current user is not authorized to perform this action.' },
  NOT_IN_GROUP: { status: 401, detail: 'The current user is not in the group, or the group does not exist.' },
  USER_CANNOT_ACCESS_ORG: { status: 401, detail: 'User cannot access this organization.' },
  CANNOT_DEMOTE_LAST_ORG_OWNER: { status: 403, detail: 'Cannot demote the last owner of the organization.' },
  IP_ADDRESS_NOT_ON_ACCESS_LIST: { status: 403, detail: 'IP address %s is not allowed to access this resource.' },
  CANNOT_RESTORE_TO_TARGET: { status: 403, detail: 'Cannot restore with insufficient permission on source snapshot or target cluster.' },
  INVALID_JSON: { status: 400, detail: 'Received JSON does not match expected format.' },
  MALFORMED_JSON: { status: 400, detail: 'Received JSON is malformed.' },
  INVALID_JSON_ATTRIBUTE: { status: 400, detail: 'Received JSON for the %s attribute does not match expected format.' },
  INVALID_ATTRIBUTE: { status: 400, detail: 'Invalid attribute %s specified.' },
  MISSING_ATTRIBUTE: { status: 400, detail: 'The required attribute %s was not specified.' },
  INVALID_QUERY_PARAMETER: { status: 400, detail: 'Invalid query parameter %s specified.' },
  INVALID_PATH_PARAMETER: { status: 400, detail: 'Invalid path parameter %s specified.' },
  VALIDATION_ERROR: { status: 400, detail: 'The request content produced the validation error: %s.' },
  INCORRECT_BACKUP_API_ENDPOINT: { status: 400, detail: 'The cluster %s must be reached through another backup endpoint.' },
  TENANT_RESTORE_VERSION_MISMATCH: {
    status: 400,
    detail: 'The snapshot is of MongoDB version %s and the target cluster is of version %s.',
  },
  TENANT_RESTORE_DESTINATION_UNAVAILABLE: { status: 400, detail: 'The target cluster %s is currently unavailable (%s). Please try again.' },
  TENANT_RESTORE_INCOMPATIBLE_TOPOLOGY: { status: 400, detail: 'A snapshot cannot be restored into the sharded cluster %s.' },
  DUPLICATE_CLUSTER_NAME: { status: 400, detail: 'A cluster named %s is already present in the group.' },
  INVALID_VERSION_DATE: { status: 406, detail: 'Invalid accept header or version date.' },
  ATLAS_CLUSTER_RESTORE_IN_PROGRESS: { status: 409, detail: 'Cluster restore already in progress.' },
  CANNOT_DOWNLOAD_INCOMPLETE_SNAPSHOT: { status: 409, detail: 'Snapshot %s is %s and cannot be used until it is complete.' },
  RATE_LIMITED_TOKEN_BUCKET: {
    status: 429,
    detail: 'Rate limit exceeded for %s. Please retry after %s seconds. Request capacity: %s. Refill rate: %s per %s seconds.',
  },
  RATE_LIMITED: { status: 429, detail: 'Resource %s is limited to %s requests every %s minutes.' },
  UNEXPECTED_ERROR: { status: 500, detail: 'Unexpected error.' },
  CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API: { status: 400, detail: 'Flex cluster %s cannot be used in the Cluster API.' },
  CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API: { status: 400, detail: 'Cannot use non-flex cluster %s in the flex API.' },
  SNAPSHOT_NOT_FOUND: { status: 404, detail: 'No snapshot with ID %s exists for cluster %s.' },
  RESTORE_JOB_NOT_FOUND: { status: 404, detail: 'No restore job with ID %s exists for cluster %s.' },
  GROUP_NAME_NOT_FOUND: { status: 404, detail: 'No group with name "%s" exists.' },
  GROUP_ALREADY_EXISTS: { status: 409, detail: 'A group with name "%s" already exists.' },
  CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS: {
    status: 409,
    detail: 'Group %s cannot be closed while it has clusters.',
  },
  CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED: {
    status: 409,
    detail: 'Cluster %s cannot be terminated while its termination protection is enabled.',
  },
  INVALID_ENUM_VALUE: { status: 400, detail: 'An invalid enumeration value %s was specified.' },
  NOT_ORG_GROUP_CREATOR: { status: 401, detail: 'The current user lacks the group creator role in organization %s.' },
  TENANT_CLUSTER_UPDATE_UNSUPPORTED: { status: 400, detail: 'Cannot update a M0/M2/M5 cluster through the public API.' },
  SNAPSHOT_HELD: { status: 400, detail: 'Snapshot %s is under a legal hold and cannot be deleted before it is released.' },
  UNFINISHED_ON_DEMAND_SNAPSHOT: { status: 400, detail: 'Snapshot %s is %s; only one that has ended can be deleted.' },
  // Ours.
  NOT_SIGNED_IN: { status: 401, detail: 'Nobody is signed in.' },
  INVALID_CREDENTIALS: { status: 401, detail: 'The name or the password is wrong.' },
  SIGN_IN_RATE_LIMITED: { status: 429, detail: 'Too many attempts to sign in. Please try again in %s seconds.' },
  CSRF_TOKEN_INVALID: { status: 403, detail: 'The request lacks the X-CSRF-Token of its session, or comes from another site.' },
  LAST_OWNER: { status: 409, detail: 'This is the last user who owns the organization. Make another owner first.' },
  USER_NOT_FOUND: { status: 404, detail: 'No user %s exists.' },
  SERVICE_ACCOUNT_NOT_FOUND: { status: 404, detail: 'No service account with client ID %s exists.' },
  SERVICE_ACCOUNT_SECRET_NOT_FOUND: { status: 404, detail: 'No secret with ID %s exists for service account %s.' },
  RESTORE_JOB_NOT_CANCELLABLE: { status: 400, detail: 'Restore job %s cannot be cancelled: %s.' },
  METHOD_NOT_ALLOWED: { status: 405, detail: 'The method %s is not supported for this resource.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, detail: 'The media type %s is not supported. Use application/json.' },
  UNSUPPORTED_CONTENT_ENCODING: { status: 415, detail: 'The content encoding %s is not supported. Send the body as it is.' },
  REQUEST_TOO_LARGE: { status: 413, detail: 'The request is larger than %s bytes.' },
  BAD_REQUEST: { status: 400, detail: 'The request could not be understood: %s.' },
  NOT_CANCELLABLE: { status: 409, detail: 'Job %s cannot be cancelled: %s.' },
  DOWNLOAD_EXPIRED: { status: 410, detail: 'The download of restore job %s has expired.' },
  DOWNLOAD_NOT_FOUND: { status: 404, detail: 'There is no such download.' },
  SERVICE_UNAVAILABLE: { status: 503, detail: 'Lifeboat cannot answer now: %s' },
} as const satisfies Record<string, { status: number; detail: string }>;

export type AtlasErrorCode = keyof typeof ATLAS_ERRORS;

/** A refusal in Atlas' words, thrown by what knows HTTP; what knows only the domain throws a `Problem`. */
export class AtlasError extends Error {
  readonly errorCode: AtlasErrorCode;
  readonly parameters: readonly (string | number)[];

  constructor(errorCode: AtlasErrorCode, parameters: readonly (string | number)[] = []) {
    super(fillTemplate(ATLAS_ERRORS[errorCode].detail, parameters.map(String)));
    this.name = 'AtlasError';
    this.errorCode = errorCode;
    this.parameters = parameters;
  }

  get status(): number {
    return ATLAS_ERRORS[this.errorCode].status;
  }
}

/** Total: a new problem code does not compile until it has its answer. `own`: answered in the problem's own words, on the native routes alone. */
const ANSWERS: Readonly<Record<ProblemCode, AtlasErrorCode | { own: number }>> = {
  'project-not-found': 'NOT_IN_GROUP',
  'organization-not-found': 'ORG_NOT_FOUND',
  'invalid-organization-id': 'INVALID_ORG_ID',
  'cluster-not-found': 'CLUSTER_NOT_FOUND',
  'snapshot-not-found': 'TENANT_SNAPSHOT_NOT_FOUND',
  'restore-job-not-found': 'TENANT_RESTORE_NOT_FOUND',
  'target-not-found': 'CLUSTER_NOT_FOUND',
  'api-key-not-found': 'API_KEY_NOT_FOUND',
  'access-entry-not-found': 'WHITELIST_NOT_FOUND',
  'project-access-entry-not-found': 'ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND',
  'service-account-not-found': 'SERVICE_ACCOUNT_NOT_FOUND',
  'secret-not-found': 'SERVICE_ACCOUNT_SECRET_NOT_FOUND',
  'webhook-not-found': 'RESOURCE_NOT_FOUND',
  'delivery-not-found': 'RESOURCE_NOT_FOUND',
  'event-not-found': 'EVENT_NOT_FOUND',
  'last-owner': 'CANNOT_DEMOTE_LAST_ORG_OWNER',
  'user-not-found': 'USER_NOT_FOUND',
  'duplicate-username': { own: 409 },
  'password-unusable': { own: 400 },
  'last-user-owner': 'LAST_OWNER',
  'owner-exists': { own: 409 },
  'setup-token-invalid': { own: 403 },
  'invalid-project-id': 'INVALID_GROUP_ID',
  'invalid-snapshot-id': 'INVALID_SNAPSHOT_ID',
  'invalid-restore-job-id': 'INVALID_JOB_ID',
  'snapshot-not-completed': 'CANNOT_DOWNLOAD_INCOMPLETE_SNAPSHOT',
  'snapshot-held': { own: 409 },
  'download-expired': 'DOWNLOAD_EXPIRED',
  'download-unknown': 'DOWNLOAD_NOT_FOUND',
  'restore-in-progress': 'ATLAS_CLUSTER_RESTORE_IN_PROGRESS',
  'version-mismatch': 'TENANT_RESTORE_VERSION_MISMATCH',
  'incompatible-topology': 'TENANT_RESTORE_INCOMPATIBLE_TOPOLOGY',
  'target-unavailable': 'TENANT_RESTORE_DESTINATION_UNAVAILABLE',
  'duplicate-cluster-name': 'DUPLICATE_CLUSTER_NAME',
  'no-deployment': { own: 400 },
  'other-deployment': { own: 409 },
  'cluster-busy': { own: 409 },
  'termination-protected': 'CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED',
  'duplicate-project-name': 'GROUP_ALREADY_EXISTS',
  'project-not-empty': 'CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS',
  'too-many-streams': { own: 429 },
  'not-permitted': 'USER_UNAUTHORIZED',
  'not-cancellable': 'NOT_CANCELLABLE',
  'invalid-value': { own: 400 },
  'missing-value': { own: 400 },
  'bad-connection-string': { own: 400 },
  'source-unavailable': { own: 400 },
  'already-initialized': { own: 409 },
  'not-initialized': { own: 409 },
  'data-folder-in-use': { own: 409 },
  'address-in-use': { own: 500 },
  'bad-setting': { own: 500 },
  'master-key-missing': { own: 500 },
  'wrong-master-key': { own: 500 },
  'file-unusable': { own: 500 },
  'database-unavailable': 'SERVICE_UNAVAILABLE',
  'store-full': { own: 507 },
  'store-too-small': { own: 507 },
  'store-unavailable': { own: 503 },
  'vault-foreign': { own: 409 },
  'vault-format-unknown': { own: 500 },
  'unusable-dump': { own: 400 },
  'self-backup-damaged': { own: 500 },
  'self-backup-later': { own: 400 },
  'not-empty': { own: 409 },
  'other-vault': { own: 409 },
  'ended-by-self-restore': { own: 500 },
  'object-missing': { own: 500 },
  'object-damaged': { own: 500 },
  'snapshot-damaged': { own: 500 },
  'verification-failed': { own: 500 },
  'unsupported-feature': { own: 400 },
  'nothing-to-drill': { own: 409 },
  'target-full': { own: 507 },
  'safety-snapshot-failed': { own: 502 },
  'mongodb-failed': { own: 502 },
  'mongodb-interrupted': { own: 502 },
  'partially-replaced': { own: 500 },
  'clock-backwards': { own: 409 },
  'not-an-emulator': { own: 500 },
  'bad-seed': { own: 400 },
  'work-under-way': { own: 503 },
  'state-not-found': { own: 404 },
  'state-unusable': { own: 400 },
  'foreign-request': { own: 403 },
  'mongodb-missing': { own: 500 },
  'worker-lost': { own: 500 },
  cancelled: { own: 409 },
};

/** The codes of a family of routes for problems that the table answers otherwise. */
export type ErrorWords = Partial<Record<ProblemCode, AtlasErrorCode>>;

/** An error that a route says it may answer: by Atlas' code, or the problem that becomes one. */
export type DocumentedError = AtlasErrorCode | ProblemCode;

export interface AnsweredError {
  status: number;
  errorCode: string;
}

/** Under which status and code it is answered. */
export function answeredAs(error: DocumentedError, words?: ErrorWords): AnsweredError {
  if (isAtlasCode(error)) return { status: ATLAS_ERRORS[error].status, errorCode: error };
  const mapped = words?.[error] ?? ANSWERS[error];
  return typeof mapped === 'string' ? answeredAs(mapped) : { status: mapped.own, errorCode: ownCode(error) };
}

function isAtlasCode(error: DocumentedError): error is AtlasErrorCode {
  return error in ATLAS_ERRORS;
}

/** A problem that Atlas has no word for. */
function ownCode(code: ProblemCode): string {
  return code.toUpperCase().replaceAll('-', '_');
}

/** The error in the family's words, where it has words of its own for it. */
export function inWords(error: unknown, words: ErrorWords | undefined): unknown {
  const code = error instanceof Problem ? words?.[error.code] : undefined;
  return code ? new AtlasError(code, (error as Problem).parameters) : error;
}

export interface ErrorAnswer {
  status: number;
  body: { detail: string; error: number; errorCode: string; parameters: readonly (string | number)[]; reason: string };
}

/** What the caller is told about anything that was thrown. A defect is told as little as possible; its log line has the rest. */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof AtlasError) return answer(error.status, error.errorCode, error.message, error.parameters);
  if (error instanceof Problem) {
    const mapped = ANSWERS[error.code];
    if (typeof mapped === 'string') {
      // A problem may know more than Atlas' sentence has a place for.
      const places = ATLAS_ERRORS[mapped].detail.split('%s').length - 1;
      return errorAnswer(new AtlasError(mapped, error.parameters.slice(0, places)));
    }
    return answer(mapped.own, ownCode(error.code), [error.message, error.hint].filter(Boolean).join(' '), error.parameters);
  }
  return answer(500, 'UNEXPECTED_ERROR', ATLAS_ERRORS.UNEXPECTED_ERROR.detail, []);
}

function answer(status: number, errorCode: string, detail: string, parameters: readonly (string | number)[]): ErrorAnswer {
  return { status, body: { detail, error: status, errorCode, parameters, reason: REASONS[status] ?? 'Error' } };
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  507: 'Insufficient Storage',
};
