import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { connectOne } from './connection.ts';

/** What has rows, Lifeboat's and the queue's. */
const TABLES = `
  SELECT nspname AS schema, relname AS name FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind = 'r' AND nspname IN ('public', 'pgboss') ORDER BY 1, 2`;

interface Sequence {
  schema: string;
  name: string;
  value: string | null;
}

interface Copied {
  tables: { schema: string; name: string }[];
  sequences: Sequence[];
}

/** All rows of a database of an emulator into a folder, as they are at one moment: whoever is connected goes on. */
export async function copyOut(url: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { client } = await connectOne(url);
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows: tables } = await client.query<Copied['tables'][number]>(TABLES);
    for (const table of tables)
      await pipeline(client.query(copyTo(`COPY ${quoted(client, table)} TO STDOUT`)), createWriteStream(join(folder, fileOf(table))));
    const { rows: sequences } = await client.query<Sequence>(
      "SELECT schemaname AS schema, sequencename AS name, last_value::text AS value FROM pg_sequences WHERE schemaname IN ('public', 'pgboss')",
    );
    await writeFile(join(folder, 'tables.json'), JSON.stringify({ tables, sequences } satisfies Copied));
  } finally {
    await client.end();
  }
}

/** Into a database with the same tables, whose own rows go. `changed`: what stands in the place of a word of the rows. No trigger runs: what those do was done when the rows were first written. */
export async function copyIn(url: string, folder: string, changed: readonly (readonly [from: string, to: string])[]): Promise<void> {
  const { tables, sequences } = JSON.parse(await readFile(join(folder, 'tables.json'), 'utf8')) as Copied;
  const { client } = await connectOne(url);
  try {
    await client.query('BEGIN');
    await client.query("SET LOCAL session_replication_role = 'replica'");
    await client.query(`TRUNCATE ${tables.map((table) => quoted(client, table)).join(', ')}`);
    for (const table of tables) {
      const path = join(folder, fileOf(table));
      const source = changed.length === 0 ? createReadStream(path) : [withChanges(await readFile(path, 'utf8'), changed)];
      await pipeline(source, client.query(copyFrom(`COPY ${quoted(client, table)} FROM STDIN`)));
    }
    for (const { schema, name, value } of sequences)
      if (value !== null) await client.query('SELECT setval($1::regclass, $2)', [quoted(client, { schema, name }), value]);
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

function withChanges(text: string, changed: readonly (readonly [string, string])[]): Buffer {
  return Buffer.from(changed.reduce((changing, [from, to]) => changing.replaceAll(from, to), text));
}

const quoted = (client: pg.Client, { schema, name }: { schema: string; name: string }) =>
  `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(name)}`;

const fileOf = ({ schema, name }: { schema: string; name: string }) => `${schema}.${name}`;
