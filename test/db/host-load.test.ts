import { expect, it } from 'vitest';
import { hostsOf } from '../../src/db/host-load.ts';

it.each([
  ['db1:27017', ['db1']],
  ['db1:27017/shop', ['db1']],
  ['db1:27017,db1:27018,db2:27017', ['db1', 'db2']],
  ['cluster.example', ['cluster.example']],
  ['[fe80::1]:27017', ['[fe80::1]']],
])('%s is on %j', (deployment, hosts) => {
  expect(hostsOf(deployment)).toEqual(hosts);
});
