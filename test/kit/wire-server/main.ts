/**
 * The wire server as a process of its own: prints its URI once it listens, and ends with its parent (when its standard input closes).
 * `node main.ts --bytes=201326592 --document-bytes=250 --collections=1`; without `--bytes` it is empty.
 */
import { parseArgs } from 'node:util';
import type { Databases } from './data.ts';
import { generateShop } from './generator.ts';
import { serveWire } from './server.ts';

const { values } = parseArgs({
  options: {
    bytes: { type: 'string', default: '0' },
    'document-bytes': { type: 'string', default: '250' },
    collections: { type: 'string', default: '1' },
    version: { type: 'string' },
  },
});
const databases: Databases = new Map();
const bytes = Number(values.bytes);
if (bytes > 0) {
  databases.set('shop', generateShop({ bytes, documentBytes: Number(values['document-bytes']), collections: Number(values.collections) }));
}
const { uri } = await serveWire(databases, values.version);
process.stdout.write(`${uri}\n`);
process.stdin.on('end', () => process.exit()).resume();
