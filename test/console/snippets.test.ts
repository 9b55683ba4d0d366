import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { type ApiCall, atlasCliOf, curlOf, goSdkOf, lifeboatCliOf } from '../../src/console/snippets.ts';

const call: ApiCall = {
  title: 'Take it',
  method: 'POST',
  path: "/api/lifeboat/v1/projects/p/it's",
  body: { note: "it's $HOME" },
  lifeboat: 'snapshots take shop',
};

it('writes a call for a shell such that it arrives as it is meant', () => {
  const text = curlOf('http://127.0.0.1:8080', call).replace(/^curl/, "printf '%s\\n'");
  const words = execFileSync('sh', ['-c', text], { encoding: 'utf8', env: { PUBLIC_KEY: 'public', PRIVATE_KEY: 'private' } })
    .trim()
    .split('\n');
  expect(words).toEqual([
    '--digest',
    '--user',
    'public:private',
    '--header',
    'Accept: application/json',
    '--request',
    'POST',
    '--header',
    'Content-Type: application/json',
    '--data',
    JSON.stringify(call.body),
    "http://127.0.0.1:8080/api/lifeboat/v1/projects/p/it's",
  ]);
});

it('asks for a version of v2, and names the commands that do the same', () => {
  const listed: ApiCall = {
    title: 'List',
    method: 'GET',
    path: '/api/atlas/v2/groups',
    atlas: 'projects list',
    sdk: 'ProjectsApi.ListProjects(ctx).Execute()',
  };
  expect(curlOf('http://h', listed)).toContain('Accept: application/vnd.atlas.2025-03-12+json');
  expect(atlasCliOf('http://h', listed)).toBe("MONGODB_ATLAS_OPS_MANAGER_URL='http://h/' atlas projects list");
  expect(goSdkOf('http://h', listed)).toContain('client.ProjectsApi.ListProjects(ctx).Execute()');
  expect(lifeboatCliOf(call)).toBe('npx lifeboat snapshots take shop');
  expect([atlasCliOf('http://h', call), goSdkOf('http://h', call), lifeboatCliOf(listed)]).toEqual([null, null, null]);
});
