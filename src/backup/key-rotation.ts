import type { Clock } from '../clock.ts';
import type { Db } from '../db/connection.ts';
import { readSealedColumns, writeSealedColumns } from '../db/sealed-columns.ts';
import { isProblem, Problem } from '../errors.ts';
import { deriveKey, type KeyPurpose, seal, unseal } from '../sealing.ts';
import type { Vault } from '../vault/vault.ts';
import { audited } from './audit-log.ts';

const SECRET_KEY = 'the key of service account secrets';

/**
 * What secrets of service accounts are hashed with. A hash cannot be made anew, so this key outlives the master key: after a rotation it is a value of its own, sealed under the new one.
 */
export function serviceAccountKey(masterKey: Buffer, secretKeySealed: Buffer | null): Buffer {
  if (!secretKeySealed) return deriveKey(masterKey, 'service-account-secrets');
  return unseal(deriveKey(masterKey, 'kept-secrets'), secretKeySealed, SECRET_KEY);
}

export interface KeyRotation {
  db: Db;
  clock: Clock;
  /** Opens the vault by a master key; null where there is no vault yet. */
  openVault: ((masterKey: Buffer) => Promise<Vault>) | null;
  from: Buffer;
  to: Buffer;
}

/**
 * Puts everything that is sealed under one master key under another: the vault's header, then what PostgreSQL holds, in one transaction. Nothing else may run meanwhile. After a crash
 * the same call goes on: what is under the new key already is left as it is. Throws `wrong-master-key` where neither key opens something.
 */
export async function rotateMasterKey(o: KeyRotation): Promise<void> {
  if (o.openVault) await rewrapVault(o.openVault, o.from, o.to);
  await audited(o.db, o.clock, { action: 'MASTER_KEY_ROTATED' }, async (transaction) => {
    const sealed = await readSealedColumns(transaction);
    await writeSealedColumns(transaction, {
      clusters: sealed.clusters.map(({ id, uriSealed }) => ({
        id,
        uriSealed: resealed(o, 'connection-strings', uriSealed, `cluster ${id}`),
      })),
      apiKeys: sealed.apiKeys.map(({ id, ha1Sealed }) => ({ id, ha1Sealed: resealed(o, 'digest-secrets', ha1Sealed, `api key ${id}`) })),
      secretKeySealed: sealed.secretKeySealed
        ? resealed(o, 'kept-secrets', sealed.secretKeySealed, SECRET_KEY)
        : seal(deriveKey(o.to, 'kept-secrets'), serviceAccountKey(o.from, null), SECRET_KEY),
    });
  });
}

async function rewrapVault(openVault: (masterKey: Buffer) => Promise<Vault>, from: Buffer, to: Buffer): Promise<void> {
  try {
    await (await openVault(from)).rotateMasterKey(to);
  } catch (error) {
    if (!isProblem(error, 'wrong-master-key')) throw error;
    await openVault(to);
  }
}

function resealed({ from, to }: KeyRotation, purpose: KeyPurpose, sealed: Buffer, context: string): Buffer {
  const next = deriveKey(to, purpose);
  const value = opened(next, sealed, context);
  if (value) return sealed;
  const before = opened(deriveKey(from, purpose), sealed, context);
  if (!before) throw new Problem('wrong-master-key', [`what is sealed for ${context}`]);
  return seal(next, before, context);
}

function opened(key: Buffer, sealed: Buffer, context: string): Buffer | null {
  try {
    return unseal(key, sealed, context);
  } catch {
    return null;
  }
}
