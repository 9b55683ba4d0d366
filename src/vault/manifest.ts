import { timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { Problem } from '../errors.ts';
import type { CollectionDigest } from './digest.ts';
import { manifestKey } from './object-keys.ts';
import { VAULT_FORMAT } from './seal.ts';
import type { ChunkList } from './segments.ts';
import type { VaultAccess } from './vault-access.ts';
import { manifestMac } from './vault-keys.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** What a snapshot is a picture of. */
export interface SnapshotHeader {
  snapshotId: string;
  projectId: string;
  clusterId: string;
  clusterName: string;
  mongodbVersion: string;
  topology: string;
  /** From a dump, not from the cluster itself. */
  imported?: true;
  startedAt: Date;
}

export interface ManifestCollection {
  database: string;
  name: string;
  kind: 'collection' | 'view' | 'timeseries';
  /** The collection's options, canonical Extended JSON. */
  options: string;
  /** Each index as listIndexes gave it, canonical Extended JSON. */
  indexes: string[];
  /** As 32 hexadecimal digits, with or without dashes. */
  uuid?: string;
  /** The order in which the documents were read, and lie in the chunks. */
  readOrder: 'id' | 'natural';
}

export interface CollectionTotals {
  chunks: number;
  documents: number;
  /** Uncompressed BSON. */
  bytes: number;
  /** The objects in the store. */
  storedBytes: number;
  /** The gzip members as a download sends them: `storedBytes` without seals. */
  memberBytes: number;
  digest: CollectionDigest;
  /** SHA-256 of all documents in order, which is that of the `.bson` file in a download (hexadecimal). */
  sha256: string;
}

export interface SnapshotTotals {
  collections: number;
  documents: number;
  logicalBytes: number;
  /** What the chunks take in the store, those shared with other snapshots included. */
  storedBytes: number;
  /** What this snapshot added to the store. */
  newBytes: number;
}

export interface RootCollection extends ManifestCollection, ChunkList {
  totals: CollectionTotals;
}

/** The root of a snapshot's manifest. It is written last: a snapshot exists when its root does (M1). */
export interface ManifestRoot extends Omit<SnapshotHeader, 'startedAt'> {
  format: number;
  vaultId: string;
  /** ISO 8601. */
  startedAt: string;
  finishedAt: string;
  consistency: string;
  totals: SnapshotTotals;
  collections: RootCollection[];
}

/** What a snapshot is, once it exists. */
export interface FinishedSnapshot extends SnapshotTotals {
  finishedAt: Date;
  mongodbVersion: string;
  consistency: string;
}

/** What a manifest says of its snapshot. */
export function outcomeOf(root: Pick<ManifestRoot, 'finishedAt' | 'mongodbVersion' | 'consistency' | 'totals'>): FinishedSnapshot {
  const { collections, documents, logicalBytes, storedBytes, newBytes } = root.totals;
  const { mongodbVersion, consistency } = root;
  return {
    finishedAt: new Date(root.finishedAt),
    mongodbVersion,
    consistency,
    collections,
    documents,
    logicalBytes,
    storedBytes,
    newBytes,
  };
}

const MAC_BYTES = 32;
/** What a root may be at most in the store and expanded: a bound for hostile stores, 100,000 collections with long options fit. */
const LARGEST_ROOT = 256 * 1024 * 1024;

/** The bytes of the root's object: MAC, then gzipped JSON; sealed where the vault is encrypted. */
export async function encodeRoot(vault: VaultAccess, root: ManifestRoot): Promise<Buffer> {
  const key = manifestKey(root.snapshotId);
  const json = await compress(Buffer.from(JSON.stringify(root)));
  return vault.seal.close(key, Buffer.concat([manifestMac(vault.keys, vault.seal.context(key), json), json]));
}

/** Reads the root of a snapshot; `object-missing` when the vault has no such snapshot, `object-damaged` when a byte of it is not the vault's own. */
export async function readRoot(vault: VaultAccess, snapshotId: string): Promise<ManifestRoot> {
  const key = manifestKey(snapshotId);
  const bytes = vault.seal.open(key, await vault.blobs.get(key, LARGEST_ROOT));
  const json = bytes.subarray(MAC_BYTES);
  // Nothing of it is expanded or parsed before the MAC has shown that this vault wrote it (M3).
  if (bytes.length < MAC_BYTES || !timingSafeEqual(bytes.subarray(0, MAC_BYTES), manifestMac(vault.keys, vault.seal.context(key), json))) {
    throw new Problem('object-damaged', [key, 'its authentication code differs']);
  }
  const root = JSON.parse((await decompress(json, { maxOutputLength: LARGEST_ROOT })).toString()) as ManifestRoot;
  if (root.format !== VAULT_FORMAT) throw new Problem('vault-format-unknown', [root.format]);
  return root;
}
