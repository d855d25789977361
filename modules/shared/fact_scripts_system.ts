// How a host is asked about its system, its users and its network.
import { sh } from '../../engine/module/quote.ts';

// Written out, a dollar before a brace would be the template's own.
const dollar = sh`$`;

const packageTools =
  '/usr/bin/rpm-ostree /usr/bin/yum /usr/bin/dnf-3 /usr/bin/dnf5 /usr/bin/dnf /usr/bin/microdnf /usr/bin/apt-get /usr/bin/zypper /usr/sbin/urpmi /usr/bin/pacman /bin/opkg /sbin/apk /usr/bin/emerge /usr/bin/xbps-install /usr/bin/swupd /run/ostree-booted'.split(
    ' ',
  );

export const systemScripts = {
  /** Printed before anything else; see fact_texts.ts. */
  environment: sh`:`,
  uname: sh`uname -s; uname -n; uname -r; uname -v; uname -m`,
  word_size: sh`getconf LONG_BIT`,
  machine_id: sh`cat /var/lib/dbus/machine-id || cat /etc/machine-id`,
  // The name that the first address of the host's name leads back to, as getfqdn(3) wrappers find it.
  names: sh`if command -v getent >/dev/null; then
  set -- $(within 5 getent hosts "$(uname -n)")
  [ -z "$1" ] || within 5 getent hosts "$1"
else printf '0 %s\n' "$(hostname -f)"; fi`,
  id: sh`id -un; id -u; id -g; id -ru; id -rg
u=$(id -u); getent passwd "$u" || awk -F: -v u="$u" '$3 == u' /etc/passwd`,
  date: sh`date '+%Y %m %d %H %M %S %s %z %A %w %W %N %Z'
y=$(date +%Y); date -d "$y-01-01 12:00" '+%z %Z'; date -d "$y-07-01 12:00" '+%z %Z'`,
  lsb: sh`if command -v lsb_release >/dev/null; then lsb_release -a; fi`,
  python: sh`for n in python3 /usr/libexec/platform-python python; do
  p=$(command -v $n) && printf '%s\n' "$p" && within 5 "$p" -V 2>&1 && break
done`,
  selinux: sh`[ -e /sys/fs/selinux/enforce ] && echo status enabled || echo status disabled
for k in enforce policyvers; do if [ -r /sys/fs/selinux/$k ]; then printf '%s %s\n' $k "$(cat /sys/fs/selinux/$k)"; fi; done
sed -n -e 's/^SELINUX=/config_mode /p' -e 's/^SELINUXTYPE=/type /p' /etc/selinux/config`,
  apparmor: sh`[ -d /sys/kernel/security/apparmor ] && echo enabled || echo disabled`,
  capabilities: sh`if command -v capsh >/dev/null; then capsh --print; fi`,
  tools: sh`for f in ${packageTools}; do [ -e "$f" ] && printf '%s %s\n' "$f" "$(readlink -f "$f")"; done`,
  services: sh`printf 'one %s\n' "$(cat /proc/1/comm || basename "$(readlink /sbin/init)")"
printf 'init %s\n' "$(basename "$(readlink /sbin/init)")"
for p in systemctl initctl; do command -v $p >/dev/null && echo $p; done
[ -d /run/systemd/system ] && echo booted; [ -d /etc/init ] && echo etc-init
[ -e /sbin/openrc ] && echo openrc; [ -d /etc/init.d ] && echo init.d; [ -d /etc/dinit.d ] && echo dinit.d
systemctl --version`,
  host_keys: sh`for f in /etc/ssh/ssh_host_*_key.pub /etc/openssh/ssh_host_*_key.pub /etc/ssh_host_*_key.pub; do
  [ -r "$f" ] && { read -r type key rest < "$f"; n=${dollar}{f##*/ssh_host_}; printf '%s %s %s\n' "${dollar}{n%_key.pub}" "$type" "$key"; }
done`,
  chroot: sh`[ -z "$debian_chroot" ] || echo yes
a=$(stat -L -c %d:%i /proc/1/root/.) && printf 'root %s\n' "$a"
stat -L -c 'here %d:%i %i' /; stat -f -c 'type %T' /`,
  // Each file: name and exit code, then what it says. The owner's x decides, as root may run nothing else.
  local: sh`for f in "$FACTS"/*.fact; do
  [ -f "$f" ] || continue
  m=$(stat -L -c %A -- "$f")
  case $m in ???[xs]*) o=$("$f"); r=$? ;; *) o=$(cat -- "$f"); r=- ;; esac
  printf '\002%s %s\n%s\n' "$r" "$f" "$o"
done`,
  routes: sh`for v in 4 6; do
  [ $v = 4 ] && a=8.8.8.8 || a=2404:6800:400a:800::1012
  printf 'to%s %s\n' $v "$(ip -$v route get $a | head -n 1)"
  ip -$v route show table local | sed -n "s/^local \([^ ]*\).*/local$v \1/p"
done`,
  addresses: sh`ip -o addr show`,
  // Read by the shell itself: a node of a cluster has hundreds of interfaces.
  interfaces: sh`for d in /sys/class/net/*; do
  [ -d "$d" ] || continue
  printf 'device %s\n' "${dollar}{d##*/}"
  for k in address mtu operstate type speed flags; do { read -r v < "$d/$k"; } && printf '%s %s\n' $k "$v"; done
  [ -e "$d/device/driver/module" ] && { m=$(readlink -f "$d/device/driver/module"); printf 'module %s\n' "${dollar}{m##*/}"; }
  [ -e "$d/device" ] && { m=$(readlink -f "$d/device"); printf 'pciid %s\n' "${dollar}{m##*/}"; }
  if [ -d "$d/bridge" ]; then
    echo bridge
    for k in bridge_id stp_state; do { read -r v < "$d/bridge/$k"; } && printf '%s %s\n' $k "$v"; done
    for b in "$d"/brif/*; do [ -e "$b" ] && printf 'port %s\n' "${dollar}{b##*/}"; done
  fi
  if [ -d "$d/bonding" ]; then
    echo bonding
    for k in slaves mode miimon lacp_rate primary; do { read -r v < "$d/bonding/$k"; } && printf '%s %s\n' $k "$v"; done
  fi
  { read -r v < "$d/bonding_slave/perm_hwaddr"; } && printf 'perm_hwaddr %s\n' "$v"
done`,
};
