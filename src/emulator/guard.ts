import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Cleans up after an emulator that was killed: a shell that waits for the end of its standard input, which only the end of this process closes. It signals nothing but processes whose own
 * words or folder say that they are of this emulator.
 */
const SCRIPT = `
folder=$1; temporary=$2
read -r word && [ "$word" = done ] && exit 0
ours() {
  if [ -d /proc/self ]; then [ "$(readlink "/proc/$1/cwd")" = "$folder/postgres/data" ] || tr '\\0' ' ' < "/proc/$1/cmdline" | grep -qF -- "$folder/"
  else ps -ww -o command= -p "$1" | grep -qF -- "$folder/"; fi
}
end() { case $1 in ''|*[!0-9]*|0|1) return;; esac; ours "$1" 2>/dev/null && kill "-$2" "$1" 2>/dev/null; }
end "$(head -n 1 "$folder/postgres/data/postmaster.pid" 2>/dev/null)" QUIT
end "$(cat "$folder/mongodb.pid" 2>/dev/null)" KILL
sleep 1
[ "$temporary" = yes ] && rm -rf -- "$folder"
`;

export interface Guard {
  /** The server that was started for the emulator. */
  watchMongo(pid: number): void;
  /** All is cleared away already. */
  dismiss(): void;
}

export function startGuard(folder: string, isTemporary: boolean): Guard {
  if (process.platform === 'win32') return { watchMongo: () => {}, dismiss: () => {} };
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'lifeboat-emulator-guard', folder, isTemporary ? 'yes' : 'no'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A session of its own: Ctrl-C ends us, not it.
    detached: true,
    cwd: '/',
  });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref();
  return {
    watchMongo: (pid) => writeFileSync(join(folder, 'mongodb.pid'), String(pid)),
    dismiss: () => void child.stdin.end('done\n'),
  };
}
