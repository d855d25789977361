// Memory, processors, mounts, firmware, virtualization.
import type { ResultData } from '../../contract.ts';
import type { Facts, Sections } from './facts.ts';
import { assignments } from './platform.ts';

function memory(text: string): Facts {
  const mb = (name: string): number =>
    Math.floor(Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) / 1024);
  const [total, free, cached, buffers] = [mb('MemTotal'), mb('MemFree'), mb('Cached'), mb('Buffers')];
  const [swapTotal, swapFree] = [mb('SwapTotal'), mb('SwapFree')];
  const unused = free + cached + buffers;
  return {
    memtotal_mb: total,
    memfree_mb: free,
    swaptotal_mb: swapTotal,
    swapfree_mb: swapFree,
    memory_mb: {
      real: { total, used: total - free, free },
      nocache: { free: unused, used: total - unused },
      swap: { total: swapTotal, free: swapFree, used: swapTotal - swapFree, cached: mb('SwapCached') },
    },
  };
}

function processors(text: string, online: number): Facts {
  const values = (name: string): string[] =>
    [...text.matchAll(new RegExp(`^${name}\\s*:[ \\t]*(.*)$`, 'gm'))].map((match) => match[1] ?? '');
  const logical = values('processor').length || online;
  const sockets = new Set(values('physical id')).size || logical;
  const cores = Number(values('cpu cores')[0] ?? 1);
  const threads = Math.max(1, Math.floor(Number(values('siblings')[0] ?? cores) / cores));
  const list = values('processor').flatMap((number, index) =>
    [number, values('vendor_id')[index], values('model name')[index]].filter((one) => one !== undefined),
  );
  return {
    processor: list,
    processor_count: sockets,
    processor_cores: cores,
    processor_threads_per_core: threads,
    processor_vcpus: logical,
    processor_nproc: online || logical,
  };
}

function mounts(text: string): ResultData[] {
  const found = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): ResultData => {
      const [device = '', mount = '', fstype = '', options = '', sizes = ''] = line.split('\t');
      const [blockSize = 0, total = 0, available = 0, inodes = 0, inodesFree = 0] = sizes
        .split(' ')
        .map(Number);
      const plain = mount.replace(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)));
      return {
        device,
        mount: plain,
        fstype,
        options,
        uuid: 'N/A',
        block_size: blockSize,
        block_total: total,
        block_available: available,
        block_used: total - available,
        size_total: total * blockSize,
        size_available: available * blockSize,
        inode_total: inodes,
        inode_available: inodesFree,
        inode_used: inodes - inodesFree,
      };
    });
  return found;
}

const chassis: Readonly<Record<string, string>> = {
  '1': 'Other',
  '3': 'Desktop',
  '8': 'Portable',
  '9': 'Laptop',
  '10': 'Notebook',
  '17': 'Main Server Chassis',
  '23': 'Rack Mount Chassis',
  '28': 'Blade',
};

function firmware(text: string): Facts {
  const found = assignments(text);
  const value = (name: string): string => found[name]?.trim() || 'NA';
  return {
    bios_date: value('bios_date'),
    bios_vendor: value('bios_vendor'),
    bios_version: value('bios_version'),
    board_name: value('board_name'),
    board_vendor: value('board_vendor'),
    chassis_vendor: value('chassis_vendor'),
    product_name: value('product_name'),
    product_serial: value('product_serial'),
    product_uuid: value('product_uuid'),
    product_version: value('product_version'),
    system_vendor: value('sys_vendor'),
    form_factor: chassis[value('chassis_type')] ?? 'NA',
  };
}

function virtualization(virt: string, container: string): Facts {
  const said = virt.split('\n').find((line) => line !== '' && line !== 'none');
  const named = /^container=(.+)$/m.exec(container)?.[1];
  const type =
    named ??
    said ??
    (container.includes('dockerenv') ? 'docker' : container.includes('containerenv') ? 'podman' : undefined);
  const known =
    type === 'systemd-nspawn'
      ? 'systemd-nspawn'
      : type === 'vmware'
        ? 'VMware'
        : type === 'oracle'
          ? 'virtualbox'
          : type;
  if (known === undefined) return { virtualization_type: 'NA', virtualization_role: 'NA' };
  return { virtualization_type: known, virtualization_role: 'guest' };
}

export function hardwareFacts(sections: Sections): Facts {
  const has = sections.has('meminfo');
  const seconds = Math.floor(Number((sections.get('uptime') ?? '').split(' ')[0] ?? 0));
  const [one, five, fifteen] = (sections.get('loadavg') ?? '').split(' ').map(Number);
  return {
    ...(has
      ? {
          ...memory(sections.get('meminfo') ?? ''),
          ...processors(sections.get('cpuinfo') ?? '', Number(sections.get('nproc') ?? 0)),
          ...firmware(sections.get('dmi') ?? ''),
          mounts: mounts(sections.get('mounts') ?? ''),
          uptime_seconds: seconds,
          loadavg: { '1m': one ?? 0, '5m': five ?? 0, '15m': fifteen ?? 0 },
        }
      : {}),
    ...(sections.has('virt')
      ? virtualization(sections.get('virt') ?? '', sections.get('container') ?? '')
      : {}),
  };
}
