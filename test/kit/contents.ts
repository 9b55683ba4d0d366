import { createHash } from 'node:crypto';
import { type Document, MongoClient } from 'mongodb';

/** What a deployment holds, for comparison: of each namespace the SHA-256 over its documents (sorted, byte for byte), its indexes and options. */
export async function contentsOf(
  uri: string,
): Promise<Record<string, { documents: number; sha256: string; indexes: Document[]; options: Document }>> {
  const client = new MongoClient(uri);
  try {
    const found: Awaited<ReturnType<typeof contentsOf>> = {};
    const { databases } = await client.db('admin').command({ listDatabases: 1, nameOnly: true });
    for (const { name } of databases as { name: string }[]) {
      if (['admin', 'local', 'config'].includes(name)) continue;
      for (const info of await client.db(name).listCollections({}, { nameOnly: false }).toArray()) {
        const collection = client.db(name).collection(info.name);
        const documents = (await collection.find({}, { raw: true }).toArray()) as unknown as Buffer[];
        const hash = createHash('sha256');
        for (const bytes of documents.map((document) => Buffer.from(document)).sort(Buffer.compare)) hash.update(bytes);
        const indexes = (await collection.listIndexes().toArray()).map(({ ns: _ns, ...index }) => index as Document);
        indexes.sort((a, b) => (a.name < b.name ? -1 : 1));
        found[`${name}.${info.name}`] = {
          documents: documents.length,
          sha256: hash.digest('hex'),
          indexes,
          options: (info as Document).options ?? {},
        };
      }
    }
    return found;
  } finally {
    await client.close();
  }
}
