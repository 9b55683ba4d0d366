/** Starts the embedded PostgreSQL of a folder and stays, so that a test can kill this process. */
import { startEmbeddedServer } from '../../src/db/embedded-server.ts';

const server = await startEmbeddedServer(process.argv[2]!);
process.stdout.write(`${server.url}\n`);
if (process.argv[3] !== 'once') setInterval(() => {}, 1000);
else process.exit();
