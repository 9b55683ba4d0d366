import { expect, it } from 'vitest';
import { isSameDeployment } from '../../src/engine/same-deployment.ts';

it.each([
  ['a:1', 'a:1', true],
  ['a:1', 'a:2', false],
  ['a:1', 'a:11', false],
  ['a:1,b:1', 'b:1,c:1', true],
  ['a:1,b:1', 'c:1,d:1', false],
  ['a:1/shop', 'a:1/shop', true],
  ['a:1/shop', 'a:1/copy', false],
  ['a:1/shop', 'a:1', false],
])('of %s and %s says %s', (one, other, isSame) => {
  expect(isSameDeployment(one, other)).toBe(isSame);
  expect(isSameDeployment(other, one)).toBe(isSame);
});
