import { createHash, randomBytes } from 'node:crypto';

/** 24 lower-case hexadecimal digits; the first eight are the creation time in seconds (BSON ObjectId), as Atlas' ids are. */
export type Id = string;

const ID = /^[a-f0-9]{24}$/;
let processPart = randomBytes(5).toString('hex');
let counter = randomBytes(3).readUIntBE(0, 3);

export function isId(text: string): text is Id {
  return ID.test(text);
}

/** A new id whose timestamp is `createdAt`; ids made in one process in the same second sort in the order they were made (but once in 16 million, when the counter wraps). */
export function newId(createdAt: Date): Id {
  counter = (counter + 1) & 0xffffff;
  const seconds = Math.floor(createdAt.getTime() / 1000) >>> 0;
  return seconds.toString(16).padStart(8, '0') + processPart + counter.toString(16).padStart(6, '0');
}

/** From here on the ids of this process follow from the seed and from how many were made: for the emulator, whose answers are the same each time. */
export function seedIds(seed: string): void {
  processPart = createHash('sha256').update(seed).digest('hex').slice(0, 10);
  counter = 0;
}

/** Where the sequence of ids is, and how another begins there: a state of an emulator goes on with the ids that would have come. */
export function idSequence(): { processPart: string; counter: number } {
  return { processPart, counter };
}

export function continueIds(sequence: { processPart: string; counter: number }): void {
  processPart = sequence.processPart;
  counter = sequence.counter;
}
