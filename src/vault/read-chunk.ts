import { countDocuments, MalformedBson } from '../bson/documents.ts';
import { Problem } from '../errors.ts';
import { type ChunkEntry, chunkOf, readMember } from './segments.ts';
import type { VaultAccess } from './vault-access.ts';
import { chunkName } from './vault-keys.ts';

/** The documents of one chunk: as stored (SHA-256), sealed in this vault at this place, and what the chunk's name says they are. */
export async function readChunk(vault: VaultAccess, entry: ChunkEntry): Promise<Buffer> {
  const chunk = chunkOf(entry);
  const raw = await readMember(vault, entry);
  if (!(await chunkName(vault.keys, raw)).equals(chunk.name))
    throw new Problem('object-damaged', [entry.object, 'it holds other documents than its name says']);
  if (documentsIn(raw, entry.object) !== entry.documents)
    throw new Problem('object-damaged', [entry.object, 'it holds another number of documents']);
  return raw;
}

function documentsIn(raw: Buffer, object: string): number {
  try {
    return countDocuments(raw);
  } catch (cause) {
    if (!(cause instanceof MalformedBson)) throw cause;
    throw new Problem('object-damaged', [object, cause.message], { cause });
  }
}
