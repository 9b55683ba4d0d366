import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Decimal128 } from 'bson';
import { MongoClient } from 'mongodb';
import { expect, it } from 'vitest';
import { mongoJavaServer } from '../../scripts/build-tools.ts';
import { openDeployment } from '../../src/engine/deployment.ts';
import { startMongo } from './mongo.ts';

it('serves the driver, and is known for what it is', async () => {
  const server = await startMongo('mongo-java-server');
  const client = new MongoClient(server.uri);
  try {
    const price = Decimal128.fromString('9.90');
    await client.db('shop').collection('orders').insertOne({ price });
    expect(
      await client
        .db('shop')
        .collection('orders')
        .findOne({}, { projection: { _id: 0 } }),
    ).toEqual({ price });
    const deployment = await openDeployment(server.uri);
    expect([deployment.product, deployment.version, deployment.topology, deployment.sessions]).toEqual([
      'mongo-java-server',
      '4.4.0',
      'standalone',
      false,
    ]);
    await deployment.close();
  } finally {
    await client.close();
    await server.stop();
  }
});

it('ends when its standard input closes', async () => {
  const [program, ...words] = await mongoJavaServer();
  const child = spawn(program!, words, { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  child.stdin.end();
  expect(await ended).toEqual([0, null]);
});
