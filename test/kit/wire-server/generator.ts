import { ObjectId, serialize } from 'bson';
import { Collection } from './data.ts';

export interface Generated {
  /** In all, about. */
  bytes: number;
  documentBytes: number;
  /** How many collections they are spread over. */
  collections: number;
  /** A range that is left out, as shares of a collection: `[0.4, 0.41]` is 1 %. */
  deleted?: [number, number];
  /** After so many bytes of a collection its documents repeat with other `_id`s, made when they are sent: the server keeps no more than this. */
  distinctBytes?: number;
}

const BLOCK_BYTES = 4 * 1024 * 1024;
const WORDS =
  `anchor amber basket bottle brass candle canvas ceramic chair cotton copper cushion desk drawer enamel fabric felt frame garden glass
  handle iron jacket kettle lamp leather linen marble mirror oak paper pillow pine plate pocket rope shelf silk silver spoon stone table teak
  towel tray velvet walnut wicker wool zinc`.split(/\s+/);
const CITIES = ['Amsterdam', 'Berlin', 'Copenhagen', 'Dublin', 'Genoa', 'Lisbon', 'Lyon', 'Malmo', 'Porto', 'Vienna'];
const STATES = ['placed', 'paid', 'packed', 'shipped', 'delivered', 'returned'];

/** Orders of a shop: the same for the same numbers, in the order of their `_id`; gzip takes about two thirds off. */
export function generateShop({ bytes, collections, ...more }: Generated): Map<string, Collection> {
  const made = new Map<string, Collection>();
  for (let n = 0; n < collections; n++) {
    made.set(collections === 1 ? 'orders' : `orders${n + 1}`, generateOrders({ ...more, bytes: bytes / collections }, n + 1));
  }
  return made;
}

function generateOrders(o: Omit<Generated, 'collections'>, seed: number): Collection {
  const { documentBytes, deleted: [deletedFrom, deletedTo] = [1, 1], distinctBytes = o.bytes } = o;
  const bytes = Math.min(o.bytes, distinctBytes);
  const collection = new Collection();
  const random = randomNumbers(seed);
  const bare = average(200, () => serialize(order(0, random, 0)).length);
  const note = Math.max(0, documentBytes - bare);
  let block: Uint8Array[] = [];
  let filled = 0;
  let total = 0;
  for (let n = 0; total < bytes; n++) {
    const document = serialize(order(n, random, Math.round(note * (0.5 + random(1000) / 1000))));
    const isDeleted = total >= deletedFrom * bytes && total < deletedTo * bytes;
    if (!isDeleted) block.push(document);
    filled += document.length;
    total += document.length;
    if (filled < BLOCK_BYTES && total < bytes) continue;
    collection.add(Buffer.concat(block));
    block = [];
    filled = 0;
  }
  const distinct = [...collection.blocks];
  for (let turn = 1; o.bytes > bytes && collection.bytes < o.bytes; turn++) for (const one of distinct) collection.addRepeated(one, turn);
  return collection;
}

function order(n: number, random: (below: number) => number, noteLength: number) {
  const one = (list: readonly string[]) => list[random(list.length)]!;
  const id = Buffer.alloc(12);
  id.writeUInt32BE(0x66000000 + Math.floor(n / 50), 0);
  id.writeUInt32BE(0x5eaf00d0, 4);
  id.writeUInt32BE(n, 8);
  let note = '';
  while (note.length < noteLength) note += `${one(WORDS)} `;
  return {
    _id: new ObjectId(id),
    sku: `${one(WORDS)}-${random(0xffffff).toString(36)}`,
    customer: random(1_000_000),
    city: one(CITIES),
    state: one(STATES),
    price: random(100_000) / 100,
    quantity: 1 + random(9),
    placedAt: new Date(1_700_000_000_000 + n * 1000 + random(1000)),
    note: note.slice(0, noteLength),
  };
}

function average(times: number, value: () => number): number {
  let sum = 0;
  for (let n = 0; n < times; n++) sum += value();
  return sum / times;
}

/** Mulberry32. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed * 0x9e3779b9;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
