import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { pathOf, resourceUrl } from '../../src/api/request-path.ts';

const asked = (url: string) => ({ raw: { url } as IncomingMessage });

it.each([
  ['/api/atlas/v2/groups?pageNum=1', '/api/atlas/v2/groups'],
  ['/api/atlas/v2/groups/', '/api/atlas/v2/groups/'],
  ['http://127.0.0.1:8080/api/atlas/v2/groups?pretty=true', '/api/atlas/v2/groups'],
  ['HTTPS://backup.example', '/'],
  ['/a/http://b/c', '/a/http://b/c'],
])('the path of %s is %s', (url, path) => {
  expect(pathOf(asked(url))).toBe(path);
});

it('a link names what was asked for in one way only', () => {
  for (const url of ['/api/atlas/v2/groups', '/api/atlas/v2/groups/?pageNum=1', 'http://127.0.0.1:8080/api/atlas/v2/groups'])
    expect(resourceUrl('https://backup.example', asked(url))).toBe('https://backup.example/api/atlas/v2/groups');
});
