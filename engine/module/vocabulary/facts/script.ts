// What is printed of a host: each section begins with a line of SOH and its name. Nothing here fails when a tool or file
// is missing; its section is empty then.
import { lines, sh, type ShellText } from '../../quote.ts';
import type { FactsQuestion } from './facts.ts';

const section = (name: string, script: ShellText): ShellText =>
  sh`printf '\001%s\n' ${name}; { ${script}; } 2>/dev/null`;

const file = (path: string): ShellText => sh`cat ${path}`;

const smallest = [
  section('uname', sh`uname -s; uname -r; uname -m; uname -n; uname -v`),
  section('os-release', sh`cat /etc/os-release || cat /usr/lib/os-release`),
  section('debian_version', file('/etc/debian_version')),
  section('lsb', file('/etc/lsb-release')),
  section('init', sh`cat /proc/1/comm; if [ -d /run/systemd/system ]; then echo systemd; fi`),
  section('managers', sh`for m in apt-get dnf5 dnf yum zypper pacman apk; do command -v $m; done`),
  section('hostname', sh`hostname -f || hostname || cat /proc/sys/kernel/hostname`),
  section('user', sh`id -un; id -u; id -g; { getent passwd "$(id -u)" || grep "^$(id -un):" /etc/passwd; }`),
  section('date', sh`date '+%s %Y %m %d %H %M %S %Z %z %A %u %W %j'; TZ=UTC0 date '+%Y-%m-%dT%H:%M:%S'`),
  section('machine-id', file('/etc/machine-id')),
  section('cmdline', file('/proc/cmdline')),
  section('selinux', sh`getenforce; grep -E '^SELINUX(TYPE)?=' /etc/selinux/config`),
  section('apparmor', sh`if [ -d /sys/kernel/security/apparmor ]; then echo enabled; else echo disabled; fi`),
  section('fips', file('/proc/sys/crypto/fips_enabled')),
  section('resolv', file('/etc/resolv.conf')),
  section('hostkeys', sh`for f in /etc/ssh/ssh_host_*_key.pub; do cat "$f"; done`),
  section('bits', sh`getconf LONG_BIT`),
];

const hardware = [
  section('meminfo', file('/proc/meminfo')),
  section('cpuinfo', file('/proc/cpuinfo')),
  section('nproc', sh`nproc`),
  section('uptime', file('/proc/uptime')),
  section('loadavg', file('/proc/loadavg')),
  section(
    'dmi',
    sh`for f in bios_date bios_vendor bios_version board_name board_vendor chassis_type chassis_vendor product_name product_serial product_uuid product_version sys_vendor; do printf '%s=%s\n' "$f" "$(cat /sys/class/dmi/id/$f)"; done`,
  ),
  section(
    'mounts',
    sh`while read -r device mount type options rest; do
  case $device in /* | *:/*) ;; *) continue ;; esac
  printf '%s\t%s\t%s\t%s\t%s\n' "$device" "$mount" "$type" "$options" "$(stat -f -c '%S %b %a %c %d' -- "$(printf '%b' "$mount")")"
done < /proc/mounts`,
  ),
];

const network = [
  section('link', sh`ip -o link show`),
  section('addr', sh`ip -o addr show`),
  section('route4', sh`ip -4 route show default`),
  section('route6', sh`ip -6 route show default`),
  section(
    'types',
    sh`for d in /sys/class/net/*; do printf '%s %s %s %s\n' "$(basename "$d")" "$(if [ -d "$d/bridge" ]; then echo bridge; elif [ -d "$d/bonding" ]; then echo bonding; elif [ "$(cat "$d/type")" = 772 ]; then echo loopback; else echo ether; fi)" "$(cat "$d/operstate")" "$(cat "$d/speed" || echo -1)"; done`,
  ),
];

const virtual = [
  section('virt', sh`systemd-detect-virt --container; systemd-detect-virt --vm`),
  section(
    'container',
    sh`tr '\0' '\n' < /proc/1/environ | grep '^container='; ls /.dockerenv /run/.containerenv`,
  ),
];

const own = (folder: string): ShellText =>
  section(
    'local',
    sh`for f in ${folder}/*.fact; do
  [ -f "$f" ] || continue
  printf '\002%s\n' "$(basename "$f" .fact)"
  if [ -x "$f" ]; then "$f" </dev/null; else cat "$f"; fi
done`,
  );

/** Whether a subset is asked for, as Ansible's `gather_subset` words it: `all`, `!hardware`, `min`, names. */
export function wants(subsets: readonly string[], name: string): boolean {
  if (subsets.includes(`!${name}`)) return false;
  if (subsets.includes(name) || subsets.includes('all')) return true;
  return subsets.every((one) => one.startsWith('!')) && !subsets.includes('!all');
}

export function factsScript({ subsets, factPath }: FactsQuestion): string {
  return lines(
    // The environment is told as it is, before LC_ALL is set for the tools.
    section('env', sh`env`),
    sh`export LC_ALL=C`,
    ...smallest,
    ...(wants(subsets, 'hardware') ? hardware : []),
    ...(wants(subsets, 'network') ? network : []),
    ...(wants(subsets, 'virtual') || wants(subsets, 'hardware') ? virtual : []),
    own(factPath),
    sh`:`,
  ).text;
}
