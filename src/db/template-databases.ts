import pg from 'pg';

/** For the embedded server of an emulator: databases that are copies of one that is never used itself. */
export interface TemplateDatabases {
  urlOf(name: string): string;
  /** Makes the database anew, as a copy of `template`, which nobody may be connected to; answers its URL. */
  copy(template: string, name: string): Promise<string>;
  /** Whoever is connected to it is cut off. */
  drop(name: string): Promise<void>;
  /** Drops what `initdb` made for others to be copies of: half of all files. */
  slim(): Promise<void>;
  close(): Promise<void>;
}

export async function templateDatabases(url: string): Promise<TemplateDatabases> {
  const client = new pg.Client({ connectionString: databaseAt(url, 'postgres') });
  client.on('error', () => {});
  await client.connect();
  const drop = async (name: string) => void (await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`));
  return {
    urlOf: (name) => databaseAt(url, name),
    copy: async (template, name) => {
      await drop(name);
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} TEMPLATE ${client.escapeIdentifier(template)}`);
      return databaseAt(url, name);
    },
    drop,
    slim: async () => {
      await client.query("UPDATE pg_database SET datistemplate = false WHERE datname IN ('template0', 'template1')");
      await client.query('DROP DATABASE template0');
      await client.query('DROP DATABASE template1');
    },
    close: () => client.end(),
  };
}

function databaseAt(url: string, name: string): string {
  const at = new URL(url);
  at.pathname = `/${name}`;
  return at.href;
}
