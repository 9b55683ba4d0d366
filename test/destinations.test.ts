import type { LookupAddress, lookup } from 'node:dns';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type LookupFunction } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Destinations, ForbiddenDestination, parseDestination } from '../src/destinations.ts';

/** A DNS that says what the test says. */
function fakeDns(answers: Record<string, string[]>): typeof lookup {
  const ask = (name: string, _options: object, callback: (error: Error | null, addresses: LookupAddress[]) => void) => {
    const found = answers[name];
    if (found)
      callback(
        null,
        found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    else callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }), []);
  };
  return ask as unknown as typeof lookup;
}

const verdict = (address: string, allowed: string[] = []) => {
  try {
    new Destinations(allowed).check(address);
    return 'open';
  } catch (error) {
    if (!(error instanceof ForbiddenDestination)) throw error;
    return error.message;
  }
};

function ask(lookup: LookupFunction, name: string, all: boolean): Promise<unknown> {
  return new Promise((resolve) => lookup(name, { all } as object, (error, address) => resolve(error ? error.message : address)));
}

describe('an address', () => {
  it.each([
    ...['169.254.169.254', '169.254.0.1', '0.0.0.0', '0.1.2.3', '224.0.0.1', '255.255.255.255', '100.100.100.200', '168.63.129.16'],
    ...['::', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'fd00:ec2::254', 'ff02::1', 'fec0::1', '[fe80::1]'],
    // The same in IPv6: mapped, compatible, translated (RFC 6052, 8215), 6to4, Teredo, ISATAP.
    ...[
      '::ffff:169.254.169.254',
      '::ffff:a9fe:a9fe',
      '::FFFF:0:169.254.169.254',
      '0:0:0:0:0:ffff:a9fe:a9fe',
      '::169.254.169.254',
      '::ffff:0.0.0.0',
    ],
    ...['64:ff9b::a9fe:a9fe', '64:ff9b:1::a9fe:a9fe', '2002:a9fe:a9fe::1', '2001:0:1:2:3:4:5601:5601', '2001:db8::5efe:169.254.169.254'],
    ...['2001:db8::200:5efe:a9fe:a9fe'],
  ])('%s is never connected to, even where an allow-list holds it', (address) => {
    expect(verdict(address)).toMatch(/ is (an? [a-z-]+ address|the metadata service of a cloud)$/);
    expect(verdict(address, ['0.0.0.0/0', '::/0'])).toMatch(/ is /);
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '192.168.0.1',
    '8.8.8.8',
    '169.253.255.255',
    '::1',
    'fd12:3456::1',
    '2001:db8::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
  ])('%s is connected to', (address) => expect(verdict(address)).toBe('open'));

  it('must be in the allow-list where there is one, mapped or not', () => {
    const allowed = ['10.0.0.0/8', '2001:db8::/32', 'db.example'];
    for (const open of ['10.9.9.9', '::ffff:10.9.9.9', '2001:db8::7']) expect(verdict(open, allowed)).toBe('open');
    for (const shut of ['127.0.0.1', '11.0.0.1', '::1', '::ffff:11.0.0.1', '2001:db9::1', '2001:db9::5efe:10.9.9.9'])
      expect(verdict(shut, allowed)).toBe(`${shut} is an address that LIFEBOAT_ALLOWED_DESTINATIONS does not hold`);
  });

  it('of a forbidden block is refused in whichever of its spellings', () => {
    const tail = fc.tuple(fc.nat(255), fc.nat(255));
    const spelled = tail.chain(([a, b]) => {
      const hex = `a9fe:${((a << 8) | b).toString(16)}`;
      return fc.constantFrom(
        `169.254.${a}.${b}`,
        `::ffff:169.254.${a}.${b}`,
        `::ffff:${hex}`,
        `::FFFF:${hex.toUpperCase()}`,
        `64:ff9b::${hex}`,
        `2002:${hex}::`,
      );
    });
    fc.assert(fc.property(spelled, (address) => verdict(address) !== 'open'));
  });
});

