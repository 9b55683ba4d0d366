import { describe, expect, it } from 'vitest';
import { bytesText, codeParts, counted, durationText, percentDone, relativeText, timeText, utcText } from '../../src/console/format.ts';

describe('amounts', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [1024 ** 2 - 1, '1 MiB'],
    [123_456_789, '118 MiB'],
    [5 * 1024 ** 5, '5 PiB'],
    [3000 * 1024 ** 5, '3000 PiB'],
  ])('writes %d bytes as %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

  it('counts in the singular and the plural', () => {
    expect([counted(0, 'job'), counted(1, 'job'), counted(1234, 'job'), counted(2, 'entry', 'entries')]).toEqual([
      '0 jobs',
      '1 job',
      '1,234 jobs',
      '2 entries',
    ]);
  });

  it('knows how far a job is only where it knows how much there is', () => {
    expect(percentDone({ bytes: 50, totalBytes: 200 })).toBe(25);
    expect(percentDone({ documents: 199, totalDocuments: 200 })).toBe(99);
    expect(percentDone({ documents: 300, totalDocuments: 200 })).toBe(100);
    expect(percentDone({ documents: 3 })).toBe(null);
    expect(percentDone(undefined)).toBe(null);
  });
});

describe('times', () => {
  it.each([
    [0, '0 s'],
    [0.44, '0.4 s'],
    [59.6, '1 min'],
    [200, '3 min 20 s'],
    [7500, '2 h 5 min'],
    [273_600, '3 d 4 h'],
  ])('writes %d seconds as %s', (seconds, text) => expect(durationText(seconds)).toBe(text));

  it.each([
    [-10, 'just now'],
    [30, 'in a moment'],
    [-240, '4 min ago'],
    [7200, 'in 2 h'],
    [-3580, '1 h ago'],
    [-259_200, '3 d ago'],
  ])('writes %d seconds from now as %s', (seconds, text) => {
    const now = new Date('2026-03-01T12:00:00Z');
    expect(relativeText(new Date(now.getTime() + seconds * 1000), now)).toBe(text);
  });

  it('writes a time in the zone of the reader and in UTC', () => {
    const at = new Date('2026-03-01T23:30:05.500Z');
    expect(timeText(at, { timeZone: 'Asia/Tokyo' })).toBe('Mar 2, 2026, 08:30');
    expect(timeText(at, { timeZone: 'UTC', seconds: true })).toBe('Mar 1, 2026, 23:30:05');
    expect(utcText(at)).toBe('2026-03-01 23:30:05 UTC');
  });
});

it('takes what is to be typed out of a text', () => {
  const shown = (text: string) => codeParts(text).map(({ text: part, isCode }) => (isCode ? `<${part}>` : part));
  expect(shown('Run `npx lifeboat repair`, then `gc`.')).toEqual(['Run ', '<npx lifeboat repair>', ', then ', '<gc>', '.']);
  expect(shown('`a`')).toEqual(['<a>']);
  for (const plain of ['one ` only', 'and `` none']) expect(shown(plain)).toEqual([plain]);
});
