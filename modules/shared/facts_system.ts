// Facts of the system, its user and its services, read from the host's texts.
import { Float } from '../../engine/document/value.ts';
import type { ResultData } from '../../engine/module/contract.ts';
import { linesOf, wordsOf, type Texts } from './fact_texts.ts';

/** By names without `ansible_`. */
export interface Facts {
  readonly [name: string]: ResultData;
}

function fqdnOf(names: string | undefined, node: string): string {
  const words = linesOf(names)[0]?.trim().split(/\s+/).slice(1) ?? [];
  return words.find((word) => word.includes('.')) ?? words[0] ?? node;
}

export function platformFacts(texts: Texts): Facts {
  const [system = '', node = '', kernel = '', version = '', machine = ''] = (texts.uname ?? '').split('\n');
  const fqdn = fqdnOf(texts.names, node);
  const bits = texts.word_size?.trim() ?? '';
  const isOldIntel = /^i[3-6]86$|^i86pc$/.test(machine);
  const isIntel = isOldIntel || machine === 'x86_64';
  const architecture = isOldIntel ? 'i386' : machine;
  return {
    system,
    kernel,
    kernel_version: version,
    machine,
    architecture,
    nodename: node,
    hostname: node.split('.')[0] ?? '',
    fqdn,
    domain: fqdn.split('.').slice(1).join('.'),
    ...(bits === '' ? {} : { userspace_bits: bits }),
    ...(isIntel && bits !== '' ? { userspace_architecture: bits === '64' ? 'x86_64' : 'i386' } : {}),
    ...(texts.machine_id ? { machine_id: texts.machine_id.trim() } : {}),
  };
}

export function userFacts(texts: Texts): Facts {
  const [name = '', uid, gid, realUid, realGid, entry = ''] = (texts.id ?? '').split('\n');
  const [, , , , gecos = '', home = '', shell = ''] = entry.split(':');
  return {
    user_id: name,
    user_uid: Number(uid),
    user_gid: Number(entry.split(':')[3] ?? gid),
    user_gecos: gecos,
    user_dir: home,
    user_shell: shell,
    real_user_id: Number(realUid),
    effective_user_id: Number(uid),
    real_group_id: Number(realGid),
    effective_group_id: Number(gid),
  };
}

export function environmentFacts({ environment = '' }: Texts): Facts {
  const env = new Map<string, string>();
  for (const entry of environment.split('\0')) {
    const at = entry.indexOf('=');
    if (at > 0) env.set(entry.slice(0, at), entry.slice(at + 1));
  }
  return { env };
}

export function dateFacts({ date }: Texts): Facts {
  const [now = '', winter = '', summer = ''] = (date ?? '').split('\n');
  const [year, month, day, hour, minute, second, epoch = '', offset, weekday, weekNumber, week, nano, zone] =
    now.split(' ');
  const micro = /^\d{9}$/.test(nano ?? '') ? (nano ?? '').slice(0, 6) : '000000';
  const utc = new Date(Number(epoch) * 1000).toISOString().slice(0, 19);
  const other = [winter, summer]
    .map((line) => line.split(' '))
    .sort(([a = ''], [b = '']) => Number(a) - Number(b));
  const local = `${year ?? ''}${month ?? ''}${day ?? ''}T${hour ?? ''}${minute ?? ''}${second ?? ''}`;
  const time: Facts = {
    year,
    month,
    day,
    hour,
    minute,
    second,
    weekday,
    weekday_number: weekNumber,
    weeknumber: week,
    epoch,
    epoch_int: epoch,
    date: `${year ?? ''}-${month ?? ''}-${day ?? ''}`,
    time: `${hour ?? ''}:${minute ?? ''}:${second ?? ''}`,
    iso8601: `${utc}Z`,
    iso8601_micro: `${utc}.${micro}Z`,
    iso8601_basic: `${local}${micro}`,
    iso8601_basic_short: local,
    tz: zone,
    tz_dst: other[1]?.[1] ?? zone,
    tz_offset: offset,
  } as Facts;
  return { date_time: time };
}

