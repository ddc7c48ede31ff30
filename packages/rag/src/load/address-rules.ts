// Which addresses of the Internet Protocol are public.
import { BlockList, isIP } from 'node:net';

/** What is not globally reachable: the special-purpose registries of IANA (RFC 6890), multicast, and what hides IPv4 in IPv6. */
const closed = /* @__PURE__ */ (() => {
  const list = new BlockList();
  const add = (subnets: string, family: 'ipv4' | 'ipv6'): void => {
    for (const subnet of subnets.split(' ')) {
      const [address = '', bits] = subnet.split('/');
      list.addSubnet(address, Number(bits), family);
    }
  };
  add(
    '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 ' +
      '192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3',
    'ipv4',
  );
  return { list, global: globalUnicast(), inside: specialUnicast() };
})();

/** IPv6 that is assigned to anybody at all. */
function globalUnicast(): BlockList {
  const list = new BlockList();
  list.addSubnet('2000::', 3, 'ipv6');
  return list;
}

/** Parts of it that are not public or lead to IPv4 addresses of anybody's choice: Teredo, 6to4, documentation. */
function specialUnicast(): BlockList {
  const list = new BlockList();
  for (const [address, bits] of [
    ['2001::', 23],
    ['2001:db8::', 32],
    ['2002::', 16],
    ['3fff::', 20],
  ] as const)
    list.addSubnet(address, bits, 'ipv6');
  return list;
}

/** Whether an address is one of the public Internet. IPv4 written as IPv6 is judged as what it is. */
export function isPublicAddress(address: string): boolean {
  const kind = isIP(address);
  if (kind === 4) return !closed.list.check(address, 'ipv4');
  if (kind !== 6) return false;
  const [bare = ''] = address.split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped !== undefined) return isPublicAddress(mapped);
  return closed.global.check(bare, 'ipv6') && !closed.inside.check(bare, 'ipv6');
}
