import { expect, it } from 'vitest';
import { remoteAddressOf } from '../../src/api/remote-address.ts';

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:51234', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8::1', '2001:db8:0:0:0:0:0:1'],
  ['[2001:db8::1]', '2001:db8:0:0:0:0:0:1'],
  ['[2001:db8::1]:51234', '2001:db8:0:0:0:0:0:1'],
  ['[::ffff:203.0.113.7]:80', '203.0.113.7'],
  ['203.0.113.7:', 'unknown'],
  ['203.0.113.7:x', 'unknown'],
  ['203.0.113:80', 'unknown'],
  ['[203.0.113.7', 'unknown'],
  ['0x7f.1', 'unknown'],
  ['unknown', 'unknown'],
  ['', 'unknown'],
])('an address that a proxy wrote as %s is %s', (ip, address) => {
  expect(remoteAddressOf({ ip })).toBe(address);
});
