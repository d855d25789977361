// What every host keeps (role common), the gateway and the balancer.
import { onHost, type Disturbance } from './disturbance.ts';

/**
 * A host of the lab reaches no package archive, so the package is packed again from its own files into the host's local
 * archive before it is removed: the next run has where to install it from.
 */
const removePackage = (name: string): string => `
d=$(mktemp -d); mkdir "$d/DEBIAN"
dpkg-query -s ${name} | sed -e '/^Status:/d' -e '/^Conffiles:/,/^[A-Z]/{/^Conffiles:/d;/^ /d}' > "$d/DEBIAN/control"
dpkg-query -L ${name} | grep -v '^/etc/' | while read -r f; do
  if [ ! -d "$f" ] && [ -e "$f" ]; then mkdir -p "$d$(dirname "$f")"; cp -a "$f" "$d$f"; fi
done
cd /srv/packages
dpkg-deb --build -Znone "$d" ${name}.deb > /dev/null
{ cat "$d/DEBIAN/control"; echo "Filename: ./${name}.deb"; echo "Size: $(stat -c %s ${name}.deb)"; echo "SHA256: $(sha256sum < ${name}.deb | cut -d' ' -f1)"; } > Packages
rm -rf "$d"
apt-get -qq update
dpkg --force-depends --remove ${name} > /dev/null`;

const common: readonly Disturbance[] = [
  onHost('controller-1', 'common : Host name', 'hostname another && echo another > /etc/hostname'),
  onHost('controller-2', 'common : Own name in /etc/hosts', String.raw`sed -i '/^127\.0\.1\.1/d' /etc/hosts`),
  onHost(
    'worker-1',
    "common : The cluster's hosts in /etc/hosts",
    String.raw`sed -i '/ api\.kubernetes-the-hard-way$/d' /etc/hosts`,
  ),
  onHost('controller-3', 'common : Packages', removePackage('socat')),
  onHost('lb-1', 'common : Swap is off', 'echo /swapfile none swap sw 0 0 >> /etc/fstab'),
  onHost(
    'worker-2',
    'common : Kernel modules, now and after a reboot',
    'rm /etc/modules-load.d/br_netfilter.conf',
  ),
  onHost('worker-2', 'common : Kernel settings, now and after a reboot', 'sysctl -qw net.ipv4.ip_forward=0'),
  onHost(
    'controller-1',
    'common : Kernel settings, now and after a reboot',
    'rm /etc/sysctl.d/90-kubernetes.conf',
  ),
];

const loadedAgain = 'gateway : Rules are loaded, again when they changed';
const rules = 'gateway : Rules for the way out and the way in';
const loaded = 'gateway : Rules are loaded';
const jump = 'gateway : Traffic passes the rules';

const gateway: readonly Disturbance[] = [
  onHost(
    'gateway-1',
    'gateway : Forwarding, now and after a reboot',
    'rm /etc/sysctl.d/90-ipv4-ip-forward.conf',
  ),
  onHost('gateway-1', 'gateway : Folder for our own settings', 'chmod 0700 /etc/hardway'),
  onHost('gateway-1', rules, 'echo "# other" >> /etc/hardway/gateway.rules', {
    followedBy: [loadedAgain],
    because: 'the kernel has the rules as they were when the unit started',
  }),
  onHost(
    'gateway-1',
    'gateway : Unit that loads the rules',
    'chmod 0600 /etc/systemd/system/nat-rule.service',
  ),
  onHost('gateway-1', loadedAgain, 'systemctl disable nat-rule'),
  // A start of the unit loads the rules and puts the jumps back by itself.
  onHost('gateway-1', loaded, 'systemctl stop nat-rule', { apartFrom: [rules, jump] }),
  onHost('gateway-1', jump, 'iptables -t nat -D POSTROUTING -j HARDWAY-OUT', { apartFrom: [rules, loaded] }),
];

const reloaded = 'lb : Reloaded after a change';

const balancer: readonly Disturbance[] = [
  onHost('lb-1', 'lb : haproxy is installed', `systemctl stop haproxy\n${removePackage('haproxy')}`, {
    followedBy: ['lb : haproxy runs'],
    because: 'the service ends with its package',
    apartFrom: [reloaded],
  }),
  onHost(
    'lb-1',
    'lb : Certificate authority for the health check',
    'chmod 0600 /etc/haproxy/kubernetes-ca.crt',
  ),
  onHost('lb-1', 'lb : Configuration', 'rm /etc/haproxy/haproxy.cfg', {
    followedBy: [reloaded],
    because: 'haproxy reads it when it is reloaded',
  }),
  onHost('lb-1', reloaded, 'touch /etc/haproxy/haproxy.cfg'),
  onHost('lb-1', 'lb : haproxy runs', 'systemctl disable haproxy'),
];

export const hostDisturbances = [...common, ...gateway, ...balancer];
