import { takeSnapshot } from '../../src/backup/work/take-snapshot.ts';
import type { Edge } from './edge.ts';
import { generateShop } from './wire-server/generator.ts';
import { serveWire } from './wire-server/server.ts';

export interface EdgeShop extends AsyncDisposable {
  snapshotId: string;
}

/** Two clusters, `shop` with some orders and `copy` with none, and a real snapshot of `shop` that is COMPLETED. */
export async function addShop(edge: Edge): Promise<EdgeShop> {
  const { projectId } = edge.first;
  const source = await serveWire(new Map([['shop', generateShop({ bytes: 300_000, documentBytes: 250, collections: 2 })]]));
  const target = await serveWire(new Map());
  await edge.services.clusters.register({ projectId, name: 'shop', uri: source.uri });
  await edge.services.clusters.register({ projectId, name: 'copy', uri: target.uri });
  const { id } = await edge.services.snapshots.take(projectId, 'shop');
  await takeSnapshot(edge.parts, id, new AbortController().signal);
  return {
    snapshotId: id,
    [Symbol.asyncDispose]: async () => {
      await source.close();
      await target.close();
    },
  };
}
