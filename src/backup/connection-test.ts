import { addressesOf } from '../engine/connection-string.ts';
import { DeploymentUnavailable, engineError } from '../engine/errors.ts';
import type { Inspection } from '../engine/inspection.ts';
import { isProblem } from '../errors.ts';
import type { NewAuditEntry } from './audit-log.ts';
import type { Consistency } from './snapshot.ts';

/** What came of connecting to a deployment, for whoever is about to register it. */
export type ConnectionTest =
  | ({
      reachable: true;
      deployment: string;
      mongodbVersion: string;
      topology: string;
      consistency: { label: Consistency; reason: string };
    } & Omit<Inspection, 'consistency'>)
  | Unreachable;

interface Unreachable {
  reachable: false;
  /** The problem that registering it would be refused with. */
  code: string;
  message: string;
  hint?: string;
}

/** What the audit log tells of a test: where it leads, and nothing of the credentials; `null` where it leads nowhere. */
export function connectionTestEntry(uri: string): Pick<NewAuditEntry, 'action' | 'subject'> | null {
  const subject = addressesOf(uri);
  return subject === null ? null : { action: 'CONNECTION_TESTED', subject };
}

/** The answer for what went wrong, with what to try; a defect of ours is thrown on. */
export function unreachable(error: unknown): Unreachable {
  const problem = engineError(error, 'for what it has');
  if (!isProblem(problem)) throw problem;
  const { code, cause } = problem;
  const isAway = cause instanceof DeploymentUnavailable;
  const message = isAway ? cause.message : problem.message;
  const hint = problem.hint ?? (isAway ? hintFor(cause.message) : undefined);
  return { reachable: false, code, message, ...(hint && { hint }) };
}

const HINTS: readonly [RegExp, string][] = [
  [/ECONNREFUSED/, 'Nothing listens there: does the server run, and is this its port? It may listen on other addresses only (net.bindIp).'],
  [
    /ENOTFOUND|EAI_AGAIN|querySrv|queryTxt|ENODATA/,
    'The name is not known to this machine: check its spelling, and the DNS that Lifeboat uses.',
  ],
  [
    /authentication failed|auth.*fail|bad auth/i,
    'Check the user, its password (special characters must be percent-encoded) and authSource.',
  ],
  [/certificate|TLS/i, 'docs/deployments.md has a table of what is said about TLS, and what to do.'],
  [
    /timed out|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|server selection/i,
    'No answer came: look for a firewall between Lifeboat and the server, and check that a replica set has a primary.',
  ],
];

function hintFor(message: string): string | undefined {
  return HINTS.find(([pattern]) => pattern.test(message))?.[1];
}
