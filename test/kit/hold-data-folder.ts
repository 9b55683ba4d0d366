/** Takes the lock of a data folder, says so (or why not), and stays, so that a test can kill this process. */
import { lockDataFolder } from '../../src/db/data-folder-lock.ts';

try {
  await lockDataFolder(process.argv[2]!);
  process.stdout.write('locked\n');
} catch (error) {
  process.stdout.write(`${(error as { code: string }).code}\n`);
}
setInterval(() => {}, 1000);
