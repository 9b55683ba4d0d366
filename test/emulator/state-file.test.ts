import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EmulatorState } from '../../src/emulator/state.ts';
import { packState, unpackState } from '../../src/emulator/state-file.ts';

let folder: string;
let file: string;
let packed: Buffer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-state-'));
  file = join(folder, 'x.tar.gz');
  await mkdir(join(folder, 'in/vault/chunks'), { recursive: true });
  await writeFile(join(folder, 'in/state.json'), '{"now":"2026-01-01T00:00:00.000Z"}');
  await writeFile(join(folder, 'in/vault/chunks/a'), Buffer.alloc(1000, 7));
  await writeFile(join(folder, 'in/empty'), '');
  packed = Buffer.concat(await Array.fromAsync(packState({ folder: join(folder, 'in'), state: {} as EmulatorState })));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const unpack = async (bytes: Buffer) => {
  await writeFile(file, bytes);
  return unpackState(file, join(folder, 'out'));
};

it('a state that was packed is unpacked as it was', async () => {
  expect((await unpack(gzipSync(packed))).state).toEqual({ now: '2026-01-01T00:00:00.000Z' });
  expect(await readFile(join(folder, 'out/vault/chunks/a'))).toEqual(Buffer.alloc(1000, 7));
  expect((await readdir(join(folder, 'out'))).sort()).toEqual(['empty', 'state.json', 'vault']);
});

const changed = (from: string, to: string) => Buffer.from(packed.toString('latin1').replaceAll(from, to), 'latin1');

it.each<[string, () => Buffer, string]>([
  ['no archive', () => Buffer.from('hello'), 'damaged, or was never a state'],
  ['an empty file', () => Buffer.alloc(0), 'damaged, or was never a state'],
  ['a part of one', () => gzipSync(packed).subarray(0, -200), 'damaged, or was never a state'],
  ['an archive that ends too early', () => gzipSync(packed.subarray(0, 2500)), 'it ends too early'],
  ['another archive', () => gzipSync(Buffer.alloc(1024)), 'it is no state of an emulator'],
  ['one with a file that is another', () => gzipSync(changed('\x07\x07\x07', '\x07\x08\x07')), 'vault/chunks/a is not as it was saved'],
  ['one of another format', () => gzipSync(changed('"format": 1', '"format": 2')), 'saved by another version'],
  ['one that leads elsewhere', () => gzipSync(changed('vault/chunks/a', '../../chunks/a')), 'is not as it was saved'],
])('refuses %s, and writes nothing', async (_what, bytes, why) => {
  await expect(unpack(bytes())).rejects.toMatchObject({ code: 'state-unusable', message: expect.stringContaining(why) });
  expect(await readdir(folder)).not.toContain('out');
});

it('is the same archive each time', async () => {
  const again = Buffer.concat(await Array.fromAsync(packState({ folder: join(folder, 'in'), state: {} as EmulatorState })));
  expect(gunzipSync(gzipSync(again))).toEqual(packed);
});
