import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { uriFrom } from '../../src/cli/clusters.ts';

it('a connection string is the argument itself, or what comes from standard input, without the end of its line', async () => {
  const from = (given: string, ...pieces: string[]) => uriFrom(given, Readable.from(pieces.map((piece) => Buffer.from(piece))));
  expect(await from('mongodb://a/', 'mongodb://b/')).toBe('mongodb://a/');
  expect(await from('-', 'mongodb://u:p%40', 'ss@b/?tls=true\r\n')).toBe('mongodb://u:p%40ss@b/?tls=true');
  await expect(from('-', '\n')).rejects.toMatchObject({ code: 'bad-connection-string' });
});
