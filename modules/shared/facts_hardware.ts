// Facts of processors, memory, mounts, disks and the machine's maker.
import type { ResultData } from '../../engine/module/contract.ts';
import { linesOf, wordsOf, type Texts } from './fact_texts.ts';
import type { Facts } from './facts_system.ts';

const memoryLine = /^(\w+):\s+(\d+)/;

export function memoryFacts({ meminfo }: Texts): Facts {
  if (meminfo === undefined) return {};
  const read = new Map<string, number>();
  for (const line of linesOf(meminfo)) {
    const [, name = '', kibibytes] = memoryLine.exec(line) ?? [];
    read.set(name, Math.floor(Number(kibibytes) / 1024));
  }
  const mb = (name: string): number => read.get(name) ?? 0;
  const unused = mb('MemFree') + mb('Cached') + mb('Buffers');
  const swapUsed = mb('SwapTotal') - mb('SwapFree');
  return {
    memtotal_mb: mb('MemTotal'),
    memfree_mb: mb('MemFree'),
    swaptotal_mb: mb('SwapTotal'),
    swapfree_mb: mb('SwapFree'),
    memory_mb: {
      real: { total: mb('MemTotal'), used: mb('MemTotal') - mb('MemFree'), free: mb('MemFree') },
      nocache: { free: unused, used: mb('MemTotal') - unused },
      swap: { total: mb('SwapTotal'), free: mb('SwapFree'), used: swapUsed, cached: mb('SwapCached') },
    },
  };
}

interface Counts {
  readonly sockets: number;
  readonly cores: number;
  readonly threads: number;
}

/** Sockets, cores of one and threads of a core. Machines that name neither (arm64) count each processor as a socket. */
function countsOf(lines: readonly (readonly [string, string])[], processors: number): Counts {
  const valuesOf = (name: string): string[] =>
    lines.filter(([word]) => word === name).map(([, text]) => text);
  const sockets = new Set(valuesOf('physical id')).size;
  const cores = Number(valuesOf('cpu cores')[0] ?? 1) || 1;
  const siblings = Number(valuesOf('siblings')[0] ?? cores) || cores;
  if (sockets === 0) return { sockets: processors, cores, threads: 1 };
  return { sockets, cores, threads: Math.max(1, Math.round(siblings / cores)) };
}

const described = new Set(['model name', 'Processor', 'vendor_id', 'cpu', 'Vendor', 'processor']);

export function processorFacts(texts: Texts): Facts {
  if (texts.cpuinfo === undefined) return {};
  const lines = linesOf(texts.cpuinfo).map((line) => {
    const [name = '', value = ''] = line.split(/:(.*)/s);
    return [name.trim(), value.trim()] as const;
  });
  const processors = lines.filter(([name]) => name === 'processor').length;
  const { sockets, cores, threads } = countsOf(lines, processors);
  const flags = lines.find(([name]) => name === 'flags')?.[1];
  const allowed = Number(texts.nproc?.trim() ?? '');
  return {
    processor: lines.filter(([name]) => described.has(name)).map(([, value]) => value),
    processor_count: sockets,
    processor_cores: cores,
    processor_threads_per_core: threads,
    processor_vcpus: sockets * cores * threads,
    processor_nproc: allowed > 0 ? allowed : processors,
    ...(flags === undefined ? {} : { flags: flags.split(/\s+/) }),
  };
}

function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}

/** Mount points that show a folder of another mount: the root column of mountinfo is more than `/`. */
function bindMounts(mountinfo: string | undefined): ReadonlySet<string> {
  const binds = linesOf(mountinfo).map((line) => line.split(' '));
  return new Set(binds.filter(([, , , root]) => root !== '/').map(([, , , , at = '']) => unescaped(at)));
}

function sizes(words: readonly string[]): Facts {
  const [block = 0, fragment = 0, total = 0, available = 0, inodes = 0, freeInodes = 0] = words.map(Number);
  return {
    size_total: fragment * total,
    size_available: fragment * available,
    block_size: block,
    block_total: total,
    block_available: available,
    block_used: total - available,
    inode_total: inodes,
    inode_available: freeInodes,
    inode_used: inodes - freeInodes,
  };
}

export function mountFacts(texts: Texts): Facts {
  const mounts = new Map<string, { [name: string]: ResultData }>();
  const binds = bindMounts(texts.mountinfo);
  const uuids = wordsOf(texts.uuids);
  let current: { [name: string]: ResultData } = {};
  for (const line of linesOf(texts.mounts)) {
    const [word = '', ...words] = line.split(' ');
    if (word === 'size') Object.assign(current, sizes(words));
    if (word !== 'mount') continue;
    const [device = '', mount = '', fstype = '', options = '', dump, passno] = words.map(unescaped);
    const isBind = binds.has(mount) && !/(^|,)bind(,|$)/.test(options);
    current = {
      mount,
      device,
      fstype,
      options: isBind ? `${options},bind` : options,
      dump: Number(dump),
      passno: Number(passno),
      uuid: uuids.get(device) ?? 'N/A',
    };
    mounts.set(mount, current);
  }
  return { mounts: [...mounts.values()] };
}

