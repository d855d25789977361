// Interfaces, addresses, default routes, name servers, read from the text of `ip`.
import type { ResultData } from '../../contract.ts';
import type { Facts, Sections } from './facts.ts';

interface Address {
  readonly interface: string;
  readonly address: string;
  readonly prefix: number;
  readonly broadcast: string;
  readonly scope: string;
  readonly version: 4 | 6;
}

function ipNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function ipText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

function netmaskOf(prefix: number): string {
  return ipText(2 ** 32 - 2 ** (32 - prefix));
}

function networkOf(address: string, prefix: number): string {
  const size = 2 ** (32 - prefix);
  return ipText(Math.floor(ipNumber(address) / size) * size);
}

function addressesOf(text: string): Address[] {
  return text.split('\n').flatMap((line): Address[] => {
    const match = /^\d+:\s+(\S+?)(?:@\S+)?\s+(inet6?)\s+([^\s/]+)(?:\/(\d+))?(.*)$/.exec(line);
    if (!match) return [];
    const [, name = '', family, address = '', prefix, rest = ''] = match;
    return [
      {
        interface: name,
        address,
        prefix: Number(prefix ?? (family === 'inet' ? 32 : 128)),
        broadcast: /\bbrd (\S+)/.exec(rest)?.[1] ?? '',
        scope: /\bscope (\S+)/.exec(rest)?.[1] ?? '',
        version: family === 'inet' ? 4 : 6,
      },
    ];
  });
}

function ipv4({ address, prefix, broadcast }: Address): { readonly [name: string]: ResultData } {
  return {
    address,
    broadcast,
    netmask: netmaskOf(prefix),
    network: networkOf(address, prefix),
    prefix: String(prefix),
  };
}

interface Link {
  readonly name: string;
  readonly macaddress: string;
  readonly mtu: number;
  readonly active: boolean;
  readonly type: string;
}

function linksOf(sections: Sections): Link[] {
  const types = new Map(
    (sections.get('types') ?? '').split('\n').map((line) => [line.split(' ')[0] ?? '', line.split(' ')]),
  );
  return (sections.get('link') ?? '').split('\n').flatMap((line): Link[] => {
    const match = /^\d+:\s+(\S+?)(?:@\S+)?:\s+<([^>]*)>(.*)$/.exec(line);
    if (!match) return [];
    const [, name = '', flags = '', rest = ''] = match;
    const mac = /link\/\S+\s+([0-9a-f:]{17})/.exec(rest)?.[1] ?? '';
    const mtu = Number(/\bmtu (\d+)/.exec(rest)?.[1] ?? 0);
    return [
      {
        name,
        macaddress: mac,
        mtu,
        active: flags.split(',').includes('UP'),
        type: types.get(name)?.[1] ?? 'unknown',
      },
    ];
  });
}

/** `ansible_eth0`: names with dashes have underscores there. */
function interfaceFacts(links: readonly Link[], addresses: readonly Address[]): Facts {
  return Object.fromEntries(
    links.map(({ name, macaddress, mtu, active, type }) => {
      const own = addresses.filter((one) => one.interface === name);
      const [first, ...others] = own.filter((one) => one.version === 4);
      const six = own.filter((one) => one.version === 6);
      const facts: ResultData = {
        device: name,
        active,
        type,
        mtu,
        ...(macaddress === '' || type === 'loopback' ? {} : { macaddress }),
        ...(first ? { ipv4: ipv4(first) } : {}),
        ...(others.length > 0 ? { ipv4_secondaries: others.map(ipv4) } : {}),
        ...(six.length > 0
          ? { ipv6: six.map(({ address, prefix, scope }) => ({ address, prefix: String(prefix), scope })) }
          : {}),
      };
      return [name.replace(/[-.:]/g, '_'), facts];
    }),
  );
}

function defaultRoute(
  text: string,
  version: 4 | 6,
  links: readonly Link[],
  addresses: readonly Address[],
): ResultData {
  const line = text.split('\n').find((one) => one.startsWith('default'));
  const name = /\bdev (\S+)/.exec(line ?? '')?.[1];
  const gateway = /\bvia (\S+)/.exec(line ?? '')?.[1] ?? '';
  const source = /\bsrc (\S+)/.exec(line ?? '')?.[1];
  const own = addresses.filter((one) => one.interface === name && one.version === version);
  const address =
    own.find((one) => one.address === source) ?? own.find((one) => one.scope === 'global') ?? own[0];
  const link = links.find((one) => one.name === name);
  if (!address || !link) return {};
  const common = {
    interface: link.name,
    gateway,
    macaddress: link.macaddress,
    mtu: link.mtu,
    type: link.type,
  };
  if (version === 4) return { ...common, alias: link.name, ...ipv4(address) };
  return { ...common, address: address.address, prefix: String(address.prefix), scope: address.scope };
}

function dns(text = ''): ResultData {
  const nameservers: string[] = [];
  let search: string[] = [];
  let domain: string | undefined;
  const options: { [name: string]: ResultData } = {};
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.trim().split(/\s+/);
    if (word === 'nameserver') nameservers.push(...rest.slice(0, 1));
    else if (word === 'search') search = rest;
    else if (word === 'domain') domain = rest[0];
    else if (word === 'options')
      for (const option of rest) options[option.split(':')[0] ?? option] = option.split(':')[1] ?? true;
  }
  return {
    ...(nameservers.length > 0 ? { nameservers } : {}),
    ...(search.length > 0 ? { search } : {}),
    ...(domain === undefined ? {} : { domain }),
    ...(Object.keys(options).length > 0 ? { options } : {}),
  };
}

export function networkFacts(sections: Sections): Facts {
  const names = { dns: dns(sections.get('resolv')) };
  if (!sections.has('link')) return names;
  const addresses = addressesOf(sections.get('addr') ?? '');
  const links = linksOf(sections);
  const all = (version: 4 | 6): string[] =>
    addresses
      .filter((one) => one.version === version && !one.address.startsWith('127.') && one.address !== '::1')
      .map((one) => one.address);
  return {
    ...names,
    interfaces: links.map((link) => link.name),
    all_ipv4_addresses: all(4),
    all_ipv6_addresses: all(6),
    default_ipv4: defaultRoute(sections.get('route4') ?? '', 4, links, addresses),
    default_ipv6: defaultRoute(sections.get('route6') ?? '', 6, links, addresses),
    ...interfaceFacts(links, addresses),
  };
}
