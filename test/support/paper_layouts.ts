// Clusters that tests look at on paper, by the guide whose layout they have. Each is played once in a test run.
import { siteOnPaper, type Paper, type PaperHosts } from './site_on_paper.ts';

/** Three controllers, two workers and a balancer behind a gateway. Nodes have names of their own, as in a cloud. */
export const threeControllers: PaperHosts = {
  hosts: {
    'gateway-0': { ansible_host: '203.0.113.10', private_ip: '10.240.0.2' },
    'lb-0': { ansible_host: '10.240.0.5' },
    'controller-0': { ansible_host: '10.240.0.10' },
    'controller-1': { ansible_host: '10.240.0.11' },
    'controller-2': { ansible_host: '10.240.0.12' },
    'worker-0': { ansible_host: '10.240.0.20', public_ip: '198.51.100.20', node_name: 'ip-10-240-0-20.lan' },
    'worker-1': { ansible_host: '10.240.0.21', public_ip: '198.51.100.21', node_name: 'ip-10-240-0-21.lan' },
  },
  groups: {
    gateway: ['gateway-0'],
    lb: ['lb-0'],
    controller: ['controller-0', 'controller-1', 'controller-2'],
    worker: ['worker-0', 'worker-1'],
  },
};

/** Two controllers, two workers and a balancer, side by side. */
export const twoControllers: PaperHosts = {
  hosts: {
    'lb-0': { ansible_host: '172.31.0.5' },
    'master-0': { ansible_host: '172.31.0.10' },
    'master-1': { ansible_host: '172.31.0.11' },
    'worker-0': { ansible_host: '172.31.0.20' },
    'worker-1': { ansible_host: '172.31.0.21' },
  },
  groups: { lb: ['lb-0'], controller: ['master-0', 'master-1'], worker: ['worker-0', 'worker-1'] },
};

/** One server and two nodes. */
export const oneServer: PaperHosts = {
  hosts: {
    server: { ansible_host: '192.168.10.100' },
    'node-0': { ansible_host: '192.168.10.101' },
    'node-1': { ansible_host: '192.168.10.102' },
  },
  groups: { controller: ['server'], worker: ['node-0', 'node-1'] },
};

let standard: Promise<Paper> | undefined;

/** Three controllers with everything as it comes, keys made. */
export function standardPaper(): Promise<Paper> {
  standard ??= siteOnPaper({ ...threeControllers, withKeys: true }).then((paper) => {
    process.once('exit', paper.remove);
    return paper;
  });
  return standard;
}
