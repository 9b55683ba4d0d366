import { createWriteStream } from 'node:fs';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pause } from '../clock.ts';
import { messageOf, Problem } from '../errors.ts';
import { ServiceError, unreachable } from './client.ts';
import { ProgressBar } from './output.ts';

const ATTEMPTS = 5;
const FIRST_PAUSE_MILLISECONDS = 250;

/**
 * Fetches `url` into `file`. The bytes go to `file.part` first; a download that broke continues there with Range, as long as the ETag
 * beside it says that it is the same archive. `file` appears only when it is whole. Throws `file-unusable`, which no other attempt mends.
 */
export async function downloadArchive(url: string, file: string): Promise<{ bytes: number }> {
  const part = `${file}.part`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await fetchRest(url, part);
      break;
    } catch (error) {
      const isFinal = error instanceof Problem || (error instanceof ServiceError && error.status !== 0);
      if (attempt === ATTEMPTS || isFinal) throw error;
      await pause(FIRST_PAUSE_MILLISECONDS * 2 ** attempt);
    }
  }
  const { size } = await stat(part);
  await onDisk(file, () => rename(part, file));
  await rm(`${part}.etag`, { force: true });
  return { bytes: size };
}

/** Fails before anything is asked of the service where the file can never be written. */
export async function checkWritable(file: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found?.isDirectory()) throw new Problem('file-unusable', [file, 'it is a folder']);
  await onDisk(file, async () => (await open(`${file}.part`, 'a')).close());
}

async function fetchRest(url: string, part: string): Promise<void> {
  const etag = await readFile(`${part}.etag`, 'utf8').catch(() => null);
  const have = etag
    ? await stat(part).then(
        (found) => found.size,
        () => 0,
      )
    : 0;
  const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-`, 'if-range': etag! } : {};
  const response = await fetch(url, { headers }).catch((error) => Promise.reject(unreachable(new URL(url).origin, error)));
  // 416 with everything already here: the last attempt broke between the last byte and the rename.
  if (response.status === 416 && response.headers.get('content-range') === `bytes */${have}`) return;
  if (!response.ok) throw await refused(response);
  const start = response.status === 206 ? have : 0;
  // Another archive: its ETag must never stand beside the old one's bytes, whenever we are killed.
  if (start === 0) await rm(part, { force: true });
  await onDisk(part, () => writeFile(`${part}.etag`, response.headers.get('etag') ?? ''));
  await save(response, part, start, start + Number(response.headers.get('content-length') ?? 0));
}

async function save(response: Response, part: string, start: number, total: number): Promise<void> {
  const bar = new ProgressBar(part.replace(/\.part$/, ''));
  let done = start;
  async function* counted(source: AsyncIterable<Uint8Array>) {
    for await (const piece of source) {
      done += piece.byteLength;
      bar.update({ documents: 0, bytes: done, totalBytes: total, phase: 'downloading' });
      yield piece;
    }
  }
  try {
    const file = createWriteStream(part, { flags: start > 0 ? 'a' : 'w' });
    await onDisk(part, () => pipeline(Readable.fromWeb(response.body as never), counted, file));
  } finally {
    bar.stop();
  }
}

/** What the disk refuses (a folder that is not there, no room, no right) as the user's problem; a broken connection stays what it is. */
async function onDisk<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { syscall, code } = error as NodeJS.ErrnoException;
    const isOfDisk = code !== undefined && ['open', 'write', 'close', 'rename', 'ftruncate'].includes(syscall ?? '');
    throw isOfDisk ? new Problem('file-unusable', [file.replace(/\.part$/, ''), messageOf(error)], { cause: error }) : error;
  }
}

async function refused(response: Response): Promise<ServiceError> {
  const body = (await response.json().catch(() => ({}))) as { detail?: string; errorCode?: string };
  return new ServiceError(
    response.status,
    body.errorCode ?? 'UNEXPECTED_ERROR',
    body.detail ?? `The download was refused (${response.status}).`,
  );
}
