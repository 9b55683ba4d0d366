import { createRequire } from 'node:module';
import fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { checkConnectionString, connectionStringOfNode } from '../../src/engine/connection-string.ts';
import { openDeployment } from '../../src/engine/deployment.ts';
import { isProblem } from '../../src/errors.ts';

function sentence(uri: string, isOperators = false): string {
  try {
    checkConnectionString(uri, { isOperators });
    return 'usable';
  } catch (error) {
    if (!isProblem(error, 'bad-connection-string')) throw error;
    return error.message;
  }
}

/** Of the driver's options: those that may say 1. */
const USABLE_WITH_1 = [
  ...['appName', 'authSource', 'readConcernLevel', 'replicaSet', 'w', 'zlibCompressionLevel'],
  ...['connectTimeoutMS', 'heartbeatFrequencyMS', 'localThresholdMS', 'maxIdleTimeMS', 'maxStalenessSeconds', 'serverSelectionTimeoutMS'],
  ...['socketTimeoutMS', 'timeoutMS', 'waitQueueTimeoutMS', 'wtimeout', 'wtimeoutMS', 'maxConnecting', 'maxPoolSize', 'minPoolSize'],
];

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

  it.each([
    ['tlsCAFile=/etc/passwd', /tlsCAFile names a file of the machine/],
    ['tls=true&tlsCertificateKeyFile=/root/.ssh/id_rsa', /tlsCertificateKeyFile names a file/],
    ['tlsCRLFile=x', /tlsCRLFile names a file/],
    ['TLSCAFILE=x', /TLSCAFILE names a file/],
    ['%74lsCAFile=x', /tlsCAFile names a file/],
    ['tlsC\tAFile=x', /tlsCAFile names a file/],
    ['appName=x&tlsCAFile=x#y', /tlsCAFile names a file/],
    ['tlsCertificateKeyFilePassword=x', /tlsCertificateKeyFilePassword/],
    ['proxyHost=10.0.0.1', /the option proxyHost is not supported, because Lifeboat connects/],
    ['proxyHost=a&proxyPort=1&proxyUsername=u&proxyPassword=p', /proxyHost is not supported/],
    ['authMechanism=MONGODB-AWS', /authMechanism may be .* no credentials of the machine/],
    ['authMechanism=mongodb-oidc&authMechanismProperties=ENVIRONMENT:azure', /authMechanism may be/],
    ['authMechanism=GSSAPI', /authMechanism may be/],
    ['authMechanismProperties=AWS_SESSION_TOKEN:x', /authMechanismProperties is not supported/],
    ['mongodbLogPath=stderr', /mongodbLogPath is not supported/],
    ['autoEncryption=x', /autoEncryption is not supported/],
    ['servername=other.example', /servername is not supported/],
    ['srvAllowedHostsSuffix=com', /srvAllowedHostsSuffix is not supported/],
    ['family=6', /the option family is not supported|family/],
    ['raw=true', /raw/],
  ])('refuses %s of a user, and names the option', (options, expected) => {
    expect(sentence(`mongodb://localhost/?${options}`)).toMatch(expected);
    expect(sentence(`mongodb+srv://cluster.example.com/?${options}`)).toMatch(expected);
  });

  it('lets only who runs Lifeboat name files, and not even them a proxy or credentials of the machine', () => {
    const files = 'mongodb://localhost/?tls=true&tlsCAFile=/a.pem&tlsCertificateKeyFile=/b.pem&tlsCertificateKeyFilePassword=x';
    expect(sentence(files, true)).toBe('usable');
    expect(sentence('mongodb://localhost/?proxyHost=x', true)).toMatch(/proxyHost/);
    expect(sentence('mongodb://localhost/?authMechanism=MONGODB-AWS', true)).toMatch(/authMechanism/);
    expect(sentence('mongodb://%2Ftmp%2Fx.sock', true)).toMatch(/Unix socket/);
  });

  it('knows every option of the driver: a new one is refused until it was thought about', () => {
    const driver = createRequire(import.meta.url)('mongodb/lib/connection_string') as { OPTIONS: object };
    const strange = Object.keys(driver.OPTIONS).filter((name) => sentence(`mongodb://localhost/?${name}=1`) === 'usable');
    expect(strange.sort()).toEqual([...USABLE_WITH_1].sort());
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
      const opening = openDeployment(`mongodb://127.0.0.1:1/?tls=true&${option}=/nowhere/file.pem`, { isOperators: true });
      await expect(opening).rejects.toSatisfy(
        (error) => isProblem(error, 'bad-connection-string') && error.message.includes('/nowhere/file.pem'),
      );
    },
  );
});
