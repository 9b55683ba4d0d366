#!/usr/bin/env node
// The command, for a checkout and for what npm installs. A checkout runs its sources as they are. A package has none: Node strips no types below node_modules, so `npm pack` compiles them.
import { existsSync } from 'node:fs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`Lifeboat needs Node 22.18 or later; this is ${process.versions.node}.\n`);
  process.exit(1);
}
await import(existsSync(new URL('../src/cli/main.ts', import.meta.url)) ? '../src/cli/main.ts' : '../dist/cli/main.js');
