import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Bar, megabytesPerSecond, Runs, secondsOf } from './measure.ts';
import { FIRST } from './snapshot-and-restore.ts';
import type { Stage } from './stage.ts';

/** A download of the archive, as the API serves it, beside `node:http` with a plain file of the same bytes. */
export async function benchDownload(stage: Stage, vault: string, runs: number): Promise<Bar> {
  const file = join(await stage.newFolder(), 'archive.tar.gz');
  const server = fork(join(import.meta.dirname, 'download-server.ts'), [vault, FIRST, file]);
  const [urls] = (await once(server, 'message')) as [{ archive: string; file: string }];
  const times = new Runs();
  try {
    await pipeline(await open(urls.archive), createWriteStream(file));
    let bytes = 0;
    for (let run = 0; run < 2 * runs; run++) {
      for (const [name, url] of Object.entries(urls)) times.add(name, await secondsOf(async () => (bytes = await length(url))));
    }
    const text = `${megabytesPerSecond(bytes, times.median('archive'))} beside ${megabytesPerSecond(bytes, times.median('file'))}: node:http, createReadStream(FILE).pipe(response)`;
    return { name: 'download', value: times.median('file') / times.median('archive'), atLeast: 0.8, unit: 'x', text };
  } finally {
    server.kill();
    await once(server, 'exit');
  }
}

async function open(url: string) {
  const [response] = await once(get(url), 'response');
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}`);
  return response;
}

/** Reads the answer to its end and forgets it. */
async function length(url: string): Promise<number> {
  let bytes = 0;
  for await (const piece of await open(url)) bytes += piece.length;
  return bytes;
}
