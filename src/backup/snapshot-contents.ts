import { namespaceText } from '../engine/namespaces.ts';
import { Problem } from '../errors.ts';
import type { Id } from '../ids.ts';
import { type Listed, type Page, pageOf } from '../page.ts';
import type { RootCollection } from '../vault/manifest.ts';
import type { SnapshotReader } from '../vault/snapshot-reader.ts';
import type { Snapshots } from './snapshots.ts';

/** A collection of a snapshot, as its manifest has it. */
export interface SnapshotCollection {
  database: string;
  collection: string;
  type: 'collection' | 'view' | 'timeseries';
  documents: number;
  /** Uncompressed BSON. */
  logicalBytes: number;
  /** What its chunks take in the vault, those shared with others included. */
  storedBytes: number;
  indexes: number;
}

/** What is in a snapshot, which the vault alone knows. */
export class SnapshotContents {
  readonly #snapshots: Pick<Snapshots, 'get'>;
  readonly #readSnapshot: (id: Id) => Promise<SnapshotReader>;

  constructor(snapshots: Pick<Snapshots, 'get'>, readSnapshot: (id: Id) => Promise<SnapshotReader>) {
    this.#snapshots = snapshots;
    this.#readSnapshot = readSnapshot;
  }

  /** In the order of their names; with `search`, those whose namespace has that text in it. Throws `snapshot-not-completed`. */
  async list(projectId: Id, clusterName: string, id: string, search: string, page: Page): Promise<Listed<SnapshotCollection>> {
    const { status } = await this.#snapshots.get(projectId, clusterName, id);
    if (status !== 'COMPLETED') throw new Problem('snapshot-not-completed', [id, status]);
    const { root } = await this.#readSnapshot(id);
    const wanted = search.toLowerCase();
    const matching = root.collections.filter((one) => namespaceText(one).toLowerCase().includes(wanted));
    matching.sort((a, b) => (namespaceText(a) < namespaceText(b) ? -1 : 1));
    return pageOf(matching.map(collectionOf), page);
  }
}

function collectionOf({ database, name, kind, indexes, totals }: RootCollection): SnapshotCollection {
  const { documents, bytes, storedBytes } = totals;
  return { database, collection: name, type: kind, documents, logicalBytes: bytes, storedBytes, indexes: indexes.length };
}