function readableSize(bytes: number): string {
  const units = ['Bytes', 'KB', 'MB', 'GB', 'TB', 'PB'];
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${value.toFixed(2)} ${units[unit] ?? ''}`;
}

const linkKinds = ['ids', 'labels', 'masters', 'uuids'] as const;

/** Other names of a disk or partition, by kind: `ids`, `labels`, `uuids`, and the devices made of it. */
function linksOf(texts: Texts): ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> {
  const kinds = new Map<string, Map<string, string[]>>(linkKinds.map((kind) => [kind, new Map()]));
  for (const line of linesOf(texts.disk_links)) {
    const [kind = '', device = '', ...name] = line.split(' ');
    const known = kinds.get(kind);
    known?.set(device, [...(known.get(device) ?? []), name.join(' ')].sort());
  }
  return kinds;
}

/** Sizes in sectors are of 512 bytes, whatever the disk's own sector is (Documentation/ABI/stable/sysfs-block). */
export function diskFacts(texts: Texts): Facts {
  const devices = new Map<string, { [name: string]: ResultData }>();
  const links = linksOf(texts);
  const linksTo = (name: string): ResultData =>
    Object.fromEntries(linkKinds.map((kind) => [kind, links.get(kind)?.get(name) ?? []]));
  let current: { [name: string]: ResultData } = {};
  let holders: string[] = [];
  let partitions: { [name: string]: ResultData } = {};
  for (const line of linesOf(texts.disks)) {
    const [word = '', value = ''] = line.split(/ (.*)/s);
    if (word === 'disk') {
      [partitions, holders] = [{}, []];
      const unknown = { model: null, vendor: null, host: '', sas_address: null, sas_device_handle: null };
      current = { ...unknown, virtual: 1, scheduler_mode: '', links: linksTo(value), holders, partitions };
      devices.set(value, current);
    } else if (word === 'size')
      Object.assign(current, { sectors: Number(value), size: readableSize(Number(value) * 512) });
    else if (word === 'logical_block_size') current['sectorsize'] = value;
    else if (word === 'scheduler') current['scheduler_mode'] = /\[([^\]]+)\]/.exec(value)?.[1] ?? '';
    else if (word === 'discard_granularity') current['support_discard'] = value;
    else if (word === 'holder') holders.push(value);
    else if (word === 'partition') {
      const [name = '', first = '', sectors = '0'] = value.split(' ');
      const size = readableSize(Number(sectors) * 512);
      partitions[name] = {
        start: first,
        sectors,
        sectorsize: 512,
        size,
        uuid: links.get('uuids')?.get(name)?.[0] ?? null,
        links: linksTo(name),
        holders: [],
      };
    } else current[word] = value;
  }
  const byKind = [...links].map(([kind, of]) => [kind, Object.fromEntries(of)] as const);
  return { devices: Object.fromEntries(devices), device_links: Object.fromEntries(byKind) };
}

// SMBIOS (DSP0134), table of chassis types.
const chassis =
  'Unknown|Other|Unknown|Desktop|Low Profile Desktop|Pizza Box|Mini Tower|Tower|Portable|Laptop|Notebook|Hand Held|Docking Station|All In One|Sub Notebook|Space-saving|Lunch Box|Main Server Chassis|Expansion Chassis|Sub Chassis|Bus Expansion Chassis|Peripheral Chassis|RAID Chassis|Rack Mount Chassis|Sealed-case PC|Multi-system|CompactPCI|AdvancedTCA|Blade|Blade Enclosure|Tablet|Convertible|Detachable|IoT Gateway|Embedded PC|Mini PC|Stick PC'.split(
    '|',
  );

const makerNames = [
  ...['bios_date', 'bios_vendor', 'bios_version', 'board_asset_tag', 'board_name', 'board_serial'],
  ...['board_vendor', 'board_version', 'chassis_asset_tag', 'chassis_serial', 'chassis_vendor'],
  ...['chassis_version', 'product_name', 'product_serial', 'product_uuid', 'product_version'],
];

export function makerFacts({ dmi }: Texts): Facts {
  const words = wordsOf(dmi);
  const type = words.get('chassis_type');
  return {
    ...Object.fromEntries(makerNames.map((name) => [name, words.get(name) ?? 'NA'])),
    system_vendor: words.get('sys_vendor') ?? 'NA',
    form_factor: type === undefined ? 'NA' : (chassis[Number(type)] ?? `unknown (${type})`),
  };
}

export function uptimeFacts({ uptime }: Texts): Facts {
  return uptime === undefined ? {} : { uptime_seconds: Math.floor(Number(uptime.split(' ')[0])) };
}

export function hardwareFacts(texts: Texts): Facts {
  return {
    ...processorFacts(texts),
    ...memoryFacts(texts),
    ...makerFacts(texts),
    ...diskFacts(texts),
    ...uptimeFacts(texts),
    ...mountFacts(texts),
  };
}
