/**
 * The wire server as a process of its own: prints its URI once it listens, and ends with its parent (when its standard input closes).
 * `node main.ts --data='{"bytes":201326592,"documentBytes":250,"collections":1}'`; without `--data` it is empty. `--latency=20` answers 20 ms late.
 */
import { parseArgs } from 'node:util';
import type { Databases } from './data.ts';
import { generateShop } from './generator.ts';
import { serveWire } from './server.ts';

const { values } = parseArgs({ options: { data: { type: 'string' }, latency: { type: 'string', default: '0' } } });
const databases: Databases = new Map();
if (values.data) databases.set('shop', generateShop(JSON.parse(values.data)));
const { uri } = await serveWire(databases, { latency: Number(values.latency) });
process.stdout.write(`${uri}\n`);
process.stdin.on('end', () => process.exit()).resume();
