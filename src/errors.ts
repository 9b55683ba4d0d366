/**
 * Every problem that Lifeboat reports, by code. `%s` takes the parameters in order.
 * `fault` says who can mend it, and so which exit code and status class it gets:
 * the caller (`input`), what was named is not there (`missing`), the state of things now (`conflict`),
 * the caller's rights (`denied`), a system outside Lifeboat (`outside`), or Lifeboat's own store (`damage`, `inside`).
 * The API turns codes into Atlas' answers in `api/atlas/error-table.ts`; the CLI into exit codes in `cli/exit-codes.ts`.
 */
export const PROBLEMS = {
  'project-not-found': { fault: 'missing', message: 'No project with ID %s exists.' },
  'organization-not-found': { fault: 'missing', message: 'No organization with ID %s exists.' },
  'invalid-organization-id': { fault: 'missing', message: 'An invalid organization ID %s was specified.' },
  'cluster-not-found': { fault: 'missing', message: 'No cluster named %s exists in project %s.' },
  'snapshot-not-found': { fault: 'missing', message: 'No snapshot with ID %s exists for cluster %s.' },
  'restore-job-not-found': { fault: 'missing', message: 'No restore job with ID %s exists for cluster %s.' },
  'target-not-found': { fault: 'missing', message: 'No cluster named %s exists in project %s to restore into.' },
  'api-key-not-found': { fault: 'missing', message: 'No API key with ID %s exists.' },
  'access-entry-not-found': { fault: 'missing', message: 'The address %s is not on the access list of API key %s.' },
  'project-access-entry-not-found': { fault: 'missing', message: 'The entry %s is not on the access list of project %s.' },
  'service-account-not-found': { fault: 'missing', message: 'No service account with client ID %s exists.' },
  'secret-not-found': { fault: 'missing', message: 'No secret with ID %s exists for service account %s.' },
  'webhook-not-found': { fault: 'missing', message: 'No webhook with ID %s exists.' },
  'delivery-not-found': { fault: 'missing', message: 'No delivery with ID %s exists.' },
  'event-not-found': { fault: 'missing', message: 'No event with ID %s exists.' },
  'last-owner': { fault: 'denied', message: 'Nobody could manage organization %s any more; make another owner first.' },
  'user-not-found': { fault: 'missing', message: 'No user %s exists.' },
  'duplicate-username': { fault: 'conflict', message: 'A user named %s already exists.' },
  'password-unusable': { fault: 'input', message: 'The password is not usable: %s.' },
  'last-user-owner': { fault: 'conflict', message: 'This is the last user who owns the organization; make another owner first.' },
  'owner-exists': { fault: 'conflict', message: 'This installation has an owner already; sign in instead.' },
  'setup-token-invalid': {
    fault: 'denied',
    message: 'The set-up token is wrong, used or too old. `npx lifeboat users setup-token` prints a new one.',
  },
  'invalid-project-id': { fault: 'missing', message: 'An invalid project ID %s was specified.' },
  'invalid-snapshot-id': { fault: 'missing', message: 'An invalid snapshot ID %s was specified.' },
  'invalid-restore-job-id': { fault: 'missing', message: 'An invalid restore job ID %s was specified.' },
  'invalid-value': { fault: 'input', message: 'The value of %s is not usable: %s.' },
  'missing-value': { fault: 'input', message: 'The required value %s was not given.' },
  'bad-connection-string': { fault: 'input', message: 'The connection string is not usable: %s.' },
  'duplicate-cluster-name': { fault: 'conflict', message: 'A cluster named %s already exists in this project.' },
  'no-deployment': { fault: 'conflict', message: 'There is no MongoDB deployment for cluster %s.' },
  'other-deployment': { fault: 'conflict', message: 'Cluster %s is the deployment %s, and the connection string leads to %s.' },
  'cluster-busy': { fault: 'conflict', message: 'Cluster %s is being snapshotted or restored. Try again when that has ended.' },
  'termination-protected': { fault: 'conflict', message: 'Cluster %s is protected from termination. Switch the protection off first.' },
  'duplicate-project-name': { fault: 'conflict', message: 'A project named %s already exists in this organization.' },
  'project-not-empty': { fault: 'conflict', message: 'Project %s still has clusters.' },
  'snapshot-not-completed': { fault: 'conflict', message: 'Snapshot %s is %s; only a COMPLETED snapshot can be restored or downloaded.' },
  'snapshot-held': { fault: 'conflict', message: 'Snapshot %s is under a legal hold. Release it first.' },
  'nothing-to-drill': { fault: 'conflict', message: 'Cluster %s has no COMPLETED snapshot that a drill could restore.' },
  'download-expired': { fault: 'conflict', message: 'The download of restore job %s has expired.' },
  'download-unknown': { fault: 'missing', message: 'There is no such download.' },
  'file-unusable': { fault: 'outside', message: 'The file %s cannot be written: %s.' },
  'restore-in-progress': { fault: 'conflict', message: 'Cluster %s is already being restored by job %s.' },
  'version-mismatch': {
    fault: 'input',
    message: 'The snapshot is of MongoDB %s and the target runs %s; a restore needs the same major version.',
  },
  'incompatible-topology': { fault: 'input', message: 'A restore into a sharded cluster is not supported (%s).' },
  'target-unavailable': { fault: 'outside', message: 'The target %s cannot be reached: %s.' },
  'source-unavailable': { fault: 'outside', message: 'The deployment of cluster %s cannot be reached: %s.' },
  'not-cancellable': { fault: 'conflict', message: 'Job %s cannot be cancelled: %s.' },
  'too-many-streams': { fault: 'conflict', message: 'You already listen for changes in %s places; close one of them.' },
  'not-permitted': { fault: 'denied', message: 'The key lacks a role that allows this.' },
  'already-initialized': { fault: 'conflict', message: 'This installation is already set up; nothing was changed.' },
  'not-initialized': { fault: 'conflict', message: 'This installation is not set up yet. Run `npx lifeboat init` first.' },
  'data-folder-in-use': { fault: 'conflict', message: 'Another Lifeboat (process %s) already uses the data folder %s.' },
  'address-in-use': { fault: 'conflict', message: 'The address %s is in use by another program. Set LIFEBOAT_LISTEN to a free one.' },
  'bad-setting': { fault: 'input', message: 'The setting %s is not usable: %s.' },
  'master-key-missing': { fault: 'input', message: 'The master key is missing: there is no file %s.' },
  'wrong-master-key': { fault: 'input', message: 'The master key does not open %s. Is LIFEBOAT_KEY the one it was made with?' },
  'database-unavailable': { fault: 'outside', message: 'The database cannot be used: %s.' },
  'store-full': { fault: 'outside', message: 'The store has no room left: %s.' },
  'store-too-small': {
    fault: 'outside',
    message: 'The store has no room for the snapshot: %s bytes are free, and it takes %s at least (%s are read).',
  },
  'store-unavailable': { fault: 'outside', message: 'The store cannot be used: %s.' },
  'vault-foreign': { fault: 'conflict', message: 'The vault belongs to installation %s. Run `npx lifeboat vault adopt` to take it over.' },
  'vault-format-unknown': { fault: 'input', message: 'The vault has format %s, which this version cannot read.' },
  'unusable-dump': { fault: 'input', message: 'The dump cannot be imported: %s: %s.' },
  'self-backup-damaged': { fault: 'damage', message: 'The backup %s cannot be used: %s. Nothing was changed.' },
  'self-backup-later': { fault: 'input', message: 'The backup %s was made by a later version of Lifeboat: %s. Nothing was changed.' },
  'not-empty': {
    fault: 'conflict',
    message: 'Lifeboat itself can only be restored into an empty database, and %s is not empty. Nothing was changed.',
  },
  'other-vault': { fault: 'conflict', message: 'The store holds vault %s, and the backup belongs to vault %s. Nothing was changed.' },
  'ended-by-self-restore': {
    fault: 'inside',
    message: 'Lifeboat itself was restored from a backup that was made while this was under way. What became of it is not known.',
  },
  'object-missing': { fault: 'damage', message: 'The object %s is missing from the vault.' },
  'object-damaged': { fault: 'damage', message: 'The object %s in the vault is damaged: %s.' },
  'snapshot-damaged': { fault: 'damage', message: 'Nothing was restored, because snapshot %s is damaged: %s.' },
  'verification-failed': { fault: 'damage', message: 'The restored data differs from the snapshot: %s.' },
  'unsupported-feature': { fault: 'outside', message: 'The target does not support %s.' },
  'target-full': {
    fault: 'outside',
    message: 'The target %s has no room for the copy: %s bytes are free, and it takes %s at least (%s before the server compresses them).',
  },
  'safety-snapshot-failed': {
    fault: 'outside',
    message: 'The safety snapshot %s of the target failed, so nothing was restored: %s.',
  },
  'mongodb-failed': { fault: 'outside', message: 'MongoDB refused %s: %s.' },
  'mongodb-interrupted': { fault: 'outside', message: 'The work with MongoDB broke off again and again: %s.' },
  'partially-replaced': {
    fault: 'outside',
    message:
      'The restore stopped midway and the target is partially replaced: %s. Mend the reason, then run `npx lifeboat restores resume CLUSTER %s`.',
  },
  'clock-backwards': { fault: 'conflict', message: 'The clock stands at %s and never goes back; %s is before that.' },
  'not-an-emulator': { fault: 'conflict', message: "The folder %s is not an emulator's: %s. Nothing in it was touched." },
  'bad-seed': { fault: 'input', message: 'The seed %s has a mistake in line %s: %s.' },
  'work-under-way': {
    fault: 'conflict',
    message: 'Work is still under way, and is not waited for any longer: %s. `emulate --patience` says how long.',
  },
  'state-not-found': { fault: 'missing', message: 'No state named %s was saved.' },
  'state-unusable': { fault: 'input', message: 'The state %s cannot be used: %s.' },
  'foreign-request': { fault: 'denied', message: 'An emulator is not steered from elsewhere: %s is not its own address.' },
  'mongodb-missing': { fault: 'outside', message: 'The emulator needs a MongoDB, and there is none: %s.' },
  'worker-lost': { fault: 'inside', message: 'The worker was lost %s times; the job was given up.' },
  cancelled: { fault: 'conflict', message: 'The job was cancelled.' },
} as const satisfies Record<string, { fault: Fault; message: string }>;

export type Fault = 'input' | 'missing' | 'conflict' | 'denied' | 'outside' | 'damage' | 'inside';
export type ProblemCode = keyof typeof PROBLEMS;

/** A problem a user can act on. Anything else that is thrown is a defect of Lifeboat. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly parameters: readonly string[];
  /** What the user can do about it, where the message does not say so already. */
  readonly hint: string | undefined;

  constructor(code: ProblemCode, parameters: readonly (string | number)[] = [], options: { hint?: string; cause?: unknown } = {}) {
    const texts = parameters.map(String);
    super(fillTemplate(PROBLEMS[code].message, texts), { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.parameters = texts;
    this.hint = options.hint;
  }

  get fault(): Fault {
    return PROBLEMS[this.code].fault;
  }
}

export function isProblem<C extends ProblemCode>(error: unknown, ...codes: C[]): error is Problem & { code: C } {
  return error instanceof Problem && (codes.length === 0 || (codes as ProblemCode[]).includes(error.code));
}

/** Replaces each `%s` by the next parameter. */
export function fillTemplate(template: string, parameters: readonly string[]): string {
  let next = 0;
  return template.replace(/%s/g, () => parameters[next++] ?? '');
}

/** The text of anything thrown, for a sentence that goes to a user. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
