// Facts of a host's network: interfaces with their addresses, and the way out by default.
import type { ResultData } from '../../engine/module/contract.ts';
import { linesOf, type Texts } from './fact_texts.ts';
import type { Facts } from './facts_system.ts';

interface Address4 {
  readonly address: string;
  readonly broadcast: string;
  readonly netmask: string;
  readonly network: string;
  readonly prefix: string;
}

interface Found {
  readonly device: string;
  /** The device, or a name of its own: `eth0:1`. */
  readonly label: string;
  readonly isSecondary: boolean;
  readonly v4?: Address4;
  readonly v6?: { readonly address: string; readonly prefix: string; readonly scope: string };
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

function address4(address: string, prefix: string, broadcast: string): Address4 {
  const mask = Number(prefix) === 0 ? 0 : (-1 << (32 - Number(prefix))) >>> 0;
  const bits = address.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);
  return { address, broadcast, netmask: dotted(mask), network: dotted((bits & mask) >>> 0), prefix };
}

/** One line of `ip -o addr`: iproute2's or busybox's. */
function parseAddress(line: string): Found | undefined {
  const words = (line.split('\\')[0] ?? '').trim().split(/\s+/);
  const [, name = '', family, first = ''] = words;
  const device = name.replace(/@.*|:$/g, '');
  const after = (word: string): string | undefined => {
    const at = words.indexOf(word);
    return at < 0 ? undefined : words[at + 1];
  };
  const peer = after('peer');
  const address = first.split('/')[0] ?? '';
  const prefix = (peer ?? first).split('/')[1];
  const isSecondary = words.includes('secondary');
  if (family === 'inet')
    return {
      device,
      label: words.at(-1) ?? device,
      isSecondary,
      v4: address4(address, prefix ?? '32', after('brd') ?? ''),
    };
  if (family !== 'inet6') return undefined;
  const scope = after('scope') ?? '';
  return { device, label: device, isSecondary, v6: { address, prefix: prefix ?? '128', scope } };
}

const types: Readonly<Record<string, string>> = {
  1: 'ether',
  32: 'infiniband',
  512: 'ppp',
  772: 'loopback',
  65534: 'tunnel',
};

type Interface = { [name: string]: ResultData };

function setProperty(device: Interface, word: string, value: string): void {
  switch (word) {
    case 'address':
      if (value !== '' && value !== '00:00:00:00:00:00') device['macaddress'] = value;
      break;
    case 'mtu':
    case 'speed':
      device[word] = Number(value);
      break;
    case 'operstate':
      device['active'] = value !== 'down';
      break;
    case 'type':
      device['type'] = types[value] ?? 'unknown';
      break;
    case 'flags':
      device['promisc'] = (Number(value) & 0x100) !== 0;
      break;
    case 'bridge':
      Object.assign(device, { type: 'bridge', interfaces: [] });
      break;
    case 'port':
      device['interfaces'] = [...((device['interfaces'] ?? []) as string[]), value];
      break;
    case 'bridge_id':
      device['id'] = value;
      break;
    case 'stp_state':
      device['stp'] = value === '1';
      break;
    case 'bonding':
      device['type'] = 'bonding';
      break;
    case 'slaves':
      device['slaves'] = value.split(' ').filter((name) => name !== '');
      break;
    case 'mode':
    case 'miimon':
    case 'lacp_rate':
      device[word] = value.split(' ')[0] ?? '';
      break;
    case 'perm_hwaddr':
      device['perm_macaddress'] = value;
      break;
    default:
      device[word] = value;
  }
}

function devicesOf(text: string | undefined): Map<string, Interface> {
  const devices = new Map<string, Interface>();
  let current: Interface = {};
  for (const line of linesOf(text)) {
    const [word = '', value = ''] = line.split(/ (.*)/s);
    if (word === 'device') devices.set(value, (current = { device: value }));
    else setProperty(current, word, value);
  }
  return devices;
}

function addAddress(devices: Map<string, Interface>, found: Found): void {
  const device = devices.get(found.label) ?? {};
  devices.set(found.label, device);
  if (found.v6) device['ipv6'] = [...((device['ipv6'] ?? []) as ResultData[]), { ...found.v6 }];
  if (!found.v4) return;
  const add = (to: Interface): void => {
    to['ipv4_secondaries'] = [...((to['ipv4_secondaries'] ?? []) as ResultData[]), { ...found.v4 }];
  };
  if (!found.isSecondary && device['ipv4'] === undefined) device['ipv4'] = { ...found.v4 };
  else add(device);
  const owner = devices.get(found.device);
  if (found.isSecondary && owner && owner !== device) add(owner);
}

/** The way to an address far away: `8.8.8.8 via 192.0.2.1 dev eth0 src 192.0.2.2`. */
function wayOut(texts: Texts, version: '4' | '6'): { [name: string]: ResultData } {
  const line = linesOf(texts.routes).find((one) => one.startsWith(`to${version} `));
  const words = (line ?? '').split(/\s+/).slice(1);
  const way: { [name: string]: ResultData } = {};
  const names = { dev: 'interface', src: 'address', via: 'gateway' } as const;
  if (!/^[0-9a-f]/.test(words[0] ?? '')) return way;
  for (const [index, word] of words.slice(0, -1).entries()) {
    const name = names[word as keyof typeof names] as string | undefined;
    const value = words[index + 1];
    if (name !== undefined && value !== words[0]) way[name] = value ?? '';
  }
  return way;
}

function withDevice(
  way: { [name: string]: ResultData },
  all: readonly Found[],
  devices: ReadonlyMap<string, Interface>,
): Facts {
  const found = all.find(({ v4, v6 }) => (v4 ?? v6)?.address === way['address']);
  if (!found || way['address'] === undefined) return way;
  const { macaddress, mtu, type } = devices.get(found.device) ?? {};
  const address = found.v4
    ? { ...found.v4, alias: found.label }
    : { prefix: found.v6?.prefix, scope: found.v6?.scope };
  return { ...way, ...address, ...(macaddress === undefined ? {} : { macaddress }), mtu, type } as Facts;
}

function localAddresses(texts: Texts, version: '4' | '6'): string[] {
  const lines = linesOf(texts.routes).filter((line) => line.startsWith(`local${version} `));
  return [...new Set(lines.map((line) => line.split(' ')[1] ?? ''))];
}

export function networkFacts(texts: Texts): Facts {
  const devices = devicesOf(texts.interfaces);
  const all = linesOf(texts.addresses).flatMap((line) => parseAddress(line) ?? []);
  for (const found of all) addAddress(devices, found);
  const named = [...devices].map(([name, device]) => [name.replaceAll(':', '_'), device] as const);
  return {
    interfaces: named.map(([name]) => name),
    ...Object.fromEntries(named.map(([name, device]) => [name.replaceAll('-', '_'), device])),
    default_ipv4: withDevice(wayOut(texts, '4'), all, devices),
    default_ipv6: withDevice(wayOut(texts, '6'), all, devices),
    all_ipv4_addresses: all.flatMap(({ v4 }) => (v4 && !v4.address.startsWith('127.') ? [v4.address] : [])),
    all_ipv6_addresses: all.flatMap(({ v6 }) => (v6 && v6.address !== '::1' ? [v6.address] : [])),
    locally_reachable_ips: { ipv4: localAddresses(texts, '4'), ipv6: localAddresses(texts, '6') },
  };
}
