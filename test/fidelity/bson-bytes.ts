/** BSON written byte by byte (https://bsonspec.org/spec.html), for what no driver writes: deprecated types, keys that occur twice, text that is no UTF-8. */

/** A document, or the value of an embedded one or of an array, of elements in this order. */
export function document(...elements: Buffer[]): Buffer {
  const made = Buffer.concat([Buffer.alloc(4), ...elements, Buffer.alloc(1)]);
  made.writeInt32LE(made.length, 0);
  return made;
}

export function element(type: number, name: string | Buffer, value: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from([type]), Buffer.from(name), Buffer.alloc(1), value]);
}

export function int32(value: number): Buffer {
  const made = Buffer.alloc(4);
  made.writeInt32LE(value);
  return made;
}

export function int64(value: bigint): Buffer {
  const made = Buffer.alloc(8);
  made.writeBigInt64LE(value);
  return made;
}

export function double(value: number): Buffer {
  const made = Buffer.alloc(8);
  made.writeDoubleLE(value);
  return made;
}

/** The value of a string, of code or of a symbol: length, bytes, zero. */
export function string(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([int32(bytes.length + 1), bytes, Buffer.alloc(1)]);
}

/** A string without its length: of keys and regular expressions. */
export function cstring(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

export function binary(subtype: number, bytes: Buffer): Buffer {
  return Buffer.concat([int32(bytes.length), Buffer.from([subtype]), bytes]);
}

/** Code with scope: a length that counts everything, the code, the scope. */
export function codeWithScope(code: string, scope: Buffer): Buffer {
  const text = string(code);
  return Buffer.concat([int32(4 + text.length + scope.length), text, scope]);
}

/** `{_id: id, ...elements}` */
export function named(id: string, ...elements: Buffer[]): Buffer {
  return document(element(2, '_id', string(id)), ...elements);
}
