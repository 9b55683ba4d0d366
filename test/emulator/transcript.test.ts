import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { Transcript } from '../../src/emulator/transcript.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const JSON_TYPE = 'application/json';

interface Asked {
  method?: string;
  url?: string;
  headers?: Record<string, string>;
  body?: unknown;
  answer?: unknown;
  answerHeaders?: Record<string, string>;
}

function written(...requests: Asked[]): string {
  const transcript = new Transcript(() => [['http://127.0.0.1:4711', 'http://emulator']]);
  for (const { method = 'POST', url = '/api/x', headers, body, answer, answerHeaders } of requests) {
    const asked = body === undefined ? null : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const request = { method, url, headers: { 'content-type': JSON_TYPE, ...headers } } as unknown as IncomingMessage;
    const sent = Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer ?? {}));
    transcript.add(NOW, request, asked, { status: 200, headers: { 'content-type': JSON_TYPE, ...answerHeaders }, body: sent }, null);
  }
  return JSON.stringify(transcript.entries);
}

it.each<[string, Asked]>([
  ['the path and the query of a webhook', { body: { url: 'https://user:hunter22@hooks.example/hunter22/x?key=hunter22' } }],
  ['the path of a webhook that is no URL', { body: { url: 'hooks.example/hunter22' } }],
  ['a password in a connection string', { body: { uri: 'mongodb://me:hunter22@h1,h2/?tls=true' } }],
  ['one with what should have been escaped', { body: { uri: 'mongodb+srv://me:a@b/hunter22?@h1/db' } }],
  ['one in capital letters', { body: { uri: 'MongoDB://me:hunter22@h1' } }],
  ['the options of one', { body: { uri: 'mongodb://h1/?authMechanismProperties=AWS_SESSION_TOKEN:hunter22' } }],
  ['one in a sentence', { answer: { detail: 'cannot reach "mongodb://me:hunter22@h1/" now' } }],
  ['one in a query', { url: `/api/x?uri=${encodeURIComponent('mongodb://me:hunter22@h1/')}` }],
  ['a token in a query', { url: '/api/x?a=1&access_token=hunter22&pretty=true' }],
  ['a password in an address of any kind', { body: { proxy: 'socks5://me:hunter22@h1:80' } }],
  ['a password and a new one', { body: { currentPassword: 'hunter22', newPassword: 'hunter22', password: 'hunter22' } }],
  ['a set-up token', { body: { token: 'hunter22' } }],
  ['secrets in a list', { answer: { secrets: [{ id: 'x', secret: 'hunter22' }], privateKey: 'hunter22', client_secret: 'hunter22' } }],
  ['a secret that is no text', { body: { password: { $ne: 'hunter22' }, token: ['hunter22'] } }],
  ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'client_secret=hunter22' }],
  ['a body of another type', { headers: { 'content-type': 'text/plain' }, body: '{"password":"hunter22"}' }],
  ['a body that is no JSON', { body: '{"password":"hunter22"' }],
  ['cookies', { headers: { cookie: 'lifeboat=hunter22' }, answerHeaders: { 'set-cookie': 'lifeboat=hunter22' } }],
  ['credentials', { headers: { authorization: 'Basic hunter22' } }],
  [
    'the link of a download',
    { answer: { deliveryUrl: ['http://127.0.0.1:4711/api/lifeboat/v1/downloads/0123456789abcdef01234567/hunter22'] } },
  ],
  ['a link that is followed', { method: 'GET', url: '/api/lifeboat/v1/downloads/0123456789abcdef01234567/hunter22?x=1' }],
  ['a link to which it is led', { answerHeaders: { location: 'https://me:hunter22@store.example/x' } }],
])('does not hold %s', (_what, asked) => {
  expect(written(asked)).not.toContain('hunter22');
});

it('does not hold a secret that is said again elsewhere', () => {
  const text = written(
    { body: { password: 'hunter22', url: 'https://h/hunter33' } },
    { answer: { detail: 'hunter22 is too short; https://h/hunter33 is not usable' } },
  );
  expect(text).not.toMatch(/hunter22|hunter33/);
});

it('says what is left of them', () => {
  const [entry] = JSON.parse(
    written({
      url: '/api/x?pretty=true&access_token=a&name=b%20c',
      body: { url: 'https://hooks.example:8443/T0/B0?x', uri: 'mongodb://me:pw@h1,h2/db?tls=true', name: 'a', size: 3 },
      answer: { self: 'http://127.0.0.1:4711/api/x', url: 'http://127.0.0.1:4711/api/y' },
    }),
  );
  expect(entry).toMatchObject({
    path: '/api/x?pretty=true&access_token=[removed]&name=b%20c',
    body: { url: 'https://hooks.example:8443/[removed]', uri: 'mongodb://[removed]@h1,h2/db?[removed]', name: 'a', size: 3 },
    answer: { self: 'http://emulator/api/x', url: 'http://emulator/api/y' },
  });
});

it('calls an object of the vault by a name that is the same each time, wherever it stands', () => {
  const chunk = (name: string, chance: string) => `chunks/${name}/${name.repeat(32)}-${chance.repeat(8)}`;
  const said = (...keys: string[]) =>
    written(
      { answer: { failure: { message: `${keys[0]}: another digest; ${keys[1]}: too short` } } },
      { answer: { damaged: [{ object: keys[1] }, { object: keys[0] }], at: `segments/0123456789abcdef01234567-${keys[2]}-000001` } },
    );
  const text = said(chunk('ab', '01'), chunk('cd', '02'), '0123456789abcdef');
  expect(said(chunk('fe', '03'), chunk('10', '04'), 'fedcba9876543210')).toBe(text);
  expect(JSON.parse(text)).toMatchObject([
    { answer: { failure: { message: 'chunks/[chunk 1]: another digest; chunks/[chunk 2]: too short' } } },
    {
      answer: {
        damaged: [{ object: 'chunks/[chunk 2]' }, { object: 'chunks/[chunk 1]' }],
        at: 'segments/0123456789abcdef01234567-[attempt]-000001',
      },
    },
  ]);
});

it('does not say what follows from keys of the vault, or how much room the disk of the machine has', () => {
  const text = (size: number) =>
    written({
      answer: { room: { logicalBytes: 5, leastBytes: size, freeBytes: size }, vault: { chunks: size, storedBytes: size, ratio: size } },
    });
  expect(text(4711)).toBe(text(815));
  expect(JSON.parse(text(1))[0].answer.room).toEqual({ logicalBytes: 5, leastBytes: 0, freeBytes: 0 });
});
