import { expect, it } from 'vitest';
import { verdictOf } from '../../scripts/audit-verdict.ts';

const answer = (counts: Record<string, number>, vulnerabilities = {}) =>
  JSON.stringify({ vulnerabilities, metadata: { vulnerabilities: counts } });

it('refuses high and critical advisories, and names them', () => {
  const via = [{ title: 'Prototype pollution', url: 'https://example/1' }, 'other'];
  const found = verdictOf(answer({ low: 0, high: 1, critical: 0, total: 1 }, { thing: { severity: 'high', via } }));
  expect(found).toEqual({
    is: 'vulnerable',
    lines: ['high      thing: Prototype pollution (https://example/1); through other', 'advisories: 1 high'],
  });
  expect(verdictOf(answer({ critical: 2 })).is).toBe('vulnerable');
});

it('lets lower ones pass, and tells them', () => {
  expect(verdictOf(answer({ info: 0, low: 2, moderate: 1, high: 0, critical: 0, total: 3 }))).toEqual({
    is: 'sound',
    lines: ['advisories: 2 low, 1 moderate'],
  });
  expect(verdictOf(answer({ low: 0, total: 0 }))).toEqual({ is: 'sound', lines: ['advisories: none'] });
});

it.each([
  ['{"message":"405 Method Not Allowed - POST","statusCode":405,"error":{"summary":""}}', '405 Method Not Allowed'],
  ['{"error":{"code":"ENOLOCK","summary":"no lock"}}', 'no lock'],
  ['', 'no answer'],
  ['<html>', 'no answer'],
])('claims nothing where the registry does not answer: %j', (output, why) => {
  const { is, lines } = verdictOf(output);
  expect(is).toBe('unanswered');
  expect(lines[0]).toContain('NOT AUDITED');
  expect(lines[0]).toContain(why);
});
