// What a host runs on or hosts. The first clue that holds names type and role; all that hold are listed.
import { linesOf, wordsOf, type Texts } from './fact_texts.ts';
import type { Facts } from './facts_system.ts';

interface Clue {
  readonly tech: string;
  readonly role: 'guest' | 'host';
  readonly holds: boolean;
}

const kvmMakers = ['QEMU', 'Amazon EC2', 'DigitalOcean', 'Google', 'Scaleway', 'Nutanix'];

function containerClues(lines: readonly string[]): Clue[] {
  const words = wordsOf(lines.join('\n'));
  const has = (pattern: RegExp): boolean => lines.some((line) => pattern.test(line));
  const container = words.get('container');
  const systemd = words.get('systemd') ?? '';
  const guest = (tech: string, holds: boolean): Clue => ({ tech, role: 'guest', holds });
  const isKnown =
    has(/^cgroup .*\/docker(\/|-[0-9a-f]+\.scope)/) || words.has('dockerenv') || words.has('vz-guest');
  return [
    guest('docker', has(/^cgroup .*\/docker(\/|-[0-9a-f]+\.scope)/)),
    guest('lxc', has(/^cgroup .*(\/lxc\/|\/machine\.slice\/machine-lxc)/)),
    guest('containerd', has(/^cgroup .*\/system\.slice\/containerd\.service/)),
    guest('lxc', container?.startsWith('lxc') === true),
    guest('podman', container?.startsWith('podman') === true),
    guest('container', container !== undefined && container !== ''),
    { tech: 'openvz', role: 'host', holds: words.has('vz-host') },
    guest('openvz', words.has('vz-guest')),
    guest(systemd, systemd !== ''),
    guest('docker', words.has('dockerenv')),
    guest('container', isKnown || systemd !== ''),
  ];
}

function machineClues(texts: Texts): Clue[] {
  const dmi = wordsOf(texts.dmi);
  const [product, maker, family, bios] = ['product_name', 'sys_vendor', 'product_family', 'bios_vendor'].map(
    (name) => dmi.get(name) ?? '',
  ) as [string, string, string, string];
  const processor = texts.cpuinfo ?? '';
  const guest = (tech: string, holds: boolean): Clue => ({ tech, role: 'guest', holds });
  return [
    guest('kvm', ['KVM', 'KVM Server', 'Bochs', 'AHV'].includes(product)),
    guest('oVirt', maker === 'oVirt'),
    guest('RHV', maker === 'Red Hat' && family === 'RHV'),
    guest('RHEV', maker === 'Red Hat' && product === 'RHEV Hypervisor'),
    guest('VMware', product.startsWith('VMware')),
    guest('openstack', ['OpenStack Compute', 'OpenStack Nova'].includes(product)),
    guest('xen', bios === 'Xen'),
    guest('virtualbox', bios === 'innotek GmbH'),
    guest('kvm', ['Amazon EC2', 'DigitalOcean', 'Hetzner'].includes(bios)),
    guest('kvm', kvmMakers.includes(maker)),
    guest('KubeVirt', maker === 'KubeVirt'),
    guest('VirtualPC', maker === 'Microsoft Corporation'),
    guest('parallels', maker === 'Parallels Software International Inc.'),
    guest('openstack', maker === 'OpenStack Foundation'),
    guest('kvm', /^model name.*QEMU Virtual CPU/m.test(processor)),
    guest('uml', /^(vendor_id.*User Mode Linux|model name.*UML)/m.test(processor)),
  ];
}

export function virtualFacts(texts: Texts): Facts {
  const lines = linesOf(texts.virtual);
  const xen = linesOf(texts.xen);
  const has = (word: string): boolean => lines.includes(word);
  const guest = (tech: string, holds: boolean): Clue => ({ tech, role: 'guest', holds });
  const host = (tech: string, holds: boolean): Clue => ({ tech, role: 'host', holds });
  const vserver = wordsOf(texts.virtual).get('vxid');
  const clues = [
    ...containerClues(lines),
    host('xen', xen.includes('control')),
    guest('xen', xen.includes('proc') && !xen.includes('control')),
    ...machineClues(texts),
    host('linux_vserver', vserver === '0'),
    guest('linux_vserver', vserver !== undefined && vserver !== '0'),
    host('kvm', has('module-kvm')),
    host('virtualbox', has('module-vboxdrv')),
    guest('kvm', has('module-virtio')),
    host('kvm', has('dev-kvm')),
  ].filter(({ holds }) => holds);
  const techs = (role: string): string[] => [
    ...new Set(clues.filter((clue) => clue.role === role).map(({ tech }) => tech)),
  ];
  return {
    virtualization_type: clues[0]?.tech ?? 'NA',
    virtualization_role: clues[0]?.role ?? 'NA',
    virtualization_tech_guest: techs('guest'),
    virtualization_tech_host: techs('host'),
  };
}
