import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type DocumentRun, documentLength } from '../bson/documents.ts';
import { type CatalogCollection, readCatalog } from '../engine/catalog.ts';
import { type Deployment, openDeployment } from '../engine/deployment.ts';
import { readCollection } from '../engine/raw-reader.ts';
import { insertRuns } from '../engine/raw-writer.ts';
import { createOptions, indexSpecs } from '../engine/specifications.ts';
import { Target } from '../engine/target.ts';
import type { EmulatorMongo } from './mongodb.ts';

type Kept = Pick<CatalogCollection, 'database' | 'name' | 'kind' | 'options' | 'indexes'>;

const RUN_BYTES = 1024 * 1024;

/** Every database whose name begins with the prefix into a folder: documents as they are, options and indexes as the server says them. */
export async function saveDatabases(mongo: EmulatorMongo, prefix: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const collections: Kept[] = [];
  for (const database of await mongo.databases(prefix)) {
    await withDeployment(mongo, database, async (deployment) => {
      for (const collection of await readCatalog(deployment)) {
        const { name, kind, options, indexes } = collection;
        const file = join(folder, `${collections.length}.bson`);
        collections.push({ database, name, kind, options, indexes });
        if (kind === 'view') continue;
        await pipeline(Readable.from(bytesOf(deployment, collection)), createWriteStream(file));
      }
    });
  }
  await writeFile(join(folder, 'collections.json'), JSON.stringify(collections));
}

async function* bytesOf(deployment: Deployment, collection: CatalogCollection): AsyncGenerator<Buffer> {
  for await (const { bytes } of readCollection(deployment, collection)) yield Buffer.from(bytes);
}

/** They are there as they were, on a server on which none of them is. */
export async function loadDatabases(mongo: EmulatorMongo, folder: string): Promise<void> {
  const collections = JSON.parse(await readFile(join(folder, 'collections.json'), 'utf8')) as Kept[];
  const databases = Map.groupBy(
    collections.map((collection, n) => ({ ...collection, n })),
    ({ database }) => database,
  );
  for (const [database, own] of databases) {
    await withDeployment(mongo, database, async (deployment) => {
      const target = new Target(deployment);
      // A view comes after what it looks at.
      for (const one of own) if (one.kind !== 'view') await loadCollection(target, one, join(folder, `${one.n}.bson`));
      for (const one of own) if (one.kind === 'view') await target.createView(one, one.options);
    });
  }
}

async function loadCollection(target: Target, { database, name, kind, options, indexes }: Kept, file: string): Promise<void> {
  const ns = { database, name };
  const { options: sent, expireAfterSeconds } = createOptions(options);
  await target.create(ns, { ...sent, ...(expireAfterSeconds !== undefined && { expireAfterSeconds }) });
  const bytes = await readFile(file);
  // One after the other: a capped collection keeps their order.
  await insertRuns(target.deployment, ns, runsOf(bytes), { parallelism: 1, buckets: kind === 'timeseries' });
  await target.createIndexes(
    ns,
    indexSpecs(indexes, options).map(({ specification }) => specification),
  );
}

async function* runsOf(bytes: Buffer): AsyncGenerator<DocumentRun> {
  for (let start = 0; start < bytes.length; ) {
    let [end, documents] = [start, 0];
    while (end < bytes.length && end - start < RUN_BYTES) {
      end += documentLength(bytes, end);
      documents += 1;
    }
    yield { bytes: bytes.subarray(start, end), documents };
    start = end;
  }
}

async function withDeployment(mongo: EmulatorMongo, database: string, work: (deployment: Deployment) => Promise<void>): Promise<void> {
  const deployment = await openDeployment(mongo.uri, { database });
  try {
    await work(deployment);
  } finally {
    await deployment.close();
  }
}
