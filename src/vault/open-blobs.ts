import { Problem } from '../errors.ts';
import type { BlobStore } from './blob-store.ts';
import { DiskBlobs } from './disk-blobs.ts';
import { describeStore, type StoreAccess, type StoreLocation } from './store-location.ts';

/** Opens the store at this place. Whatever a store lacks is found when it is used: this asks no server. */
export async function openBlobs(location: StoreLocation, access: StoreAccess): Promise<BlobStore> {
  if (location.kind === 'file') return DiskBlobs.open(location.folder);
  if (location.credentials === 'environment' && access.credentials === null) {
    const how = `${describeStore(location)} needs it and AWS_SECRET_ACCESS_KEY, or credentials=chain among its options`;
    throw new Problem('bad-setting', ['AWS_ACCESS_KEY_ID', how]);
  }
  // The SDK takes a tenth of a second to load, which no command should wait for that has its vault on a disk.
  const { S3Blobs } = await import('./s3-blobs.ts');
  return S3Blobs.open(location, { ...access, credentials: location.credentials === 'chain' ? null : access.credentials });
}
