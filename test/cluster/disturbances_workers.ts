// Workers and the pod network. Two workers share the disturbances, so that few rounds are needed.
import { onHost, type Disturbance } from './disturbance.ts';

const podNetwork = '10.200.0.0/16';
const restarted = 'worker : Restarted after a change';
const reads = { followedBy: [restarted], because: 'its daemon reads it when it starts' };

const programs: readonly Disturbance[] = [
  onHost('worker-1', 'worker : Folders', 'chmod 0700 /opt/cni'),
  onHost('worker-2', 'worker : Folder for keys', 'chown nobody /etc/kubernetes/pki'),
  onHost('worker-1', 'worker : Archives', 'rm /var/cache/hardway/cni-plugins-*'),
  onHost('worker-2', 'worker : Archives unpacked', 'rm /opt/cni-plugins-*/bridge'),
  onHost('worker-1', 'worker : runc', 'rm /opt/runc-*/runc.*'),
  onHost('worker-2', 'worker : Container programs on the path', 'rm /usr/local/bin/ctr'),
  onHost('worker-1', 'worker : CNI plugins where the runtime looks for them', 'rm /opt/cni/bin'),
  onHost('worker-1', 'cluster : Program folder', 'chmod 0700 /opt/kubernetes-*'),
  onHost(
    'worker-2',
    'cluster : The one program that is all of them',
    'chmod 0700 /opt/kubernetes-*/hardway-kube',
  ),
  onHost('worker-1', 'cluster : Programs by name', 'rm /opt/kubernetes-*/kube-proxy'),
];

const settings: readonly Disturbance[] = [
  onHost('worker-1', 'worker : Certificates and keys', 'chmod 0644 /etc/kubernetes/pki/node.key'),
  onHost('worker-2', 'worker : Certificates and keys', 'chown nobody /etc/kubernetes/pki/node.key'),
  onHost('worker-1', 'worker : Kubeconfigs', 'chmod 0644 /etc/kubernetes/kubelet.kubeconfig'),
  onHost(
    'worker-1',
    "worker : containerd's configuration",
    'echo "# other" >> /etc/containerd/config.toml',
    reads,
  ),
  onHost('worker-2', 'worker : Image mirror', 'rm /etc/containerd/certs.d/_default/hosts.toml'),
  onHost('worker-1', "worker : crictl's configuration", 'rm /etc/crictl.yaml'),
  onHost('worker-1', "worker : kubelet's configuration", 'rm /etc/kubernetes/kubelet.yaml', reads),
  onHost(
    'worker-2',
    "worker : kube-proxy's configuration",
    'echo "# other" >> /etc/kubernetes/kube-proxy.yaml',
    reads,
  ),
  onHost('worker-1', 'worker : Units', 'rm /etc/systemd/system/kubelet.service', reads),
  onHost('worker-2', restarted, 'touch /etc/containerd/config.toml'),
  onHost('worker-2', 'worker : Enabled and started', 'systemctl stop kubelet'),
  onHost('worker-1', 'worker : Enabled and started', 'systemctl disable kube-proxy'),
];

const ruleLoaded = 'networking : Masquerade rule is loaded again when it changed';

const network: readonly Disturbance[] = [
  onHost('worker-1', 'networking : CNI configuration', 'echo "# other" >> /etc/cni/net.d/99-loopback.conf'),
  onHost('controller-1', 'networking : Folder for our own settings', 'chmod 0700 /etc/hardway'),
  onHost(
    'worker-2',
    'networking : Routes to the pods of other nodes, now and after a reboot',
    `ip route del $(ip route show root ${podNetwork} via "$(getent hosts worker-1 | cut -d' ' -f1)" | cut -d' ' -f1)`,
  ),
  onHost(
    'controller-2',
    'networking : Routes to the pods of other nodes, now and after a reboot',
    'rm /etc/hardway/routes-pods.batch',
  ),
  onHost(
    'controller-3',
    'networking : Unit that loads the routes',
    'echo "# other" >> /etc/systemd/system/hardway-routes.service',
  ),
  onHost('controller-1', 'networking : Routes are loaded at boot', 'systemctl disable hardway-routes'),
  onHost(
    'worker-1',
    'networking : Unit that loads the masquerade rule',
    'echo "# other" >> /etc/systemd/system/pod-masquerade.service',
    { followedBy: [ruleLoaded], because: 'the kernel has the rule as it was when the unit started' },
  ),
  onHost('worker-1', ruleLoaded, 'touch /etc/systemd/system/pod-masquerade.service'),
  onHost('worker-1', 'networking : Masquerade rule is loaded', 'systemctl disable pod-masquerade'),
  onHost(
    'worker-2',
    'networking : Masquerade rule stands',
    `iptables -t nat -D POSTROUTING -s ${podNetwork} ! -d ${podNetwork} -j MASQUERADE`,
  ),
  onHost('worker-2', 'networking : Traffic of pods passes', `iptables -D FORWARD -d ${podNetwork} -j ACCEPT`),
];

export const workerDisturbances = [...programs, ...settings, ...network];
