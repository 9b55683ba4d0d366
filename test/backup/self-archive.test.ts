import { describe, expect, it } from 'vitest';
import { newHeader, openArchive, sealArchive } from '../../src/backup/self-archive.ts';
import { noise } from '../kit/vaults.ts';

const KEY = Buffer.alloc(32, 7);
const ABOUT = {
  version: '0.1.0',
  createdAt: '2026-01-01T00:00:00.000Z',
  installationId: 'a'.repeat(24),
  vaultId: null,
  migrations: ['0001'],
};

/** What gzip makes no smaller, so that there are several frames. */
const LINES = Array.from({ length: 45 }, (_, n) => Buffer.from(`${noise(n, 60_000).toString('base64')}\n`));

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function made(lines: Buffer[] = LINES): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  for await (const piece of sealArchive(KEY, newHeader(KEY, ABOUT), inPieces(Buffer.concat(lines), 100_000))) pieces.push(piece);
  return pieces;
}

async function read(bytes: Buffer, key = KEY, size = 64 * 1024): Promise<Buffer[]> {
  const archive = await openArchive(inPieces(bytes, size), key, 'self.lifeboat');
  const lines: Buffer[] = [];
  for await (const line of archive.lines()) lines.push(line);
  return lines;
}

const archive = made();

const damage = (what: RegExp) => expect.objectContaining({ code: 'self-backup-damaged', message: expect.stringMatching(what) });

describe('the archive of a self-backup', () => {
  it.each([1024, 65_536, 1 << 24])('gives back the lines that were put in, whatever pieces of %i bytes it comes in', async (size) => {
    const pieces = await archive;
    expect(pieces.length).toBeGreaterThan(2 * 3);
    const lines = await read(Buffer.concat(pieces), KEY, size);
    expect(lines.length === LINES.length && lines.every((line, n) => line.equals(LINES[n]!))).toBe(true);
    expect(await read(Buffer.concat(await made([])))).toEqual([]);
  });

  it('holds nothing of its content, and nothing of the key, in clear', async () => {
    const bytes = Buffer.concat(await made([Buffer.from('somebody@example.org\n')]));
    expect(bytes.includes('somebody')).toBe(false);
    for (const form of [KEY, KEY.toString('base64'), KEY.toString('hex')]) expect(bytes.includes(form)).toBe(false);
  });

  it('opens under its own master key alone, and says so before anything else is read', async () => {
    const [header] = await archive;
    await expect(openArchive(inPieces(header!, 100), Buffer.alloc(32, 8), 'self.lifeboat')).rejects.toMatchObject({
      code: 'wrong-master-key',
    });
  });

  it('is refused with a byte changed anywhere', async () => {
    const bytes = Buffer.concat(await archive);
    const places = [...Array.from({ length: 25 }, (_, n) => Math.floor((n * bytes.length) / 25)), 2, 60, bytes.length - 1];
    const headerEnds = bytes.indexOf('\n', bytes.indexOf('\n') + 1) + 1;
    for (const place of [...places, headerEnds - 10, headerEnds, headerEnds + 3, headerEnds + 4]) {
      const changed = Buffer.from(bytes);
      changed[place]! ^= 1;
      await expect(read(changed), `byte ${place}`).rejects.toMatchObject({ code: 'self-backup-damaged' });
    }
  });

  it('is refused when it is cut off, at the end of a frame too, when something follows, and when frames change places', async () => {
    const pieces = await archive;
    const frames = (pieces.length - 1) / 2;
    for (let kept = 0; kept < frames; kept += 1)
      await expect(read(Buffer.concat(pieces.slice(0, 1 + 2 * kept))), `${kept} frames`).rejects.toEqual(
        damage(/others should follow|it ends after 0 frames/),
      );
    await expect(read(Buffer.concat(pieces).subarray(0, -1))).rejects.toEqual(damage(/ends within frame/));
    await expect(read(Buffer.concat([...pieces, Buffer.from('x')]))).rejects.toEqual(damage(/is not what was written/));
    const [header, a, b, c, d, ...rest] = pieces;
    await expect(read(Buffer.concat([header!, c!, d!, a!, b!, ...rest]))).rejects.toEqual(damage(/frame 0 is not what was written/));
    await expect(read(Buffer.from('a file of something else\nof two lines\n'))).rejects.toEqual(damage(/no backup that/));
    await expect(read(Buffer.alloc(0))).rejects.toEqual(damage(/no backup that/));
  });
});
