// The entry of every npm script. It runs on whatever Node the machine has (18 or later), installs the packages where they are missing or
// not those of the lock file, and goes on with the pinned Node, which runs TypeScript as it is.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const node = join(root, 'node_modules', '.bin', 'node');
const stamp = join(root, 'node_modules', '.installed-from');
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

const [script, ...rest] = process.argv.slice(2);
// As a step of `npm ci` itself it must not begin another one: the packages are in place, of the lock file.
if (process.env.npm_lifecycle_event === 'prepare') {
  if (!existsSync(node)) process.exit(0);
  writeFileSync(stamp, lock);
}
if (!existsSync(node) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error('Installing the packages (npm ci)...');
  const installed = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (installed.status !== 0) {
    console.error('npm ci failed; the reason is above.');
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}

const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`;
const ended = spawnSync(node, [join(root, script), ...rest], { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: path } });
process.exit(ended.status ?? 1);
