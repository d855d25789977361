// What the shapes under playbooks/aws/ must make, in lines that read like the tables of the guides: networks, hosts
// (name, address, type), routes (table: destination target) and rules of what may come in (group: protocol ports from).

export interface Standing {
  readonly networks: readonly string[];
  readonly hosts: readonly string[];
  readonly routes: readonly string[];
  readonly rules: readonly string[];
}

/** Hosts come to an internet-facing balancer by their public addresses, of which moto chooses any. */
const byBalancer = (hosts: number): string[] =>
  Array<string>(hosts).fill('kubernetes-hosts: tcp 6443-6443 public');

export const shapes: Readonly<Record<string, Standing>> = {
  // S3-01, S3-03, S3-05 to S3-07, S3-14, S3-15, S3-18: one subnet, fixed addresses, no source check, the main table; pods reach DNS.
  small: {
    networks: ['10.240.0.0/24', '10.240.0.0/24 eu-west-1a'],
    hosts: [
      'controller-0 10.240.0.10 t3.small forwards public',
      'controller-1 10.240.0.11 t3.small forwards public',
      'controller-2 10.240.0.12 t3.small forwards public',
      'worker-0 10.240.0.20 t3.small forwards public',
      'worker-1 10.240.0.21 t3.small forwards public',
    ],
    routes: ['main: 0.0.0.0/0 internet'],
    rules: [
      'kubernetes-api: tcp 6443-6443 203.0.113.7/32',
      ...byBalancer(5),
      'kubernetes: -1 10.200.0.0/16',
      'kubernetes: -1 10.240.0.0/24',
      'kubernetes: icmp -1--1 203.0.113.7/32',
      'kubernetes: tcp 22-22 203.0.113.7/32',
      'kubernetes: tcp 30000-32767 203.0.113.7/32',
      'kubernetes: tcp 6443-6443 203.0.113.7/32',
    ],
  },
  // S4-01 to S4-07, S4-14, S4-17: one public address, a default route through the gateway, and the ports of etcd, kubelet and WireGuard that the guide forgot (S4-47).
  private: {
    networks: ['10.10.16.0/20', '10.10.16.0/24 eu-west-1a', '10.10.31.0/24 eu-west-1a'],
    hosts: [
      'control-01 10.10.16.11 t3.small forwards',
      'control-02 10.10.16.12 t3.small forwards',
      'control-03 10.10.16.13 t3.small forwards',
      'gateway 10.10.31.10 t3a.nano forwards public',
      'worker-01 10.10.16.21 t3.small forwards',
      'worker-02 10.10.16.22 t3.small forwards',
    ],
    routes: ['gateway: 0.0.0.0/0 internet', 'instances: 0.0.0.0/0 gateway'],
    rules: [
      'gw_sec: -1 10.10.16.0/24',
      'gw_sec: tcp 22-22 203.0.113.7/32',
      'gw_sec: tcp 6443-6443 203.0.113.7/32',
      'gw_sec: udp 443-443 0.0.0.0/0',
      'instance_sec: -1 10.200.0.0/16',
      'instance_sec: -1 instance_sec',
      'instance_sec: tcp 22-22 10.10.31.0/24',
      'instance_sec: tcp 30000-32767 10.10.31.0/24',
      'instance_sec: tcp 6443-6443 10.10.16.0/24',
      'instance_sec: tcp 6443-6443 10.10.31.0/24',
      'kube_lb: tcp 6443-6443 10.10.16.0/24',
      'kube_lb: tcp 6443-6443 10.10.31.0/24',
    ],
  },
  // S1-01 to S1-05, S1-07, S1-08: nine hosts of fixed addresses, one subnet, what the operator may reach.
  nine: {
    networks: ['10.43.0.0/16', '10.43.0.0/16 eu-west-1a'],
    hosts: [
      'controller0 10.43.0.20 t3.small forwards public',
      'controller1 10.43.0.21 t3.small forwards public',
      'controller2 10.43.0.22 t3.small forwards public',
      'etcd0 10.43.0.10 t3.small public',
      'etcd1 10.43.0.11 t3.small public',
      'etcd2 10.43.0.12 t3.small public',
      'worker0 10.43.0.30 t3.small forwards public',
      'worker1 10.43.0.31 t3.small forwards public',
      'worker2 10.43.0.32 t3.small forwards public',
    ],
    routes: ['main: 0.0.0.0/0 internet'],
    rules: [
      'kubernetes-api: tcp 6443-6443 203.0.113.7/32',
      ...byBalancer(6),
      'kubernetes: -1 10.200.0.0/16',
      'kubernetes: -1 10.43.0.0/16',
      'kubernetes: -1 203.0.113.7/32',
      'kubernetes: -1 kubernetes-api',
      'kubernetes: icmp 8--1 203.0.113.7/32',
    ],
  },
  // S0-01 to S0-03, S0-06, S0-08, S0-09: two ranges, six subnets on one table, six hosts; ssh from the operator alone.
  scaling: {
    networks: [
      '10.200.0.0/16',
      '10.200.1.0/24 eu-west-1a',
      '10.200.10.0/24 eu-west-1a',
      '10.200.11.0/24 eu-west-1b',
      '10.200.12.0/24 eu-west-1c',
      '10.200.2.0/24 eu-west-1b',
      '10.200.3.0/24 eu-west-1c',
      '10.32.0.0/16',
    ],
    hosts: [
      'k8smasters-node t3.medium public',
      'k8smasters-node t3.medium public',
      'k8smasters-node t3.medium public',
      'k8snodes-node t3.medium public',
      'k8snodes-node t3.medium public',
      'k8snodes-node t3.medium public',
    ],
    routes: ['public: 0.0.0.0/0 internet'],
    rules: [
      'k8s-master-sg: icmp -1--1 10.200.0.0/16',
      'k8s-master-sg: icmp -1--1 10.244.0.0/16',
      'k8s-master-sg: tcp 0-65535 10.200.0.0/16',
      'k8s-master-sg: tcp 0-65535 10.244.0.0/16',
      'k8s-master-sg: tcp 22-22 203.0.113.7/32',
      'k8s-master-sg: tcp 6443-6443 0.0.0.0/0',
      'k8s-master-sg: udp 0-65535 10.200.0.0/16',
      'k8s-master-sg: udp 0-65535 10.244.0.0/16',
      'k8s-node-sg: icmp -1--1 10.200.0.0/16',
      'k8s-node-sg: icmp -1--1 10.244.0.0/16',
      'k8s-node-sg: tcp 0-65535 10.200.0.0/16',
      'k8s-node-sg: tcp 0-65535 10.244.0.0/16',
      'k8s-node-sg: tcp 22-22 203.0.113.7/32',
      'k8s-node-sg: udp 0-65535 10.200.0.0/16',
      'k8s-node-sg: udp 0-65535 10.244.0.0/16',
    ],
  },
};