describe('a name', () => {
  const dns = fakeDns({
    'db.example': ['10.0.0.1', '10.0.0.2'],
    'metadata.example': ['169.254.169.254'],
    'mixed.example': ['fe80::1', '169.254.1.1', '10.0.0.3'],
    // What getaddrinfo makes of an address in one number, in octal, in hexadecimal.
    '2852039166': ['169.254.169.254'],
    '0251.0376.0251.0376': ['169.254.169.254'],
    '0xa9fea9fe': ['169.254.169.254'],
  });

  it.each(['metadata.example', '2852039166', '0251.0376.0251.0376', '0xa9fea9fe'])('%s leads nowhere', async (name) => {
    const { lookup, check } = new Destinations([], dns);
    check.call(new Destinations(), name);
    for (const all of [true, false]) expect(await ask(lookup, name, all)).toBe(`${name} leads to a link-local address`);
  });

  it('keeps of its addresses those that may be connected to', async () => {
    const { lookup } = new Destinations([], dns);
    expect(await ask(lookup, 'mixed.example', true)).toEqual([{ address: '10.0.0.3', family: 4 }]);
    expect(await ask(lookup, 'mixed.example', false)).toBe('10.0.0.3');
    expect(await ask(lookup, 'nowhere.example', true)).toMatch(/ENOTFOUND/);
  });

  it('may be allowed as a name, or by where it leads; what no list can allow stays shut', async () => {
    const first = async (allowed: string[], name: string) => ask(new Destinations(allowed, dns).lookup, name, false);
    expect(await first(['DB.example.'], 'db.EXAMPLE'.toLowerCase())).toBe('10.0.0.1');
    expect(await first(['*.example'], 'db.example')).toBe('10.0.0.1');
    expect(await first(['10.0.0.2/32'], 'db.example')).toBe('10.0.0.2');
    for (const other of ['other.example', 'b.example', '*.db.example', '*.ample', '11.0.0.0/8'])
      expect(await first([other], 'db.example')).toBe('db.example leads to an address that LIFEBOAT_ALLOWED_DESTINATIONS does not hold');
    expect(await first(['metadata.example', '169.254.0.0/16'], 'metadata.example')).toBe('metadata.example leads to a link-local address');
  });
});

describe('a connection', () => {
  const server = createServer((_request, response) => response.end());
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => server.close());
  const port = () => (server.address() as AddressInfo).port;

  it('goes to the address that was checked, whatever DNS says the next time', async () => {
    const said = ['127.0.0.1', '169.254.169.254'];
    let asked = 0;
    const dns = (name: string, options: object, callback: never) => fakeDns({ [name]: [said[asked++]!] })(name, options, callback);
    const { lookup } = new Destinations([], dns as unknown as typeof import('node:dns').lookup);
    const reach = () =>
      new Promise((resolve) => {
        const socket = connect({ host: 'rebinding.example', port: port(), lookup });
        socket.on('error', (error) => resolve(error.message)).on('connect', () => resolve(socket.end().remoteAddress));
      });
    expect(await reach()).toBe('127.0.0.1');
    expect(asked).toBe(1);
    expect(await reach()).toBe('rebinding.example leads to a link-local address');
  });
});

describe('an entry of the allow-list', () => {
  it.each(['10.0.0.0/8', '10.0.0.1', '::1', '[::1]', 'fd00::/8', 'db.example', '*.example', 'db-1.internal', 'localhost', '_x.example'])(
    'may be %s',
    (text) => expect(parseDestination(text)).not.toBeNull(),
  );
  it.each(['', '10.0.0.0/33', '10.0.0', '2852039166', '*', 'a.*.b', 'http://db', 'db:27017', 'a b', '-x', '*.'])('may not be %j', (text) =>
    expect(parseDestination(text)).toBeNull(),
  );
});
