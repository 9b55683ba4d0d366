import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkWritable, downloadArchive } from '../../src/cli/download.ts';
import { isProblem } from '../../src/errors.ts';
import { temporaryFolder } from '../kit/vaults.ts';

const ARCHIVE = randomBytes(8_000_000);
const unusable = (error: unknown) => isProblem(error, 'file-unusable');

/** A server of one archive; `cuts` says after how many bytes each answer in turn breaks off. */
async function serving(o: {
  etag: () => string;
  body: () => Buffer;
  cuts?: number[];
}): Promise<{ url: string; ranges: (string | undefined)[] }> {
  const ranges: (string | undefined)[] = [];
  const answer: RequestListener = (request, response) => {
    const { range } = request.headers;
    ranges.push(range);
    const isSame = request.headers['if-range'] === o.etag();
    const start = range && isSame ? Number(/=(\d+)-/.exec(range)![1]) : 0;
    const body = o.body().subarray(start);
    response.writeHead(start > 0 ? 206 : 200, { etag: o.etag(), 'content-length': body.length });
    const cut = o.cuts?.shift();
    if (cut === undefined) response.end(body);
    else response.write(body.subarray(0, cut), () => response.socket!.destroySoon());
  };
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/archive`, ranges };
}

describe('downloadArchive', () => {
  it('goes on where a broken connection stopped, and leaves nothing beside the file', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'shop.tar.gz');
    const { url, ranges } = await serving({ etag: () => '"a"', body: () => ARCHIVE, cuts: [5_000_000, 2_000_000] });
    expect(await downloadArchive(url, file)).toEqual({ bytes: ARCHIVE.length });
    expect((await readFile(file)).equals(ARCHIVE)).toBe(true);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.slice(1).every((range) => range !== undefined)).toBe(true);
    expect(await readdir(folder)).toEqual(['shop.tar.gz']);
  });

  it('begins anew where another archive has taken the place of the one it had a part of', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'shop.tar.gz');
    await writeFile(`${file}.part`, randomBytes(9_000_000));
    await writeFile(`${file}.part.etag`, '"old"');
    const { url } = await serving({ etag: () => '"new"', body: () => ARCHIVE });
    await downloadArchive(url, file);
    expect((await readFile(file)).equals(ARCHIVE)).toBe(true);
  });

  it('asks once, and says which file, where the file cannot be written', async () => {
    const folder = await temporaryFolder();
    const { url, ranges } = await serving({ etag: () => '"a"', body: () => ARCHIVE });
    await expect(downloadArchive(url, join(folder, 'nowhere', 'x.tar.gz'))).rejects.toSatisfy(unusable);
    expect(ranges).toHaveLength(1);
  });
});

describe('checkWritable', () => {
  it('refuses a folder, and a file in a folder that is not there', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'here'));
    await expect(checkWritable(join(folder, 'here'))).rejects.toSatisfy(unusable);
    await expect(checkWritable(join(folder, 'nowhere', 'x'))).rejects.toSatisfy(unusable);
  });

  it('keeps the part of a download that is to go on', async () => {
    const file = join(await temporaryFolder(), 'x');
    await writeFile(`${file}.part`, 'abc');
    await checkWritable(file);
    expect(await readFile(`${file}.part`, 'utf8')).toBe('abc');
  });
});
