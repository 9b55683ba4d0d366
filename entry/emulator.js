// `lifeboat/emulator`, for a checkout and for what npm installs, as lifeboat.js is. `require` and not `import`: a module that waits for nothing can itself be required, by tests that are CommonJS.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

const client = existsSync(new URL('../src/emulator/client.ts', import.meta.url))
  ? '../src/emulator/client.ts'
  : '../dist/emulator/client.js';

export const { EmulatorError, EmulatorHandle, startEmulator, v2 } = createRequire(import.meta.url)(client);
