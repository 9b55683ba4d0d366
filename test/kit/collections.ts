import type { DocumentRun } from '../../src/bson/documents.ts';
import { listCollections, listDatabases, readCatalog } from '../../src/engine/catalog.ts';
import type { Deployment } from '../../src/engine/deployment.ts';
import { isOwnCollection } from '../../src/engine/namespaces.ts';
import { readCollection } from '../../src/engine/raw-reader.ts';
import type { RestoreSource } from '../../src/engine/restore.ts';
import type { CollectionDigest } from '../../src/engine/verification.ts';
import { newSumDigest } from './sum-digest.ts';

/** Everything a deployment holds, to compare and to restore from: an in-memory snapshot. */
export interface HeldData {
  source: RestoreSource;
  /** By namespace: kind, options, indexes and digest; what two deployments must agree in. */
  contents: Record<string, { kind: string; options: string; indexes: string[]; digest: CollectionDigest }>;
}

export async function holdData(d: Deployment): Promise<HeldData> {
  const catalog = await readCatalog(d);
  const runs: DocumentRun[][] = [];
  const contents: HeldData['contents'] = {};
  const collections = [];
  for (const c of catalog) {
    const digest = newSumDigest();
    const held: DocumentRun[] = [];
    if (c.kind !== 'view') {
      for await (const run of readCollection(d, c)) {
        held.push(run);
        digest.add(run.bytes);
      }
    }
    runs.push(held);
    const expected = digest.value();
    contents[`${c.database}.${c.name}`] = { kind: c.kind, options: c.options, indexes: [...c.indexes].sort(), digest: expected };
    collections.push({ database: c.database, name: c.name, kind: c.kind, options: c.options, indexes: c.indexes, expected });
  }
  return {
    contents,
    source: {
      collections,
      async *documents(n) {
        for (const run of runs[n]!) yield run;
      },
    },
  };
}

/** Stagings and asides that are left at the target; there must be none when a job is at its end. */
export async function leftovers(d: Deployment): Promise<string[]> {
  const found: string[] = [];
  for (const database of await listDatabases(d)) {
    for (const { name } of await listCollections(d, database)) if (isOwnCollection(name)) found.push(`${database}.${name}`);
  }
  return found;
}
