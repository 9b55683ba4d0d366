import type { Id } from '../ids.ts';

/** `FLEX` answers on the tenant and Flex routes, `M2` and `M5` on the tenant routes only, the others on the dedicated routes. */
export const TENANT_TIERS = ['M2', 'M5'] as const;
export const DEDICATED_TIERS = [
  ...['M10', 'M20', 'M30', 'M40', 'M50', 'M60', 'M80', 'M100', 'M140', 'M200', 'M300'],
  ...['R40', 'R50', 'R60', 'R80', 'R200', 'R300', 'R400', 'R700'],
  ...['M40_NVME', 'M50_NVME', 'M60_NVME', 'M80_NVME', 'M200_NVME', 'M400_NVME'],
] as const;
export const TIERS = ['FLEX', ...TENANT_TIERS, ...DEDICATED_TIERS] as const;
export type Tier = (typeof TIERS)[number];

export function isTier(text: string): text is Tier {
  return (TIERS as readonly string[]).includes(text);
}

/** `tenant` tiers share a server with others, `dedicated` ones have their own: each kind has its own backup routes in Atlas' API. */
export function tierKind(tier: Tier): 'flex' | 'tenant' | 'dedicated' {
  if (tier === 'FLEX') return 'flex';
  return tier === 'M2' || tier === 'M5' ? 'tenant' : 'dedicated';
}

export type Tag = { key: string; value: string };

export const BACKING_PROVIDERS = ['AWS', 'AZURE', 'GCP'] as const;
export type BackingProvider = (typeof BACKING_PROVIDERS)[number];

/** A MongoDB deployment that is backed up. Its connection string never leaves `clusters.ts` but sealed, or into a connection. */
export interface Cluster {
  id: Id;
  projectId: Id;
  name: string;
  tier: Tier;
  /** The deployment's addresses, sorted: equal for two clusters that are the same deployment. */
  deployment: string;
  mongodbVersion: string;
  topology: string;
  createdAt: Date;
  /** Registered by the operator, or created through the API. */
  lifecycle: 'registered' | 'created' | 'parked';
  tags: Tag[];
  terminationProtection: boolean;
  /** What the creating client asked for; nothing of Lifeboat's depends on it. */
  backingProvider: BackingProvider;
  region: string;
  /** For users: without credentials. */
  connectionString: string;
  /** The one database that is this cluster, on a server that it shares with others; `null`: the deployment is all its own. */
  database: string | null;
}
