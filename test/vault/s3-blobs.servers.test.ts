import { afterAll, beforeAll, expect, it } from 'vitest';
import { S3Blobs } from '../../src/vault/s3-blobs.ts';
import { describeBlobStore } from '../contract/blob-store.contract.ts';
import { accessOf, placeOf, type S3Server, startS3 } from '../kit/s3.ts';

let server: S3Server;

beforeAll(async () => {
  server = await startS3();
});

afterAll(() => server?.stop());

describeBlobStore('the S3 store', () => S3Blobs.open(placeOf(server.newStore()), accessOf(server)));

it('tells a bucket that is not there from an object that is not, also where only HEAD is asked', async () => {
  const place = placeOf(server.newStore());
  expect(await (await S3Blobs.open(place, accessOf(server))).stat('chunks/none')).toBeNull();
  const nowhere = await S3Blobs.open({ ...place, bucket: 'no-such-bucket-here' }, accessOf(server));
  await expect(nowhere.stat('chunks/none')).rejects.toMatchObject({
    code: 'store-unavailable',
    hint: expect.stringContaining('no such bucket'),
  });
});
