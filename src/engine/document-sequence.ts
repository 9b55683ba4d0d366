import { createRequire } from 'node:module';

/**
 * The one file that touches an internal of the driver: an OP_MSG document sequence (its section of kind 1) made of bytes that are already BSON.
 * The driver writes whatever Buffers a sequence holds, so one Buffer of many documents goes out without being decoded or split.
 * The internal may change with any release: `package.json` pins the driver, `test/engine/document-sequence.test.ts` fails when the pin or the
 * internal moves, and a driver that has it no longer makes {@link documentSequence} answer null (the writer then sends decoded documents).
 */
interface Sequence {
  push(document: object, bytes: Buffer): number;
}

/** The driver's release that this was tried with. */
export const TRIED_DRIVER = '7.9.0';

const SequenceClass = loadSequenceClass();

function loadSequenceClass(): (new (field: string) => Sequence) | null {
  const require = createRequire(import.meta.url);
  try {
    const { version } = require('mongodb/package.json') as { version: string };
    const { DocumentSequence } = require('mongodb/lib/cmap/commands') as { DocumentSequence?: new (field: string) => Sequence };
    return version === TRIED_DRIVER && typeof DocumentSequence === 'function' ? DocumentSequence : null;
  } catch {
    return null;
  }
}

/** The value of a command's field `field` that is sent as the documents in `bytes`, back to back; null when the driver is another one. */
export function documentSequence(field: string, bytes: Buffer): object | null {
  if (!SequenceClass) return null;
  const sequence = new SequenceClass(field);
  // The driver keeps the documents only to log commands, which is off.
  sequence.push({}, bytes);
  return sequence;
}
