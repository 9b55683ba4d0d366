import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { blocksOf } from './doc-blocks.ts';

/** The pages with commands that are run, in this order, against one installation. The guide ends with its vault in other hands. */
export const RUN_PAGES = [
  'README.md',
  'docs/access.md',
  'docs/schedules.md',
  'docs/deployments.md',
  'docs/clients.md',
  'docs/webhooks.md',
  'docs/recovery.md',
  'docs/guide.md',
];

const MAIN = resolve(import.meta.dirname, '../../src/cli/main.ts');

/** What a page says, with the addresses and ids of this installation in the place of the reader's. */
export type Substitution = readonly [from: string | RegExp, to: string];

/** One script of all commands of a page that are not marked; each block says where it stands before it runs. */
export function scriptOf(page: string, substitutions: readonly Substitution[]): { script: string; unused: Substitution[] } {
  let text = blocksOf(page)
    .filter(({ language, needs }) => language === 'sh' && needs === null)
    .map((block) => `echo '## ${page}:${block.line}' >&2\n${block.text}`)
    .join('\n');
  const unused: Substitution[] = [];
  for (const one of substitutions) {
    const before = text;
    text = text.replaceAll(one[0] instanceof RegExp ? new RegExp(one[0].source, 'g') : one[0], one[1]);
    if (text === before) unused.push(one);
  }
  // A request that is refused is a command that failed, also where the page lets curl print the refusal.
  const curl = 'curl() { command curl --fail-with-body --silent --show-error "$@"; }';
  return { script: `set -euo pipefail\n${curl}\n${text}`, unused };
}

/** `npx lifeboat` of this checkout, and as much of `jq` as the pages use: not every machine has it. */
export async function makeTools(folder: string): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  // What serves is there already: the page is right when it answers.
  const npx = `#!/bin/sh
shift
if [ "$1" = serve ]; then exec curl --silent --fail --output /dev/null "$SERVED_AT/healthz"; fi
exec "${process.execPath}" "${MAIN}" "$@"
`;
  const jq = `#!${process.execPath}
const { readFileSync } = require('node:fs');
const [filter, file] = process.argv.slice(2).filter((word) => word !== '-r');
let value = JSON.parse(readFileSync(file ?? 0, 'utf8'));
let rest = filter;
const selected = /^\\[\\.\\[\\] \\| select\\(\\.(\\w+) == "(\\w+)"\\)\\](.*)$/.exec(filter);
if (selected) {
  value = value.filter((one) => one[selected[1]] === selected[2]);
  rest = selected[3];
}
if (!/^(\\.\\w+|\\.?\\[-?\\d+\\])+$/.test(rest)) throw new Error('jq of the test does not know ' + filter);
for (const [, name, place] of rest.matchAll(/\\.(\\w+)|\\[(-?\\d+)\\]/g)) value = name ? value?.[name] : value?.at(Number(place));
console.log(typeof value === 'string' ? value : JSON.stringify(value ?? null));
`;
  for (const [name, text] of Object.entries({ npx, jq })) {
    await writeFile(join(bin, name), text);
    await chmod(join(bin, name), 0o755);
  }
  return bin;
}

export interface ScriptResult {
  code: number;
  stdout: string;
  stderr: string;
}

export function runScript(script: string, o: { cwd: string; env: NodeJS.ProcessEnv }): Promise<ScriptResult> {
  return new Promise((done) => {
    execFile('bash', ['-c', script], { ...o, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
    });
  });
}
