import ipaddr from 'ipaddr.js';

/** An address block in its one canonical text: `10.0.0.0/8`, `2001:db8:0:0:0:0:0:0/32`; one address is a `/32` or `/128`. */
export type IpBlock = string;

/**
 * An address in its one canonical text: IPv4 in dots, also where it came mapped into IPv6, and IPv6 in eight groups, which is the one form
 * that Atlas' schemas take. `null` for what is no address.
 */
export function canonicalAddress(text: string): string | null {
  if (!ipaddr.isValid(text) || (!text.includes(':') && !ipaddr.IPv4.isValidFourPartDecimal(text))) return null;
  const address = ipaddr.process(text);
  return address instanceof ipaddr.IPv6 ? withoutZone(address) : address.toString();
}

/** A block, or one address as the block that holds only it; bits beyond the prefix are cleared. `null` for what is neither. */
export function canonicalBlock(text: string): IpBlock | null {
  const [base = '', prefix, ...rest] = text.split('/');
  const address = canonicalAddress(base);
  if (address === null || rest.length > 0) return null;
  const bits = address.includes(':') ? 128 : 32;
  if (prefix === undefined) return `${address}/${bits}`;
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits) return null;
  const block = `${address}/${Number(prefix)}`;
  const network = bits === 32 ? ipaddr.IPv4.networkAddressFromCIDR(block) : ipaddr.IPv6.networkAddressFromCIDR(block);
  return `${network.toNormalizedString()}/${Number(prefix)}`;
}

/** The address of a block that holds one alone, else `null`. */
export function addressOf(block: IpBlock): string | null {
  const [address = '', prefix] = block.split('/');
  return prefix === (address.includes(':') ? '128' : '32') ? address : null;
}

/** Whether a canonical address is in the block. */
export function contains(block: IpBlock, address: string): boolean {
  if (block.includes(':') !== address.includes(':') || !ipaddr.isValid(address)) return false;
  return ipaddr.parse(address).match(ipaddr.parseCIDR(block));
}

/** Of a canonical address, what one customer has: of IPv6 a /64 at the least, all of which may be used. */
export function networkOf(address: string): string {
  return address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;
}

function withoutZone(address: ipaddr.IPv6): string {
  return new ipaddr.IPv6(address.parts).toNormalizedString();
}
