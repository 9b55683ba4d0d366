import fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { checkConnectionString, connectionStringOfNode } from '../../src/engine/connection-string.ts';
import { openDeployment } from '../../src/engine/deployment.ts';
import { isProblem } from '../../src/errors.ts';

function sentence(uri: string): string {
  try {
    checkConnectionString(uri);
    return 'usable';
  } catch (error) {
    if (!isProblem(error, 'bad-connection-string')) throw error;
    return error.message;
  }
}

describe('checkConnectionString', () => {
  it.each(['mongodb://localhost', 'mongodb://u:p%40ss@a:1,b:2/db?replicaSet=rs&tls=true', 'mongodb+srv://u:p@cluster.example.com/'])(
    'accepts %s',
    (uri) => {
      expect(sentence(uri)).toBe('usable');
    },
  );

  it.each([
    ['', /must begin with mongodb/],
    ['http://localhost', /must begin with mongodb/],
    ['postgres://u:secret@localhost', /must begin with mongodb/],
    ['mongodb://', /not usable/],
    ['mongodb://localhost/?loadBalanced=true', /loadBalanced=true is not supported/],
    ['mongodb://a,b/?directConnection=true', /directConnection/],
    ['mongodb://localhost/?noSuchOption=1', /nosuchoption/i],
    ['mongodb://localhost:99999', /not usable/],
  ])('refuses %j in a sentence', (uri, expected) => {
    expect(sentence(uri)).toMatch(expected);
  });

  it('never repeats a user name or a password, however broken the string is', () => {
    const secret = fc.stringMatching(/^[a-z0-9:/?#[\]@%&=,]{0,4}hunter2secret[a-z0-9:/?#[\]@%&=,]{0,4}$/);
    const before = fc.constantFrom('mongodb://', 'mongodb+srv://', 'mongodb:/', 'mongo://', '', 'mongodb://u:', 'mongodb+srv://u:');
    const after = fc.constantFrom(
      '',
      '@',
      '@host',
      '@host:x',
      '@a,b/?directConnection=true',
      '@host/?tls=maybe',
      '/?x=1',
      '@host/?hunter2secret=1',
      '@h/?authSource=@',
    );
    fc.assert(
      fc.property(before, secret, after, (start, password, end) => {
        const said = sentence(`${start}${password}${end}`);
        // Where options stand, nobody can tell a part of a password from the name of an option.
        const isOptionName = /\/\?([^=&@]*=[^=&@]*&)*[^=&@]*hunter2secret[^=&@]*=/.test(`${start}${password}${end}`);
        if (!isOptionName) expect(said).not.toContain('hunter2secret');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('connectionStringOfNode', () => {
  const node = (uri: string) => connectionStringOfNode(uri, 'node-2:27018', new MongoClient(uri).options);

  it('keeps credentials, database and TLS, and drops what speaks of the whole deployment', () => {
    const uri = 'mongodb://user:p%40ss%2Fword@a:1,b:2/db?replicaSet=rs&readPreference=secondary&tls=true&authSource=admin&appName=x%20y';
    const options = new MongoClient(node(uri)).options;
    expect(options.hosts.map(String)).toEqual(['node-2:27018']);
    expect(options).toMatchObject({ directConnection: true, tls: true, dbName: 'db', appName: 'x y' });
    expect(options.credentials).toMatchObject({ username: 'user', password: 'p@ss/word', source: 'admin' });
    expect(options.replicaSet).toBeUndefined();
    expect(options.readPreference.mode).toBe('primary');
  });

  it('turns what DNS says of an SRV address into options', () => {
    const options = new MongoClient(node('mongodb+srv://u:p@cluster.example.com/?maxPoolSize=7')).options;
    expect(options).toMatchObject({ directConnection: true, tls: true, maxPoolSize: 7 });
    expect(options.hosts.map(String)).toEqual(['node-2:27018']);
    const plain = new MongoClient(node('mongodb+srv://u:p@cluster.example.com/?ssl=false')).options;
    expect(plain.tls).toBe(false);
  });

  it('needs neither credentials nor options', () => {
    expect(node('mongodb://localhost')).toBe('mongodb://node-2:27018/?directConnection=true');
  });
});

describe('openDeployment', () => {
  it.each(['tlsCAFile', 'tlsCertificateKeyFile'])(
    'says that the file of %s cannot be read, and not that Lifeboat failed',
    async (option) => {
      const opening = openDeployment(`mongodb://127.0.0.1:1/?tls=true&${option}=/nowhere/file.pem`);
      await expect(opening).rejects.toSatisfy(
        (error) => isProblem(error, 'bad-connection-string') && error.message.includes('/nowhere/file.pem'),
      );
    },
  );
});
