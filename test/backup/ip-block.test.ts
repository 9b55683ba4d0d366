import { describe, expect, it } from 'vitest';
import { addressOf, canonicalAddress, canonicalBlock, contains } from '../../src/backup/ip-block.ts';

describe('an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['2001:DB8::1', '2001:db8:0:0:0:0:0:1'],
    ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:1'],
  ])('%s is %s', (text, canonical) => expect(canonicalAddress(text)).toBe(canonical));

  it.each(['', 'unknown', '1.2.3', '127.1', '0x7f.0.0.1', '1.2.3.04', '999.1.1.1', '1.2.3.4 ', '192.0.2.1/32', ':::'])(
    '%j is none',
    (text) => expect(canonicalAddress(text)).toBeNull(),
  );
});

describe('a block', () => {
  it.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['192.0.2.1', '192.0.2.1/32'],
    ['2001:db8::5/32', '2001:db8:0:0:0:0:0:0/32'],
    ['::1', '0:0:0:0:0:0:0:1/128'],
    ['0.0.0.0/0', '0.0.0.0/0'],
  ])('%s is %s', (text, canonical) => expect(canonicalBlock(text)).toBe(canonical));

  it.each(['10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/', '10.0.0.0/8/8', '::1/129', 'x/8', '10.0.0.0/ 8'])('%j is none', (text) =>
    expect(canonicalBlock(text)).toBeNull(),
  );

  it('holds its own addresses, and none of the other family', () => {
    expect(contains('10.0.0.0/8', '10.255.0.1')).toBe(true);
    expect(contains('10.0.0.0/8', '11.0.0.1')).toBe(false);
    expect(contains('0.0.0.0/0', '0:0:0:0:0:0:0:1')).toBe(false);
    expect(contains('0:0:0:0:0:0:0:0/0', '192.0.2.1')).toBe(false);
    expect(contains('0.0.0.0/0', 'unknown')).toBe(false);
  });

  it('names its address when it holds one alone', () => {
    expect([addressOf('192.0.2.1/32'), addressOf('0:0:0:0:0:0:0:1/128'), addressOf('10.0.0.0/8'), addressOf('1:0:0:0:0:0:0:0/32')]).toEqual(
      ['192.0.2.1', '0:0:0:0:0:0:0:1', null, null],
    );
  });
});
