import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pythonWith } from '../../scripts/build-tools.ts';
import { addRestoreRow, addSnapshotRow, type RunningApi, startApi } from '../kit/api.ts';
import { goToken } from '../kit/go-transport.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';

const CONFIG = resolve(import.meta.dirname, 'schemathesis.toml');

/** Not that every request which fits the schema is accepted: what is there decides too. Nor that a wrong query is refused: Atlas ignores what it does not know. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'allow_header_conformance',
];

let api: RunningApi;
let mongo: MongoServer;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  mongo = await startMongo('ferretdb');
  api = await startApi({ LIFEBOAT_DATABASE_SERVER: mongo.uri });
  const { organizationId: org, projectId: group } = api.first;
  const v2 = { version: '2024-08-05' };
  const cluster = async (name: string, tier: string) =>
    (await api.ask('POST', `/api/lifeboat/v1/projects/${group}/clusters`, { body: { name, uri: mongo.uri, tier } })).body as {
      id: string;
      name: string;
      mongodbVersion: string;
    };
  const account = async (place: string, roles: string[]) => {
    const body = { name: 'fuzz', description: 'Fuzz', roles, secretExpiresAfterHours: 8 };
    const { clientId, secrets } = (await api.ask('POST', `/api/atlas/v2/${place}/serviceAccounts`, { ...v2, body })).body;
    return { clientId, secret: secrets[0].secret };
  };
  const [shop, big] = [await cluster('shop', 'FLEX'), await cluster('big', 'M10')];
  await cluster('victim', 'M10');
  await cluster('flex-victim', 'FLEX');
  const snapshot = (of: typeof shop) => addSnapshotRow(api, of, of.mongodbVersion);
  const ofShop = await snapshot(shop);
  const ofBig = await snapshot(big);
  const key = await api.ask('POST', `/api/atlas/v2/orgs/${org}/apiKeys`, { ...v2, body: { desc: 'victim', roles: ['ORG_MEMBER'] } });
  environment = {
    ...process.env,
    TOKEN: (await goToken(api.url, await account(`orgs/${org}`, ['ORG_OWNER']), 'schemathesis')).token,
    ORG: org,
    GROUP: group,
    KEY: key.body.id,
    ACCOUNT: (await account(`groups/${group}`, ['GROUP_READ_ONLY'])).clientId,
    SNAPSHOT: ofShop,
    RESTORE: await addRestoreRow(api, shop, ofShop),
    BIG_SNAPSHOT: ofBig,
    BIG_RESTORE: await addRestoreRow(api, big, ofBig),
    VICTIM_SNAPSHOT: await snapshot(big),
  };
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await mongo?.stop();
});

it('Schemathesis finds no server error, no undocumented status or code, no answer that breaks its schema', async () => {
  const python = await pythonWith('schemathesis');
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-schemathesis-'));
  const words = ['-m', 'schemathesis.cli', '--config-file', CONFIG, 'run', `${api.url}/api/openapi.json`];
  const checks = ['--checks', CHECKS.join(',')];
  // Few, so that it is over in half a minute; more of them with another seed find more.
  const { SCHEMATHESIS_EXAMPLES = '2', SCHEMATHESIS_SEED = '1' } = process.env;
  // The snapshots here are rows alone: what reads the vault finds nothing there, and says so. The stream does not end.
  const others = ['--exclude-path-regex', '/(stream|collections|snapshots/[^/]*/downloads)$'];
  const more = ['--phases', 'fuzzing', '--max-examples', SCHEMATHESIS_EXAMPLES, '--seed', SCHEMATHESIS_SEED, '--workers', '2'];
  const { code, output } = await new Promise<{ code: unknown; output: string }>((done) =>
    execFile(
      python,
      [...words, ...checks, ...others, ...more, '--no-color'],
      { cwd: folder, env: environment, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => done({ code: error ? error.code : 0, output: stdout + stderr }),
    ),
  );
  await rm(folder, { recursive: true, force: true });
  expect(code, output).toBe(0);
}, 600_000);
