import { BlockList, isIP } from 'node:net';

/** Ranges that no public upstream lives in (IANA special-purpose registries for IPv4 and IPv6). */
const special = new BlockList();
const ranges4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carrier-grade NAT
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // link-local: cloud metadata services answer here
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4],
];
const ranges6: readonly (readonly [string, number])[] = [
  ['::', 96], // unspecified, loopback, and IPv4-compatible addresses
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 9], // link-local and the old site-local
  ['ff00::', 8],
];
for (const [network, prefix] of ranges4) special.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of ranges6) special.addSubnet(network, prefix, 'ipv6');

/**
 * True for an IP address that a stranger may name: not private, loopback, link-local, carrier-grade NAT, multicast or reserved.
 * IPv6 addresses that carry an IPv4 address (mapped, NAT64, 6to4) are judged by what they carry.
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  if (family === 4) return !special.check(address, 'ipv4');
  const carried = carriedIPv4(address);
  if (carried !== null) return isPublicAddress(carried);
  return !special.check(address, 'ipv6');
}

function carriedIPv4(address: string): string | null {
  const groups = expand(address);
  const [first, second, third, , , sixth, high, low] = groups as [number, number, number, ...number[]];
  const leading = groups.slice(0, 5).every((group) => group === 0);
  if (leading && sixth === 0xffff) return dotted(high ?? 0, low ?? 0);
  if (first === 0x64 && second === 0xff9b && groups.slice(2, 6).every((group) => group === 0)) {
    return dotted(high ?? 0, low ?? 0);
  }
  if (first === 0x2002) return dotted(second, third);
  return null;
}

/** The eight groups of an IPv6 address that `isIP` accepted. */
function expand(address: string): number[] {
  // The URL parser writes every form (dotted tail, zero runs, capitals) the same way.
  const [bare = ''] = address.split('%');
  const canonical = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  if (tail === undefined) return groups(head);
  const front = groups(head);
  const back = groups(tail);
  return [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}
