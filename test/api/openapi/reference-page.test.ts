import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { REFERENCE_POLICY, referencePage } from '../../../src/api/openapi/reference-page.ts';
import { SERVED } from '../../kit/served-document.ts';

const page = referencePage(SERVED);

describe('the reference page', () => {
  it('has every operation and every schema, and leads only to what is on it or served', () => {
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!));
    const operations = Object.values(SERVED.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    const expected = [...operations, ...Object.keys(SERVED.components.schemas).map((name) => `schema-${name}`)];
    expect(expected.filter((id) => !ids.has(id))).toEqual([]);
    const links = [...page.matchAll(/href="([^"]+)"/g)].map(([, link]) => link!);
    expect([...new Set(links.filter((link) => !link.startsWith('#')))]).toEqual(['/api/openapi.json']);
    expect(links.filter((link) => link.startsWith('#') && !ids.has(link.slice(1)))).toEqual([]);
  });

  it('loads nothing and runs nothing, and its policy lets its one style through', () => {
    expect(page).not.toMatch(/<script|<link|<img|\ssrc=|\son[a-z]+=|\sstyle=|@import|url\(/);
    const [, style] = /<style>(.*?)<\/style>/s.exec(page)!;
    expect(REFERENCE_POLICY).toContain(`style-src 'sha256-${createHash('sha256').update(style!).digest('base64')}'`);
    expect(REFERENCE_POLICY).toMatch(/^default-src 'none'/);
  });

  it('shows text as text', () => {
    const operation = { operationId: 'a', summary: '<b onclick="x">&', tags: ['<i>'], responses: {} };
    const odd = referencePage({ ...SERVED, paths: { '/<p>': { get: operation } } });
    expect(odd).toContain('&lt;b onclick=&quot;x&quot;&gt;&amp;');
    expect(odd).not.toContain('<i>');
    expect(odd).not.toContain('/<p>');
  });
});
