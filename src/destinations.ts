import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Addresses that a caller's text must never lead to, whatever an allow-list says: those that mean this very machine by accident, reach only the link,
 * or answer with a cloud machine's credentials. Loopback and private networks are not among them: that is where databases are.
 */
const NEVER: readonly (readonly [block: string, what: string])[] = [
  ['0.0.0.0/8', 'an unspecified address'],
  ['169.254.0.0/16', 'a link-local address'],
  ['100.100.100.200/32', 'the metadata service of a cloud'],
  ['168.63.129.16/32', 'the metadata service of a cloud'],
  ['192.0.0.192/32', 'the metadata service of a cloud'],
  ['224.0.0.0/4', 'a multicast address'],
  ['240.0.0.0/4', 'a reserved address'],
  ['::/128', 'an unspecified address'],
  ['fe80::/10', 'a link-local address'],
  ['fec0::/10', 'a site-local address'],
  ['fd00:ec2::254/128', 'the metadata service of a cloud'],
  ['fd20:ce::254/128', 'the metadata service of a cloud'],
  ['fd00:c1::a9fe:a9fe/128', 'the metadata service of a cloud'],
  ['fd00:42::42/128', 'the metadata service of a cloud'],
  ['ff00::/8', 'a multicast address'],
];

/** Where an IPv6 address carries one of IPv4, which a translator or a tunnel would go on to: the block, and how its groups are read. */
const CARRIERS: readonly (readonly [block: string, ipv4: (groups: number[]) => readonly [number, number]])[] = [
  ['::/96', (groups) => [groups[6]!, groups[7]!]],
  ['::ffff:0:0/96', (groups) => [groups[6]!, groups[7]!]],
  ['::ffff:0:0:0/96', (groups) => [groups[6]!, groups[7]!]],
  ['64:ff9b::/96', (groups) => [groups[6]!, groups[7]!]],
  ['64:ff9b:1::/48', (groups) => [groups[6]!, groups[7]!]],
  ['2002::/16', (groups) => [groups[1]!, groups[2]!]],
  ['2001::/32', (groups) => [groups[6]! ^ 0xffff, groups[7]! ^ 0xffff]],
];

type Block = ReturnType<typeof ipaddr.parseCIDR>;
type Address = ipaddr.IPv4 | ipaddr.IPv6;

const never = NEVER.map(([block, what]) => ({ block: ipaddr.parseCIDR(block), what }));
const carriers = CARRIERS.map(([block, ipv4]) => ({ block: ipaddr.parseCIDR(block), ipv4 }));

/** A connection was refused before it was made. The message is a clause that names the host as it was given, and no address that DNS told. */
export class ForbiddenDestination extends Error {
  readonly code = 'ERR_FORBIDDEN_DESTINATION';

  constructor(host: string, why: string) {
    super(`${host} ${why}`);
    this.name = 'ForbiddenDestination';
  }
}

/** An entry of an allow-list: a block or an address, a host name, or `*.` and the name that hosts end in. `null` for what is none of them. */
export function parseDestination(text: string): Block | string | null {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  if (ipaddr.isValidCIDR(bare)) return ipaddr.parseCIDR(bare);
  if (isIP(bare)) return ipaddr.parseCIDR(`${bare}/${isIP(bare) === 6 ? 128 : 32}`);
  const name = plainName(bare);
  // What ends in digits alone is an address that was written wrongly.
  return /^(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/.test(name) && !/(^|\.)\d+$/.test(name)
    ? name
    : null;
}

/**
 * Where connections may go that a user of the API names: deployments, and whatever else is reached by a URL of theirs. The address that is connected to is
 * what counts: names are looked up by {@link lookup} alone, whose answers are checked and then connected to, so that DNS has no second chance to
 * say something else; an address that needs no look-up goes through {@link check}. Whoever connects uses both.
 */
export class Destinations {
  readonly #blocks: readonly Block[];
  readonly #names: readonly string[];
  readonly #isLimited: boolean;
  readonly #resolve: typeof systemLookup;

  /** `allowed`: entries that {@link parseDestination} knows; without any, everywhere but {@link NEVER}. */
  constructor(allowed: readonly string[] = [], resolve: typeof systemLookup = systemLookup) {
    const entries = allowed.map(parseDestination);
    this.#blocks = entries.filter((entry) => typeof entry === 'object').filter((entry) => entry !== null);
    this.#names = entries.filter((entry) => typeof entry === 'string');
    this.#isLimited = allowed.length > 0;
    this.#resolve = resolve;
  }

  /** Throws {@link ForbiddenDestination} for an address that may not be connected to. A name passes: {@link lookup} decides about it. */
  check(host: string): void {
    const bare = host.replace(/^\[(.*)\]$/, '$1');
    if (!isIP(bare)) return;
    const refusal = this.#refusal(bare, null);
    if (refusal) throw new ForbiddenDestination(host, `is ${refusal}`);
  }

  /** For the `lookup` option of `net`, `tls` and `http`: as that of `node:dns`, and never an address that may not be connected to. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.#resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const refusals = addresses.map(({ address }) => this.#refusal(address, hostname));
      const open = addresses.filter((_, index) => refusals[index] === null);
      const [first] = open;
      if (!first) return callback(new ForbiddenDestination(hostname, `leads to ${refusals[0] ?? 'no address'}`), []);
      if (options.all) callback(null, open as LookupAddress[]);
      else callback(null, first.address, first.family);
    });
  };

  /** What the address is, when it may not be connected to; `name`: what it was looked up for. */
  #refusal(text: string, name: string | null): string | null {
    // A zone only picks the link; what cannot be read is not connected to.
    const bare = text.split('%', 1)[0]!;
    if (!isIP(bare)) return 'no address';
    const address = ipaddr.parse(bare);
    const all = [address, ...carried(address)];
    for (const { block, what } of never) if (all.some((one) => isIn(one, block))) return what;
    // Of the carriers only this one is the same address; the others begin with a network of somebody's own.
    const plain = ipaddr.process(bare);
    const isAllowed = !this.#isLimited || this.#isNamed(name) || this.#blocks.some((block) => isIn(plain, block) || isIn(address, block));
    return isAllowed ? null : 'an address that LIFEBOAT_ALLOWED_DESTINATIONS does not hold';
  }

  #isNamed(name: string | null): boolean {
    if (name === null) return false;
    const plain = plainName(name);
    return this.#names.some((allowed) => (allowed.startsWith('*.') ? plain.endsWith(allowed.slice(1)) : plain === allowed));
  }
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function isIn(address: Address, block: Block): boolean {
  return address.kind() === block[0].kind() && address.match(block);
}

function carried(address: Address): ipaddr.IPv4[] {
  if (!(address instanceof ipaddr.IPv6)) return [];
  const found = carriers.filter(({ block }) => isIn(address, block)).map(({ ipv4 }) => ipv4(address.parts));
  // ISATAP: below any prefix, the interface says so.
  if ((address.parts[4]! & ~0x0200) === 0 && address.parts[5] === 0x5efe) found.push([address.parts[6]!, address.parts[7]!]);
  // `::` and `::1` are in the first of the blocks, and carry nothing.
  if (address.range() === 'loopback') return [];
  return found.map(([high, low]) => new ipaddr.IPv4([high >> 8, high & 255, low >> 8, low & 255]));
}
