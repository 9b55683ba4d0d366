import { createHash } from 'node:crypto';
import { DatabaseMoment } from '../db/self-backup.ts';
import { VERSION } from '../version.ts';
import { damaged, newHeader, type OpenArchive, type SelfBackupHeader, sealArchive } from './self-archive.ts';

/** COPY's own end of data: no row is like it, because a backslash in a row is doubled. */
const END_OF_ROWS = '\\.\n';
const LINEFEED = 10;
const BATCH_BYTES = 64 * 1024;

export interface SelfBackupReport {
  createdAt: string;
  installationId: string;
  vaultId: string | null;
  /** How many rows each table has. */
  tables: Record<string, number>;
}

export interface SelfBackup {
  header: SelfBackupHeader;
  bytes: AsyncIterable<Buffer>;
  /** Once all bytes were read. */
  tables: Record<string, number>;
}

/** All that PostgreSQL holds of an installation, as it is at one moment. Reading it keeps nobody from working. */
export async function backUpSelf(o: {
  url: string;
  masterKey: Buffer;
  now: Date;
  installation: { id: string; vaultId: string | null };
}): Promise<SelfBackup & AsyncDisposable> {
  const moment = await DatabaseMoment.open(o.url);
  const { id: installationId, vaultId } = o.installation;
  const about = { version: VERSION, createdAt: o.now.toISOString(), installationId, vaultId, migrations: moment.migrations };
  const header = newHeader(o.masterKey, about);
  const tables: Record<string, number> = {};
  const bytes = sealArchive(o.masterKey, header, contentOf(moment, tables));
  return { header, bytes, tables, [Symbol.asyncDispose]: () => moment[Symbol.asyncDispose]() };
}

async function* contentOf(moment: DatabaseMoment, tables: Record<string, number>): AsyncGenerator<Buffer> {
  for await (const { table, columns, rows } of moment.tables()) {
    yield line({ table, columns });
    const sum = new RowsSum();
    for await (const piece of rows as AsyncIterable<Buffer>) {
      sum.add(piece);
      yield piece;
    }
    tables[table] = sum.rows;
    yield Buffer.concat([Buffer.from(END_OF_ROWS), line(sum.end())]);
  }
  yield line({ end: true, tables: Object.keys(tables).length });
}

const line = (value: object) => Buffer.from(`${JSON.stringify(value)}\n`);

interface RowsEnd {
  rows: number;
  sha256: string;
}

class RowsSum {
  readonly #hash = createHash('sha256');
  rows = 0;

  /** A row is a line: COPY writes a line break in a value as two other characters. */
  add(piece: Buffer): void {
    this.#hash.update(piece);
    for (let at = piece.indexOf(LINEFEED); at >= 0; at = piece.indexOf(LINEFEED, at + 1)) this.rows += 1;
  }

  end(): RowsEnd {
    return { rows: this.rows, sha256: this.#hash.digest('hex') };
  }
}

export interface ArchivedTable {
  table: string;
  columns: string[];
  /** To be read to its end before the next table; throws `self-backup-damaged` where they are not the rows that were written. */
  rows: AsyncGenerator<Buffer>;
}

/** The tables of an archive, in their order. Throws `self-backup-damaged`. */
export async function* tablesOf(archive: OpenArchive, name: string): AsyncGenerator<ArchivedTable> {
  const lines = archive.lines();
  const next = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (done) throw damaged(name, 'it has no end');
    return JSON.parse(value.toString()) as T;
  };
  for (let count = 0; ; count += 1) {
    const opening = await next<{ table: string; columns: string[] } | { end: true; tables: number }>();
    if ('end' in opening) {
      if (opening.tables !== count) throw damaged(name, `it has ${count} tables and names ${opening.tables}`);
      // What stands after it makes itself known.
      if (!(await lines.next()).done) throw damaged(name, 'something stands after its end');
      return;
    }
    yield { ...opening, rows: rowsOf(lines, () => next<RowsEnd>(), `${name}, table ${opening.table}`) };
  }
}

async function* rowsOf(lines: AsyncGenerator<Buffer>, end: () => Promise<RowsEnd>, name: string): AsyncGenerator<Buffer> {
  const sum = new RowsSum();
  let batch: Buffer[] = [];
  let bytes = 0;
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw damaged(name, 'its rows have no end');
    if (value.length === END_OF_ROWS.length && value.toString() === END_OF_ROWS) break;
    batch.push(value);
    bytes += value.length;
    if (bytes < BATCH_BYTES) continue;
    const piece = Buffer.concat(batch);
    sum.add(piece);
    yield piece;
    batch = [];
    bytes = 0;
  }
  const rest = Buffer.concat(batch);
  sum.add(rest);
  if (rest.length > 0) yield rest;
  const expected = await end();
  const { rows, sha256 } = sum.end();
  if (rows !== expected.rows || sha256 !== expected.sha256) throw damaged(name, 'its rows are not those that were written');
}
