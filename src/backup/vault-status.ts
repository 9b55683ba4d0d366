import type { Db } from '../db/connection.ts';
import { readVaultTotals, type VaultTotals } from '../db/vault-totals.ts';

/** Whether the master key is kept anywhere else than beside the vault, as far as Lifeboat can know. */
export interface KeyKeeping {
  /** When it was printed to be kept; null where it never was, or another key has come since. */
  keyExportedAt: Date | null;
  /** The settings give it: whoever wrote them has it. */
  isKeyInSettings: boolean;
}

/** What the vault holds, for all projects of the installation. */
export interface VaultStatus extends VaultTotals {
  /** Bytes of BSON in all snapshots for each byte stored; null while nothing is. */
  ratio: number | null;
}

export async function vaultStatus(db: Db): Promise<VaultStatus> {
  const totals = await readVaultTotals(db);
  return { ...totals, ratio: totals.storedBytes > 0 ? Math.round((100 * totals.logicalBytes) / totals.storedBytes) / 100 : null };
}
