// Names of the host and its user, time, environment, security, keys.
import type { ResultData } from '../../contract.ts';
import type { Facts, Sections } from './facts.ts';
import { assignments } from './platform.ts';

function names(sections: Sections): Facts {
  const node = (sections.get('uname') ?? '').split('\n')[3] ?? '';
  const fqdn = sections.get('hostname')?.trim() || node;
  const [hostname = ''] = node.split('.');
  const at = fqdn.indexOf('.');
  return { hostname, fqdn, domain: at < 0 ? '' : fqdn.slice(at + 1) };
}

function user(sections: Sections): Facts {
  const [name = '', uid, gid, entry = ''] = (sections.get('user') ?? '').split('\n');
  const [, , , , gecos = '', home = '', shell = ''] = entry.split(':');
  return {
    user_id: name,
    user_uid: Number(uid),
    user_gid: Number(gid),
    user_gecos: gecos,
    user_dir: home,
    user_shell: shell,
    effective_user_id: Number(uid),
    effective_group_id: Number(gid),
    real_user_id: Number(uid),
    real_group_id: Number(gid),
  };
}

function dateTime(text = ''): Facts {
  const [local = '', utc = ''] = text.split('\n');
  const [
    epoch = '',
    year = '',
    month = '',
    day = '',
    hour = '',
    minute = '',
    second = '',
    tz = '',
    offset = '',
    weekday = '',
    number = '',
    week = '',
  ] = local.split(' ');
  const [date, time] = [`${year}-${month}-${day}`, `${hour}:${minute}:${second}`];
  return {
    date_time: {
      ...{ year, month, day, hour, minute, second, date, time, tz, weekday, epoch },
      epoch_int: epoch,
      tz_offset: offset,
      tz_dst: tz,
      weekday_number: number === '7' ? '0' : number,
      weeknumber: week,
      iso8601: `${utc}Z`,
      iso8601_micro: `${utc}.000000Z`,
      iso8601_basic: `${year}${month}${day}T${hour}${minute}${second}000000`,
      iso8601_basic_short: `${year}${month}${day}T${hour}${minute}${second}`,
    },
  };
}

function environment(text = ''): Facts {
  const found: { [name: string]: ResultData } = {};
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) found[line.slice(0, at)] = line.slice(at + 1);
  }
  return { env: found };
}

function security(sections: Sections): Facts {
  const text = sections.get('selinux') ?? '';
  const mode = text.split('\n')[0]?.toLowerCase() ?? '';
  const config = assignments(text);
  const selinux =
    mode === 'enforcing' || mode === 'permissive'
      ? {
          status: 'enabled',
          mode,
          config_mode: config['SELINUX'] ?? 'unknown',
          type: config['SELINUXTYPE'] ?? 'unknown',
        }
      : { status: 'disabled' };
  return {
    selinux,
    selinux_python_present: true,
    apparmor: { status: sections.get('apparmor')?.trim() || 'disabled' },
    fips: sections.get('fips')?.trim() === '1',
    system_capabilities: [],
    system_capabilities_enforced: 'N/A',
    is_chroot: false,
  };
}

function hostKeys(text = ''): Facts {
  const found: { [name: string]: ResultData } = {};
  for (const line of text.split('\n')) {
    const [type = '', key] = line.split(' ');
    const name = type.startsWith('ecdsa') ? 'ecdsa' : type.replace(/^ssh-(rsa|dss|ed25519)$/, '$1');
    if (key === undefined) continue;
    found[`ssh_host_key_${name}_public`] = key;
    found[`ssh_host_key_${name}_public_keytype`] = type;
  }
  return found;
}

/** Words of the kernel's command line; a name that comes twice has its last value, or all in `proc_cmdline`. */
function commandLine(text = ''): Facts {
  const last: { [name: string]: ResultData } = {};
  const all: { [name: string]: ResultData } = {};
  for (const word of text
    .trim()
    .split(/\s+/)
    .filter((one) => one !== '')) {
    const at = word.indexOf('=');
    const name = at < 0 ? word : word.slice(0, at);
    const value = at < 0 ? true : word.slice(at + 1);
    const before = all[name];
    all[name] =
      before === undefined
        ? value
        : [...(Array.isArray(before) ? (before as ResultData[]) : [before]), value];
    last[name] = value;
  }
  return { cmdline: last, proc_cmdline: all };
}

export function identityFacts(sections: Sections): Facts {
  return {
    ...names(sections),
    ...user(sections),
    ...dateTime(sections.get('date')),
    ...environment(sections.get('env')),
    ...security(sections),
    ...hostKeys(sections.get('hostkeys')),
    ...commandLine(sections.get('cmdline')),
    machine_id: sections.get('machine-id')?.trim() ?? '',
    python: null,
  };
}
