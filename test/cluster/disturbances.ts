// What a run of site.yml keeps, undone on a cluster that is up, with the tasks that have to notice it.

export interface Disturbance {
  /** A host of the lab, or `control`: there the command stands in the folder of the operator's keys. */
  readonly where: string;
  readonly command: string;
  /** `host role : task` of every result that says changed for it. */
  readonly mendedBy: readonly string[];
}

const podNetwork = '10.200.0.0/16';

export const disturbances: readonly Disturbance[] = [
  {
    where: 'control',
    command: 'rm admin.kubeconfig',
    mendedBy: ['localhost pki : Kubeconfig of the operator'],
  },
  {
    where: 'control',
    command: 'chmod 0644 pki/admin.key',
    mendedBy: ['localhost pki : Client certificates'],
  },
  { where: 'control', command: 'chmod 0600 bin/kubectl', mendedBy: ['localhost client : kubectl'] },
  {
    where: 'gateway-1',
    command: 'rm /etc/sysctl.d/90-ipv4-ip-forward.conf',
    mendedBy: ['gateway-1 gateway : Forwarding, now and after a reboot'],
  },
  {
    where: 'gateway-1',
    command: 'iptables -t nat -D POSTROUTING -j HARDWAY-OUT',
    mendedBy: ['gateway-1 gateway : Traffic passes the rules'],
  },
  {
    where: 'lb-1',
    command: 'rm /etc/haproxy/haproxy.cfg',
    mendedBy: ['lb-1 lb : Configuration', 'lb-1 lb : Reloaded after a change'],
  },
  {
    where: 'controller-1',
    command: 'hostname another && echo another > /etc/hostname',
    mendedBy: ['controller-1 common : Host name'],
  },
  {
    where: 'controller-1',
    command: 'chmod 0644 /etc/kubernetes/pki/kubernetes.key',
    mendedBy: ['controller-1 controller : Certificates and keys'],
  },
  {
    where: 'controller-2',
    command: 'systemctl stop kube-scheduler',
    mendedBy: ['controller-2 controller : Enabled and started'],
  },
  {
    where: 'controller-2',
    command: 'chmod 0755 /var/lib/etcd',
    mendedBy: ['controller-2 etcd : Folders'],
  },
  {
    where: 'controller-3',
    command: 'rm /etc/etcd/ca.crt',
    mendedBy: [
      'controller-3 etcd : Certificates',
      'controller-3 etcd : Restarted after a change, one member at a time',
    ],
  },
  {
    where: 'controller-3',
    command: 'rm /usr/local/bin/etcdctl',
    mendedBy: ['controller-3 etcd : Programs on the path'],
  },
  {
    where: 'worker-1',
    command: 'sed -i "/ api\\.kubernetes-the-hard-way$/d" /etc/hosts',
    mendedBy: ["worker-1 common : The cluster's hosts in /etc/hosts"],
  },
  {
    where: 'worker-1',
    command: 'rm /opt/cni/bin',
    mendedBy: ['worker-1 worker : CNI plugins where the runtime looks for them'],
  },
  {
    where: 'worker-1',
    command: 'rm /etc/systemd/system/kubelet.service',
    mendedBy: ['worker-1 worker : Units', 'worker-1 worker : Restarted after a change'],
  },
  {
    where: 'worker-1',
    command: 'echo "# other" >> /etc/cni/net.d/99-loopback.conf',
    mendedBy: ['worker-1 networking : CNI configuration'],
  },
  {
    where: 'worker-2',
    command: 'systemctl stop kubelet',
    mendedBy: ['worker-2 worker : Enabled and started'],
  },
  {
    where: 'worker-2',
    command: 'sysctl -qw net.ipv4.ip_forward=0',
    mendedBy: ['worker-2 common : Kernel settings, now and after a reboot'],
  },
  {
    where: 'worker-2',
    command: `ip route del $(ip route show root ${podNetwork} via "$(getent hosts worker-1 | cut -d' ' -f1)" | cut -d' ' -f1)`,
    mendedBy: ['worker-2 networking : Routes to the pods of other nodes, now and after a reboot'],
  },
  {
    where: 'worker-2',
    command: `iptables -t nat -D POSTROUTING -s ${podNetwork} ! -d ${podNetwork} -j MASQUERADE`,
    mendedBy: ['worker-2 networking : Masquerade rule stands'],
  },
];
