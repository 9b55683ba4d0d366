import type { Clock } from '../clock.ts';
import type { Queryable } from '../db/connection.ts';
import { hasOwner } from '../db/roles.ts';
import { Problem } from '../errors.ts';
import type { Id } from '../ids.ts';

/** Throws `last-owner` when what this transaction has changed leaves nobody who could manage the organization. Its row must be locked. */
export async function keepAnOwner(transaction: Queryable, clock: Clock, organizationId: Id): Promise<void> {
  if (!(await hasOwner(transaction, organizationId, clock.now()))) throw new Problem('last-owner', [organizationId]);
}
