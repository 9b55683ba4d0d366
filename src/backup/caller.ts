import type { Id } from '../ids.ts';
import type { Grant } from './roles.ts';

/** Who did something, and from where, as events remember it. */
export interface Actor {
  id: Id;
  /** The public key of an API key, the client id of a service account. */
  name: string;
  /** Canonical; what no address could be made of is `unknown`. */
  address: string;
}

/** Who asks: an API key or a service account, and what it may do. */
export interface Caller extends Actor {
  kind: 'api-key' | 'service-account';
  organizationId: Id;
  grants: readonly Grant[];
}
