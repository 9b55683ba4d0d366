import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { goTool, pythonWith } from '../../scripts/build-tools.ts';
import { readDockerfile, wordsOf } from '../kit/dockerfile.ts';
import { freePort } from '../kit/free-port.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'src/cli/main.ts');
const run = promisify(execFile);

let mongo: MongoServer;
let scratch: string;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'lifeboat-examples-'));
  // The quickest.
  mongo = await startMongo('mongo-java-server');
  const kept = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS|TEST|PYTEST|LIFEBOAT)/.test(name));
  const command = { LIFEBOAT_COMMAND: `${process.execPath} ${MAIN}`, MONGODB_URI: mongo.uri };
  environment = { ...Object.fromEntries(kept), ...command, NO_COLOR: '1', PYTHONDONTWRITEBYTECODE: '1' };
});
afterAll(async () => {
  await mongo?.stop();
  await rm(scratch, { recursive: true, force: true });
});

/** Runs an example as its user does, and answers what it printed; it leaves nothing in its folder. */
async function example(folder: string, program: string, ...words: string[]): Promise<string> {
  const cwd = resolve(ROOT, 'examples/emulator', folder);
  const { stdout, stderr } = await run(program, words, { cwd, env: environment }).catch((error) => error);
  return `${stdout}${stderr}`;
}

describe('the examples for', () => {
  it('vitest pass: ten nights in under 20 s, failures, a reconcile loop', async () => {
    const said = await example('.', process.execPath, resolve(ROOT, 'node_modules/vitest/vitest.mjs'), 'run');
    expect(said).toMatch(/Tests +3 passed \(3\)/);
  });

  it("pytest and Go pass: restores through a 429 with Retry-After and jobs that fail, with MongoDB's Go SDK for Atlas", async () => {
    const [python, go] = await Promise.all([
      example('python', await pythonWith('pytest'), '-m', 'pytest', '-p', 'no:cacheprovider'),
      example('go', await goTool('emulator-example'), '-test.v'),
    ]);
    expect(python).toMatch(/ 4 passed in /);
    expect(go.match(/--- PASS: [^ ]+/g)).toHaveLength(5);
    expect(go).toMatch(/^PASS$/m);
  });
});

/** What it printed first, and itself, to be ended by a signal. */
async function started(words: readonly string[], env: NodeJS.ProcessEnv): Promise<{ identity: { baseUrl: string }; child: ChildProcess }> {
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await createInterface(child.stdout!)
    [Symbol.asyncIterator]()
    .next()
    .then(({ value }) => [value as string]);
  return { identity: JSON.parse(line!), child };
}

describe('the image', () => {
  const image = readDockerfile('examples/emulator/Dockerfile');
  const base = readDockerfile();
  const here = (words: string[]) => words.map((word) => word.replaceAll('/opt/lifeboat', ROOT));

  it("stands on the repository's own, keeps what the first start makes, and is an emulator that says that it is well and ends by a signal", async () => {
    expect(image.find(({ word }) => word === 'FROM')!.rest).toBe('lifeboat');
    const prepare = JSON.parse(image.find(({ word }) => word === 'RUN')!.rest) as string[];
    const words = here(JSON.parse(image.find(({ word }) => word === 'ENTRYPOINT')!.rest));
    expect(wordsOf(base, 'ENTRYPOINT')).toEqual(JSON.parse(image.find(({ word }) => word === 'ENTRYPOINT')!.rest).slice(0, 2));
    const env = { ...environment, XDG_CACHE_HOME: join(scratch, 'cache') };
    await run(
      process.execPath,
      here(prepare)
        .slice(1)
        .map((word) => word.replaceAll('/tmp/first', join(scratch, 'first'))),
      { env },
    );
    const [kept, ...others] = await readdir(join(scratch, 'cache/lifeboat'));
    expect([existsSync(join(scratch, 'cache/lifeboat', kept!, 'data/PG_VERSION')), others, existsSync(join(scratch, 'first'))]).toEqual([
      true,
      [],
      false,
    ]);

    const port = await freePort();
    const { identity, child } = await started(
      words.slice(1).map((word) => word.replace('0.0.0.0:8080', `127.0.0.1:${port}`)),
      env,
    );
    const ended = new Promise((resolve) => child.once('exit', resolve));
    expect(identity.baseUrl).toBe('http://localhost:8080');
    // The health check of the image beneath.
    const [program, ...check] = wordsOf(base, 'HEALTHCHECK');
    expect(program).toBe('node');
    await run(
      process.execPath,
      check.map((word) => word.replace(':8080', `:${port}`)),
    );
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});

interface Step {
  name?: string;
  uses?: string;
  run?: string;
  if?: string;
}

describe('the workflow for GitHub Actions', () => {
  it('has steps of pinned actions and of commands that work, one after the other', async () => {
    const { jobs, on } = parse(await readFile('examples/emulator/github-actions.yml', 'utf8'));
    expect(on).toEqual(['push', 'pull_request']);
    const steps = jobs.test.steps as Step[];
    expect(steps.filter(({ uses, run: commands }) => (uses === undefined) === (commands === undefined))).toEqual([]);
    expect(steps.filter(({ uses }) => uses !== undefined && !/^actions\/[a-z-]+@v\d+$/.test(uses))).toEqual([]);
    expect(jobs.test.services.mongo.image).toMatch(/^mongo:\d+\.\d+$/);

    // Those that need an emulator, as the runner does it: each in a shell of its own, with what an earlier one has put into the environment.
    const [file, bin] = [join(scratch, 'environment'), join(scratch, 'npx')];
    await writeFile(file, '');
    await writeFile(bin, `#!/bin/sh\nshift\nexec "${process.execPath}" "${MAIN}" "$@"\n`, { mode: 0o755 });
    const first = { ...environment, PATH: `${scratch}:${environment.PATH}`, GITHUB_ENV: file };
    const shell = async ({ run: commands }: Step) => {
      const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
      const put = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
      // What goes on in the background does not hold the step up.
      await writeFile(join(scratch, 'step.sh'), commands!);
      const output = join(scratch, 'output');
      await run('bash', ['-c', `bash -e -o pipefail step.sh < /dev/null > output 2>&1`], { cwd: scratch, env: { ...first, ...put } }).catch(
        async () => {
          throw new Error(await readFile(output, 'utf8'));
        },
      );
      return readFile(output, 'utf8');
    };
    const [start, ask, show] = steps.slice(steps.findIndex(({ name }) => name === 'Start an emulator'));
    await shell(start!);
    const { pid } = JSON.parse(await readFile(join(scratch, 'emulator.json'), 'utf8'));
    try {
      expect(JSON.parse(await shell(ask!))).toMatchObject({ results: [], totalCount: 0 });
      expect(show!.if).toBe('failure()');
      expect(JSON.parse(await shell(show!)).entries.at(-1)).toMatchObject({ method: 'GET', status: 200 });
    } finally {
      process.kill(pid, 'SIGTERM');
    }
    await expect.poll(() => isThere(pid), { timeout: 20_000 }).toBe(false);
  });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
