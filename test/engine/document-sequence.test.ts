import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { serialize } from 'bson';
import { describe, expect, it } from 'vitest';
import { documentSequence, TRIED_DRIVER } from '../../src/engine/document-sequence.ts';

const require = createRequire(import.meta.url);

describe('documentSequence', () => {
  it('stands on exactly the driver that package.json pins and npm installed', async () => {
    const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'));
    expect(dependencies.mongodb).toBe(TRIED_DRIVER);
    expect(require('mongodb/package.json').version).toBe(TRIED_DRIVER);
  });

  it('is written into an OP_MSG as a section of kind 1 that holds the bytes as they are', () => {
    const { OpMsgRequest } = require('mongodb/lib/cmap/commands');
    const bytes = Buffer.concat([serialize({ _id: 1 }), serialize({ _id: 2, text: 'two' })]);
    const command = { insert: 'orders', documents: documentSequence('documents', bytes) };
    const message = Buffer.concat(new OpMsgRequest('shop', command, {}).toBin());
    const header = Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), Buffer.from('documents\0')]);
    header.writeInt32LE(header.length - 1 + bytes.length, 1);
    expect(message.subarray(-header.length - bytes.length)).toEqual(Buffer.concat([header, bytes]));
    expect(message.readInt32LE(0)).toBe(message.length);
    expect(command.documents).toBeUndefined();
  });
});
