import { MongoClient } from 'mongodb';

/** A few collections in two databases with indexes and odd names: enough to see a mistake, small enough to load in a moment. */
export async function fillSmallShop(uri: string, scale = 1): Promise<void> {
  const client = new MongoClient(uri);
  const make = (count: number, text: string) =>
    Array.from({ length: count }, (_, n) => ({ _id: `${text}-${n}` as never, n, text: text.repeat(10), at: new Date(n * 1000) }));
  try {
    const shop = client.db('shop');
    await shop.collection('orders').insertMany(make(2000 * scale, 'order'));
    await shop.collection('orders').createIndex({ n: 1 }, { unique: true, name: 'by number' });
    await shop.collection('orders').createIndex({ text: 1, n: -1 });
    await shop.collection('page views+100%').insertMany(make(300 * scale, 'view'));
    await shop.createCollection('empty');
    await client
      .db('warehouse')
      .collection('stock')
      .insertMany(make(500 * scale, 'piece'));
  } finally {
    await client.close();
  }
}

/** What stands at a target before a restore: partly the same names, partly others. */
export async function fillOldData(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    await client
      .db('shop')
      .collection('orders')
      .insertMany(Array.from({ length: 50 }, (_, n) => ({ _id: n as never, old: true })));
    await client
      .db('shop')
      .collection('gone')
      .insertOne({ _id: 1 as never });
    await client
      .db('attic')
      .collection('gone')
      .insertOne({ _id: 1 as never });
  } finally {
    await client.close();
  }
}
