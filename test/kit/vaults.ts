import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Binary, ObjectId, serialize } from 'bson';
import { onTestFinished } from 'vitest';
import type { DocumentRun } from '../../src/bson/documents.ts';
import type { BlobStore } from '../../src/vault/blob-store.ts';
import type { ChunkIndex } from '../../src/vault/chunk-index.ts';
import { DiskBlobs } from '../../src/vault/disk-blobs.ts';
import type { ManifestCollection, SnapshotHeader } from '../../src/vault/manifest.ts';
import { openVault, type Vault } from '../../src/vault/vault.ts';

export const MASTER_KEY = Buffer.alloc(32, 7);
export const INSTALLATION = 'installation-1';
export const STARTED_AT = new Date('2026-01-02T03:04:05Z');
export const FINISHED_AT = new Date('2026-01-02T03:05:06Z');

/** A folder that is gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-vault-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A new vault on a real disk. */
export async function newVault(
  o: { encryption?: boolean; folder?: string } = {},
): Promise<{ vault: Vault; blobs: DiskBlobs; folder: string }> {
  const folder = o.folder ?? (await temporaryFolder());
  const blobs = await DiskBlobs.open(folder);
  const vault = await openVault({ blobs, masterKey: MASTER_KEY, installationId: INSTALLATION, encryption: o.encryption ?? true });
  return { vault, blobs, folder };
}

/** The 24 digits of an id for a test: `snapshotId(1)`. */
export function snapshotId(number: number): string {
  return number.toString(16).padStart(24, '0');
}

export function snapshotHeader(id: string): SnapshotHeader {
  return {
    snapshotId: id,
    projectId: snapshotId(0xa1),
    clusterId: snapshotId(0xa2),
    clusterName: 'Shop',
    mongodbVersion: '7.0.14',
    topology: 'replicaSet',
    startedAt: STARTED_AT,
  };
}

export function collection(database: string, name: string, more: Partial<ManifestCollection> = {}): ManifestCollection {
  const idIndex = '{"v":{"$numberInt":"2"},"key":{"_id":{"$numberInt":"1"}},"name":"_id_"}';
  return { database, name, kind: 'collection', options: '{}', indexes: [idIndex], readOrder: 'id', ...more };
}

/** Bytes that do not compress and are the same in every run, a different sequence for each seed. */
export function noise(seed: string | number, length: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(String(seed)).digest();
}

/** The document with number `n`: an ObjectId that follows from `n`, and a payload so that it has `size` bytes (37 at least). */
export function document(n: number, size: number, seed: string | number = ''): Buffer {
  const id = new ObjectId(createHash('sha1').update(`id ${n}`).digest().subarray(0, 12));
  const payload = Math.max(0, size - 37);
  return Buffer.from(serialize({ _id: id, n, p: new Binary(noise(`${seed} ${n}`, payload)) }));
}

export function documents(count: number, size: number, seed: string | number = ''): Buffer[] {
  return Array.from({ length: count }, (_, n) => document(n, size, seed));
}

/** Whole documents as runs of at most `perRun`. */
export function* runsOf(parts: Buffer[], perRun = 100): Generator<DocumentRun> {
  for (let start = 0; start < parts.length; start += perRun) {
    const slice = parts.slice(start, start + perRun);
    yield { bytes: Buffer.concat(slice), documents: slice.length };
  }
}

export interface Content {
  collection: ManifestCollection;
  documents: Buffer[];
}

/** Writes a snapshot of these collections, one after the other. */
export async function takeSnapshot(vault: Vault, index: ChunkIndex, id: string, content: Content[], o: { rereads?: boolean } = {}) {
  const writer = vault.writeSnapshot(snapshotHeader(id), index, o);
  for (const { collection: about, documents: parts } of content) {
    const open = writer.openCollection(about);
    for (const run of runsOf(parts)) await open.write(run);
    await open.close();
  }
  return writer.finish({ finishedAt: FINISHED_AT, consistency: 'per-collection' });
}

/** All documents of a collection of a snapshot, as bytes. */
export async function readCollection(vault: Vault, id: string, number: number): Promise<Buffer> {
  const reader = await vault.readSnapshot(id);
  const parts: Buffer[] = [];
  for await (const run of reader.documents(number, {})) parts.push(run.bytes);
  return Buffer.concat(parts);
}

/** What an async iterable of buffers gives, in one. */
export async function gather(parts: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

/** What the store holds, sorted. */
export async function keysOf(blobs: BlobStore, prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of blobs.list(prefix)) keys.push(key);
  return keys.sort();
}
