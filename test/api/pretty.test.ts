import { expect, it } from 'vitest';
import { writeJson } from '../../src/api/atlas/pretty.ts';

it('sorts keys at every depth and leaves out what has no value', () => {
  const value = { b: 1, a: null, d: [{ z: 'z', y: undefined, x: false }], c: { f: 0, e: '' } };
  expect(writeJson(value, false)).toBe('{"b":1,"c":{"e":"","f":0},"d":[{"x":false,"z":"z"}]}');
});

it('when pretty puts a space before the colon of a key, and changes no text that looks like one', () => {
  const text = writeJson({ 'a"b': 'x": y', list: ['"k": 1', '\n"k": 2'] }, true);
  expect(text).toBe('{\n  "a\\"b" : "x\\": y",\n  "list" : [\n    "\\"k\\": 1",\n    "\\n\\"k\\": 2"\n  ]\n}');
});
