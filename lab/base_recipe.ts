// What the base image of the lab's hosts is made of. A changed recipe is a new image, as its hash is the image's name.

export const suite = 'bookworm'; // systemd 252; later ones want a force option on version 1 cgroups

/** Packages beside Debian's smallest set. busybox-static is taken apart into a layer and purged again. */
export const packages = [
  ...[
    'systemd',
    'systemd-sysv',
    'dbus',
    'openssh-server',
    'sudo',
    'opendoas',
    'iproute2',
    'iptables',
    'nftables',
  ],
  ...[
    'conntrack',
    'ipset',
    'socat',
    'kmod',
    'procps',
    'ethtool',
    'haproxy',
    'nginx-light',
    'libnginx-mod-stream',
  ],
  ...['openssl', 'ca-certificates', 'curl', 'iputils-ping', 'netbase', 'busybox-static'],
  ...['wireguard-tools', 'wireguard-go'], // this kernel has no WireGuard: a gateway runs it in user space
  ...['xz-utils', 'acl', 'attr'], // for archives, and to look at what a changed file must keep
];

export const enabledUnits = ['ssh.service', 'systemd-networkd.service'];
/** Debian starts these when it installs them; on a lab's host the roles decide. */
export const disabledUnits = ['haproxy.service', 'nginx.service', 'nftables.service', 'e2scrub_reap.service'];
/** Work that a short-lived host without disks or consoles has no use for. */
export const maskedUnits = [
  ...[
    'apt-daily.timer',
    'apt-daily-upgrade.timer',
    'dpkg-db-backup.timer',
    'e2scrub_all.timer',
    'fstrim.timer',
  ],
  ...[
    'console-getty.service',
    'getty.target',
    'systemd-pstore.service',
    'systemd-networkd-wait-online.service',
  ],
];

/** Removed from the finished tree. A host has neither Python nor Perl, as the engine needs neither. */
export const removedPaths = [
  ...[
    'usr/share/doc',
    'usr/share/man',
    'usr/share/locale',
    'usr/share/perl5',
    'usr/share/perl',
    'usr/bin/perl*',
  ],
  ...[
    'usr/lib/*/perl-base',
    'var/lib/apt/lists/*',
    'var/cache/apt/*',
    'var/cache/debconf/*-old',
    'var/log/*.log',
    'var/log/apt/*',
  ],
  ...['etc/ssh/ssh_host_*', 'etc/hostname', 'etc/machine-id', 'var/lib/dbus/machine-id', 'etc/resolv.conf'],
  ...['etc/apt/sources.list', 'etc/apt/apt.conf.d/70debconf'], // debconf is Perl
  ...['etc/init.d/*', 'etc/rc?.d'], // with a script of a unit's name there, systemctl calls update-rc.d, which is Perl
];

/** The programs that a busybox host has from busybox: those of these packages, and only those busybox knows. */
export const busyboxReplaces = [
  ...['coreutils', 'findutils', 'sed', 'grep', 'mawk', 'tar', 'gzip', 'diffutils', 'procps', 'debianutils'],
  ...['hostname', 'dash', 'bash'],
];

const sshdConfig = `# lab: many connections at once from few addresses; MaxSessions stays at its default of 10
UseDNS no
MaxStartups 200:30:400
HostKey /etc/ssh/ssh_host_ed25519_key
PasswordAuthentication yes
`;

// What a real machine gives by itself and nspawn does not: writable version 1 controllers, shared mounts, and kernel
// settings that kubelet insists on. /proc/sys outside net belongs to the whole machine, so plain files with the wanted
// values are bound over it: kubelet finds them right and writes nothing.
const hostPrepScript = `#!/bin/sh
set -e
for controller in /sys/fs/cgroup/*/; do mount -o remount,bind,rw "$controller" 2>/dev/null || true; done
mkdir -p /run/host-prep
pretend() {
  file=/run/host-prep/$(echo "$1" | tr / _)
  echo "$2" >"$file"
  mountpoint -q "/proc/sys/$1" || mount --bind "$file" "/proc/sys/$1"
}
pretend vm/overcommit_memory 1
pretend vm/panic_on_oom 0
pretend kernel/panic 10
pretend kernel/panic_on_oops 1
pretend kernel/keys/root_maxkeys 1000000
pretend kernel/keys/root_maxbytes 25000000
mount --make-rshared /
`;

const hostPrepUnit = `[Unit]
Description=Give this lab host what a real machine has for containers
Before=containerd.service kubelet.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/host-prep

[Install]
WantedBy=multi-user.target
`;

/** Files of the image: path, then content and mode. */
export const imageFiles: Readonly<Record<string, { readonly content: string; readonly mode?: number }>> = {
  'etc/ssh/sshd_config.d/lab.conf': { content: sshdConfig },
  'usr/local/sbin/host-prep': { content: hostPrepScript, mode: 0o755 },
  'etc/systemd/system/host-prep.service': { content: hostPrepUnit },
  'etc/resolv.conf': { content: '' },
  'etc/default/locale': { content: 'LANG=C.UTF-8\n' },
  'etc/apt/sources.list': { content: 'deb [trusted=yes] file:/srv/packages ./\n' },
  'etc/apt/apt.conf.d/90lab': { content: 'APT::Install-Recommends "false";\nAcquire::Languages "none";\n' },
};
