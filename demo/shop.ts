import { Decimal128, type Document, Double, Int32, Long, ObjectId } from 'bson';
import type { MongoClient } from 'mongodb';

/**
 * The sample data: a shop as one meets it, in three databases, with the indexes such a shop has.
 * Made by a seeded generator: the same data each time, so that a run can be compared with another.
 */
export interface ShopCollection {
  database: string;
  name: string;
  documents: number;
  make(n: number, random: () => number): Document;
  indexes: { key: Document; name: string; unique?: boolean; sparse?: boolean; expireAfterSeconds?: number }[];
}

const YEAR_START = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
const CITIES = ['Amsterdam', 'Berlin', 'Copenhagen', 'Dublin', 'Lisbon', 'Madrid', 'Oslo', 'Paris', 'Vienna', 'Zürich'];
const KINDS = ['lamp', 'chair', 'desk', 'shelf', 'rug', 'mirror', 'clock', 'vase', 'blanket', 'cushion'];
const MATERIALS = ['oak', 'steel', 'linen', 'glass', 'wool', 'bamboo', 'marble', 'cork'];
const STATES = ['paid', 'packed', 'shipped', 'delivered', 'returned'];

const pick = <T>(from: readonly T[], random: () => number): T => from[Math.floor(random() * from.length)]!;
const day = (random: () => number) => new Date(YEAR_START + Math.floor(random() * 300 * DAY));

/** An ObjectId that depends on the collection and the number only. */
function id(collection: number, n: number): ObjectId {
  const seconds = Math.floor(YEAR_START / 1000) + n;
  return new ObjectId(seconds.toString(16).padStart(8, '0') + collection.toString(16).padStart(4, '0') + n.toString(16).padStart(12, '0'));
}

export const SHOP: ShopCollection[] = [
  {
    database: 'shop',
    name: 'customers',
    documents: 8000,
    make: (n, random) => ({
      _id: id(1, n),
      number: new Int32(100_000 + n),
      email: `customer-${100_000 + n}@example.com`,
      city: pick(CITIES, random),
      since: day(random),
      newsletter: random() < 0.4,
      ...(random() < 0.2 && { phone: `+31 20 555 ${String(n % 10_000).padStart(4, '0')}` }),
    }),
    indexes: [
      { key: { email: 1 }, name: 'email_1', unique: true },
      { key: { city: 1, since: -1 }, name: 'city_1_since_-1' },
      { key: { phone: 1 }, name: 'phone_1', sparse: true },
    ],
  },
  {
    database: 'shop',
    name: 'products',
    documents: 1200,
    make: (n, random) => {
      const [material, kind] = [pick(MATERIALS, random), pick(KINDS, random)];
      return {
        _id: `${material}-${kind}-${n}`,
        title: `${material[0]!.toUpperCase()}${material.slice(1)} ${kind}`,
        price: new Double(Math.round(random() * 40_000) / 100),
        tags: [material, kind],
        size: { width: new Int32(10 + Math.floor(random() * 190)), height: new Int32(10 + Math.floor(random() * 190)) },
      };
    },
    indexes: [{ key: { tags: 1, price: 1 }, name: 'tags_1_price_1' }],
  },
  {
    database: 'shop',
    name: 'orders',
    documents: 30_000,
    make: (n, random) => ({
      _id: id(3, n),
      customer: id(1, Math.floor(random() * 8000)),
      placed: day(random),
      state: pick(STATES, random),
      lines: Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({
        product: `${pick(MATERIALS, random)}-${pick(KINDS, random)}`,
        quantity: new Int32(1 + Math.floor(random() * 3)),
        price: new Double(Math.round(random() * 40_000) / 100),
      })),
      note: random() < 0.05 ? 'Please leave at the door.' : null,
    }),
    indexes: [
      { key: { customer: 1, placed: -1 }, name: 'customer_1_placed_-1' },
      { key: { state: 1 }, name: 'state_1' },
    ],
  },
  {
    database: 'shop',
    name: 'carts',
    documents: 2500,
    make: (n, random) => ({
      _id: id(4, n),
      customer: id(1, Math.floor(random() * 8000)),
      touched: day(random),
      items: new Int32(Math.floor(random() * 9)),
    }),
    indexes: [{ key: { touched: 1 }, name: 'touched_1' }],
  },
  {
    database: 'warehouse',
    name: 'stock',
    documents: 4800,
    make: (n, random) => ({
      _id: id(5, n),
      site: pick(CITIES, random),
      product: n % 1200,
      pieces: Long.fromNumber(Math.floor(random() * 500)),
      counted: day(random),
    }),
    indexes: [{ key: { site: 1, product: 1 }, name: 'site_1_product_1', unique: false }],
  },
  {
    database: 'analytics',
    name: 'page views',
    documents: 20_000,
    make: (n, random) => ({
      _id: id(6, n),
      at: day(random),
      path: `/${pick(KINDS, random)}/${Math.floor(random() * 1200)}`,
      milliseconds: new Int32(Math.floor(random() * 900)),
      agent: random() < 0.5 ? 'phone' : 'desktop',
    }),
    indexes: [{ key: { at: 1 }, name: 'at_1' }],
  },
];

/** Fills a deployment; answers how many documents there are. `decimals` where the server knows Decimal128. */
export async function loadShop(client: MongoClient, options: { decimals?: boolean } = {}): Promise<number> {
  let total = 0;
  for (const [seed, collection] of SHOP.entries()) {
    const random = generator(seed + 1);
    const target = client.db(collection.database).collection(collection.name);
    for (let start = 0; start < collection.documents; start += 5000) {
      const batch = Array.from({ length: Math.min(5000, collection.documents - start) }, (_, n) => {
        const document = collection.make(start + n, random);
        if (options.decimals && 'price' in document) document.price = Decimal128.fromString(String(document.price));
        return document;
      });
      await target.insertMany(batch as never);
    }
    await target.createIndexes(collection.indexes as never);
    total += collection.documents;
  }
  return total;
}

/** A linear congruential generator with the constants of Numerical Recipes; its high bits are random enough for sample data. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
