import { hash, randomBytes } from 'node:crypto';
import { isProblem, Problem } from '../errors.ts';
import { deriveKey, seal, unseal } from '../sealing.ts';
import type { BlobStore } from './blob-store.ts';
import { HEADER_KEY } from './object-keys.ts';
import { VAULT_FORMAT } from './seal.ts';
import { manifestMac, type VaultKeys, vaultKeys } from './vault-keys.ts';

/** What the store says about itself. One line of JSON, then a line with that line's SHA-256, which tells damage from a wrong key. */
export interface VaultHeader {
  format: number;
  vaultId: string;
  /** The installation that may write. */
  installationId: string;
  encryption: 'aes-256-gcm' | 'none';
  /** The data key, sealed by the master key (base64). Rotating the master key rewrites this and nothing else. */
  keyEnvelope: string;
  /** HMAC over the rest, so that nobody without the key can turn encryption off or change the owner (hexadecimal). */
  mac: string;
}

/** A header with the key that was in it. */
export interface OpenedHeader {
  header: VaultHeader;
  dataKey: Buffer;
  keys: VaultKeys;
}

const LARGEST_HEADER = 64 * 1024;
const DATA_KEY_BYTES = 32;

/** A header for a new vault, with a random data key. */
export function newHeader(masterKey: Buffer, installationId: string, encryption: boolean): VaultHeader {
  const vaultId = randomBytes(16).toString('hex');
  const dataKey = randomBytes(DATA_KEY_BYTES);
  return signHeader(vaultKeys(dataKey, vaultId), {
    format: VAULT_FORMAT,
    vaultId,
    installationId,
    encryption: encryption ? 'aes-256-gcm' : 'none',
    keyEnvelope: envelopeOf(dataKey, masterKey, vaultId),
  });
}

/** The header with another owner. */
export function withOwner({ header, keys }: OpenedHeader, installationId: string): VaultHeader {
  const { mac: _, ...unsigned } = header;
  return signHeader(keys, { ...unsigned, installationId });
}

/** The header with the same data key in an envelope of another master key. */
export function withMasterKey({ header, keys, dataKey }: OpenedHeader, masterKey: Buffer): VaultHeader {
  const { mac: _, ...unsigned } = header;
  return signHeader(keys, { ...unsigned, keyEnvelope: envelopeOf(dataKey, masterKey, header.vaultId) });
}

export function encodeHeader(header: VaultHeader): Buffer {
  const line = `${JSON.stringify(header)}\n`;
  return Buffer.from(`${line}${hash('sha256', line, 'hex')}\n`);
}

/** Reads the header without its key. Throws `object-missing`, `object-damaged` or `vault-format-unknown`. */
export async function readHeader(blobs: BlobStore): Promise<VaultHeader> {
  const text = (await blobs.get(HEADER_KEY, LARGEST_HEADER)).toString('latin1');
  const line = text.slice(0, text.indexOf('\n') + 1);
  if (text !== `${line}${hash('sha256', Buffer.from(line, 'latin1'), 'hex')}\n`) {
    throw new Problem('object-damaged', [HEADER_KEY, 'its checksum differs']);
  }
  const header = JSON.parse(line) as VaultHeader;
  if (header.format !== VAULT_FORMAT) throw new Problem('vault-format-unknown', [header.format]);
  return header;
}

/** As {@link readHeader}, but null when the store has no header. */
export async function readHeaderIfThere(blobs: BlobStore): Promise<VaultHeader | null> {
  try {
    return await readHeader(blobs);
  } catch (error) {
    if (isProblem(error, 'object-missing')) return null;
    throw error;
  }
}

/** Opens the envelope. Throws `wrong-master-key`, or `object-damaged` when the key is right and the header is not what was written with it. */
export function openHeader(header: VaultHeader, masterKey: Buffer): OpenedHeader {
  const dataKey = openEnvelope(header, masterKey);
  const keys = vaultKeys(dataKey, header.vaultId);
  checkMac(keys, header);
  return { header, dataKey, keys };
}

/** Throws `object-damaged` unless the header was written with the vault's own data key. */
export function checkMac(keys: VaultKeys, header: VaultHeader): void {
  const { mac, ...unsigned } = header;
  if (mac !== macOf(keys, unsigned)) throw new Problem('object-damaged', [HEADER_KEY, 'it was changed by someone without the key']);
}

function openEnvelope(header: VaultHeader, masterKey: Buffer): Buffer {
  try {
    return unseal(envelopeKey(masterKey, header.vaultId), Buffer.from(header.keyEnvelope, 'base64'), envelopeContext(header.vaultId));
  } catch (cause) {
    throw new Problem('wrong-master-key', [`vault ${header.vaultId}`], { cause });
  }
}

function envelopeOf(dataKey: Buffer, masterKey: Buffer, vaultId: string): string {
  return seal(envelopeKey(masterKey, vaultId), dataKey, envelopeContext(vaultId)).toString('base64');
}

function envelopeKey(masterKey: Buffer, vaultId: string): Buffer {
  return deriveKey(masterKey, 'vault-envelope', vaultId);
}

function envelopeContext(vaultId: string): string {
  return `lifeboat vault ${vaultId} format ${VAULT_FORMAT} key envelope`;
}

function signHeader(keys: VaultKeys, unsigned: Omit<VaultHeader, 'mac'>): VaultHeader {
  return { ...unsigned, mac: macOf(keys, unsigned) };
}

function macOf(keys: VaultKeys, unsigned: Omit<VaultHeader, 'mac'>): string {
  return manifestMac(keys, 'header', Buffer.from(JSON.stringify(unsigned))).toString('hex');
}
