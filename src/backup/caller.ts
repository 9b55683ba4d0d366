import type { Id } from '../ids.ts';
import type { Grant } from './roles.ts';

/** Who did something, and from where, as events remember it. */
export interface Actor {
  id: Id;
  /** The public key of an API key, the client id of a service account, the name of a user. */
  name: string;
  /** Canonical; what no address could be made of is `unknown`. */
  address: string;
}

/** Who asks: an API key, a service account or a user, and what it may do. */
export interface Caller extends Actor {
  kind: 'api-key' | 'service-account' | 'user';
  organizationId: Id;
  grants: readonly Grant[];
}
