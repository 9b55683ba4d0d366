import { afterAll, beforeAll } from 'vitest';
import { S3Blobs } from '../../src/vault/s3-blobs.ts';
import { describeBlobStore } from '../contract/blob-store.contract.ts';
import { accessOf, placeOf, type S3Server, startS3 } from '../kit/s3.ts';

let server: S3Server;

beforeAll(async () => {
  server = await startS3();
});

afterAll(() => server?.stop());

describeBlobStore('the S3 store', () => S3Blobs.open(placeOf(server.newStore()), accessOf(server)));