/** Words of the kernel's command line: `name=value` or a bare name. */
export function commandLineFacts({ cmdline = '' }: Texts): Facts {
  const last = new Map<string, ResultData>();
  const all = new Map<string, ResultData>();
  for (const word of cmdline.match(/(?:"[^"]*"|'[^']*'|\S)+/g) ?? []) {
    const text = word.replace(/["']/g, '');
    const at = text.indexOf('=');
    const [name, value] = at < 0 ? [text, true] : [text.slice(0, at), text.slice(at + 1)];
    const before = all.get(name);
    last.set(name, value);
    all.set(
      name,
      before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value],
    );
  }
  return { cmdline: Object.fromEntries(last), proc_cmdline: Object.fromEntries(all) };
}

export function dnsFacts({ resolv = '' }: Texts): Facts {
  const dns: { [name: string]: ResultData } = {};
  const servers: string[] = [];
  for (const line of linesOf(resolv)) {
    const [word = '', ...values] = line.trim().split(/\s+/);
    if (word === 'nameserver') servers.push(...values);
    else if (word === 'domain') dns['domain'] = values[0] ?? '';
    else if (word === 'search' || word === 'sortlist') dns[word] = values;
    else if (word === 'options')
      dns['options'] = Object.fromEntries(
        values.map((option) => {
          const [name = '', value] = option.split(/:(.*)/s);
          return [name, value ?? true];
        }),
      );
  }
  return { dns: { ...dns, ...(servers.length > 0 ? { nameservers: servers } : {}) } };
}

const lsbNames: Readonly<Record<string, string>> = {
  'LSB Version': 'release',
  'Distributor ID': 'id',
  Description: 'description',
  Release: 'release',
  Codename: 'codename',
  DISTRIB_ID: 'id',
  DISTRIB_RELEASE: 'release',
  DISTRIB_DESCRIPTION: 'description',
  DISTRIB_CODENAME: 'codename',
};

export function lsbFacts(texts: Texts): Facts {
  const said = linesOf(texts.lsb).length > 0 ? texts.lsb : texts.lsb_file;
  const lsb: { [name: string]: string } = {};
  for (const line of linesOf(said)) {
    const [, word = '', value = ''] = /^([^:=]+)[:=]\s*(.*)$/.exec(line) ?? [];
    const name = lsbNames[word];
    if (name !== undefined) lsb[name] = value.trim().replace(/^["']|["']$/g, '');
  }
  const major = lsb['release']?.split('.')[0];
  return { lsb: { ...lsb, ...(major === undefined ? {} : { major_release: major }) } };
}

/** Of the Python that content may call; nothing here needs it. */
export function pythonFacts({ python }: Texts): Facts {
  const [executable, said = ''] = linesOf(python);
  const [, version = '', ...numbers] = /^Python ((\d+)\.(\d+)\.(\d+))/.exec(said) ?? [];
  if (executable === undefined || version === '') return {};
  const [major = 0, minor = 0, micro = 0] = numbers.map(Number);
  return {
    python_version: version,
    python: {
      version: { major, minor, micro, releaselevel: 'final', serial: 0 },
      version_info: [major, minor, micro, 'final', 0],
      executable,
      has_sslcontext: true,
      type: 'cpython',
    },
  };
}

export function selinuxFacts({ selinux }: Texts): Facts {
  const words = wordsOf(selinux);
  const bindings: Facts = { selinux_python_present: true };
  if (words.get('status') !== 'enabled') return { selinux: { status: 'disabled' }, ...bindings };
  const versions = words.get('policyvers');
  return {
    ...bindings,
    selinux: {
      status: 'enabled',
      mode: words.get('enforce') === '1' ? 'enforcing' : 'permissive',
      config_mode: words.get('config_mode') ?? 'unknown',
      type: words.get('type') ?? 'unknown',
      policyvers: versions === undefined ? 'unknown' : Number(versions),
    },
  };
}

export function apparmorFacts({ apparmor = '' }: Texts): Facts {
  return { apparmor: { status: apparmor.trim() } };
}

export function fipsFacts({ fips }: Texts): Facts {
  return { fips: fips?.trim() === '1' };
}

export function capabilityFacts({ capabilities }: Texts): Facts {
  const current = linesOf(capabilities).find((line) => line.startsWith('Current:'));
  if (current === undefined) return { system_capabilities: [], system_capabilities_enforced: 'N/A' };
  const held = current.slice('Current:'.length).trim();
  if (held === '=ep') return { system_capabilities: [], system_capabilities_enforced: 'False' };
  const names = held.slice(held.indexOf('=') + 1).split(',');
  return { system_capabilities: names.map((name) => name.trim()), system_capabilities_enforced: 'True' };
}

const initNames: Readonly<Record<string, string>> = {
  procd: 'openwrt_init',
  'runit-init': 'runit',
  svscan: 'svc',
  'openrc-init': 'openrc',
};

/** The program that runs services: by the name of process 1, or by what is installed when that name tells nothing. */
export function serviceFacts({ services }: Texts): Facts {
  const words = wordsOf(services);
  const one = words.get('one')?.trim() ?? '';
  const isTelling = one !== '' && one !== 'init' && !one.endsWith('sh');
  const hasSystemd = words.has('systemctl');
  const guesses: readonly (readonly [boolean, string])[] = [
    [isTelling, initNames[one] ?? one],
    [hasSystemd && words.has('booted'), 'systemd'],
    [words.has('initctl') && words.has('etc-init'), 'upstart'],
    [words.has('openrc'), 'openrc'],
    [hasSystemd && words.get('init') === 'systemd', 'systemd'],
    [words.has('init.d'), 'sysvinit'],
    [words.has('dinit.d'), 'dinit'],
  ];
  return { service_mgr: guesses.find(([holds]) => holds)?.[1] ?? 'service' };
}

export function systemdFacts({ services }: Texts): Facts {
  const lines = linesOf(services);
  const at = lines.findIndex((line) => /^systemd \d+/.test(line));
  if (at < 0 || !lines.includes('booted')) return {};
  const version = Number(/^systemd (\d+)/.exec(lines[at] ?? '')?.[1]);
  return { systemd: { version, features: lines[at + 1] ?? '' } };
}

export function hostKeyFacts({ host_keys: keys }: Texts): Facts {
  const facts: { [name: string]: string } = {};
  for (const line of linesOf(keys)) {
    const [name = '', type = '', key = ''] = line.split(' ');
    facts[`ssh_host_key_${name}_public`] ??= key;
    facts[`ssh_host_key_${name}_public_keytype`] ??= type;
  }
  return facts;
}

/** Inode 2 is the root of most file systems; btrfs has 256 there and XFS 128. */
export function chrootFacts({ chroot }: Texts): Facts {
  const words = wordsOf(chroot);
  const [here, inode] = words.get('here')?.split(' ') ?? [];
  const root = words.get('root');
  const type = words.get('type') ?? '';
  const usual = type === 'btrfs' ? '256' : type === 'xfs' ? '128' : '2';
  const isElsewhere = root === undefined ? inode !== undefined && inode !== usual : root !== here;
  return { is_chroot: words.has('yes') || isElsewhere };
}

export function loadFacts({ loadavg = '' }: Texts): Facts {
  const [one, five, fifteen] = loadavg.split(' ').map((word) => new Float(Number(word)));
  return { loadavg: { '1m': one, '5m': five, '15m': fifteen } };
}
