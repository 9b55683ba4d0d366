import type { Db, MongoClient } from 'mongodb';

const DATABASES = new WeakMap<MongoClient, Map<string, Db>>();

/** A database of the client. The driver works out all options anew for each `Db` that it is asked for, which with many small commands costs more than some of them. */
export function databaseOf(client: MongoClient, name: string): Db {
  let databases = DATABASES.get(client);
  if (!databases) {
    databases = new Map();
    DATABASES.set(client, databases);
  }
  let database = databases.get(name);
  if (!database) {
    database = client.db(name);
    databases.set(name, database);
  }
  return database;
}
