import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openBlobs } from '../../src/vault/open-blobs.ts';
import { describeStore, parseStoreLocation } from '../../src/vault/store-location.ts';

const DEFAULTS = {
  kind: 's3',
  bucket: 'backups',
  prefix: '',
  endpoint: null,
  region: 'us-east-1',
  pathStyle: false,
  serverEncryption: null,
  credentials: 'environment',
};

describe('where a store is', () => {
  it('is a folder or a place in a bucket', () => {
    expect(parseStoreLocation('file:x/y')).toEqual({ kind: 'file', folder: resolve('x/y') });
    expect(parseStoreLocation('file:///x/y')).toEqual({ kind: 'file', folder: '/x/y' });
    expect(parseStoreLocation('s3://backups')).toEqual(DEFAULTS);
    expect(parseStoreLocation('s3://backups/')).toEqual(DEFAULTS);
    expect(parseStoreLocation('s3://backups/shop/vault/?region=eu-central-1')).toEqual({
      ...DEFAULTS,
      prefix: 'shop/vault',
      region: 'eu-central-1',
    });
    expect(parseStoreLocation('s3://backups/x?sse=aws:kms&kmsKeyId=arn:aws:kms:eu-central-1:1:key/a-b')).toMatchObject({
      serverEncryption: { algorithm: 'aws:kms', keyId: 'arn:aws:kms:eu-central-1:1:key/a-b' },
    });
    expect(parseStoreLocation('s3://backups/x?sse=AES256&credentials=chain')).toMatchObject({
      serverEncryption: { algorithm: 'AES256' },
      credentials: 'chain',
    });
  });

  it('names the bucket in the path where the endpoint is a server of one’s own, unless it is told not to', () => {
    const own = parseStoreLocation('s3://backups/x?endpoint=http://minio:9000/');
    expect(own).toMatchObject({ endpoint: 'http://minio:9000', pathStyle: true });
    expect(parseStoreLocation('s3://backups/x?endpoint=https://s3.example&pathStyle=false')).toMatchObject({ pathStyle: false });
    expect(describeStore(own)).toBe('s3://backups/x at http://minio:9000');
  });

  it.each([
    ['/folder', /expected file:PATH or s3:/],
    ['s3:backups', /expected s3:\/\/BUCKET/],
    ['s3://', /expected s3:\/\/BUCKET/],
    ['s3://b', /no name of a bucket/],
    ['s3://backups:9000/x', /no name of a bucket/],
    ['s3://key:secret@backups/x', /may not hold credentials/],
    ['s3://backups/a//b', /prefix/],
    ['s3://backups/a/../b/%2e%2e', /prefix/],
    ['s3://backups/a%2Fb', /prefix/],
    ['s3://backups/a b', /prefix/],
    [`s3://backups/${'a'.repeat(401)}`, /more than 400/],
    ['s3://backups#x', /#/],
    ['s3://backups?end=http://x', /option end,/],
    ['s3://backups?region=a&region=b', /region twice/],
    ['s3://backups?region=', /no value/],
    ['s3://backups?region=../..', /no name of a region/],
    ['s3://backups?endpoint=minio:9000', /no http/],
    ['s3://backups?endpoint=http://a:b@minio', /endpoint may not hold credentials/],
    ['s3://backups?endpoint=http://minio/?x=1', /encoded/],
    ['s3://backups?pathStyle=yes', /pathStyle is neither/],
    ['s3://backups?sse=aes', /sse is neither/],
    ['s3://backups?kmsKeyId=x', /needs sse=aws:kms/],
    ['s3://backups?credentials=metadata', /credentials is neither/],
  ])('refuses %s and says why', (text, why) => {
    expect(() => parseStoreLocation(text)).toThrow(why);
    expect(() => readConfig({ LIFEBOAT_STORE: text })).toThrow(/The setting LIFEBOAT_STORE is not usable/);
  });

  it('takes credentials from the settings, and looks nowhere else unless it is asked to', async () => {
    const access = { credentials: null, patienceMs: 1000 };
    const wanting = openBlobs(parseStoreLocation('s3://backups'), access);
    await expect(wanting).rejects.toMatchObject({
      code: 'bad-setting',
      parameters: ['AWS_ACCESS_KEY_ID', expect.stringContaining('credentials=chain')],
    });
    await openBlobs(parseStoreLocation('s3://backups?credentials=chain'), access);
  });
});
