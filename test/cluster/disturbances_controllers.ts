// etcd and the control plane. Three controllers share the disturbances, so that few rounds are needed.
import { onHost, type Disturbance } from './disturbance.ts';

const etcdRestarted = 'etcd : Restarted after a change, one member at a time';
const etcdReads = { followedBy: [etcdRestarted], because: 'etcd reads it when it starts' };

const etcd: readonly Disturbance[] = [
  onHost('controller-2', 'etcd : Folders', 'chmod 0755 /var/lib/etcd'),
  onHost('controller-1', 'etcd : Archive', 'rm /var/cache/hardway/etcd-*.tar.gz'),
  onHost('controller-2', 'etcd : Programs unpacked', 'rm /opt/etcd-*/etcdutl'),
  onHost('controller-3', 'etcd : Programs on the path', 'rm /usr/local/bin/etcdctl'),
  onHost('controller-3', 'etcd : Certificates', 'rm /etc/etcd/kubernetes.crt', etcdReads),
  onHost('controller-1', 'etcd : Unit', 'echo "# other" >> /etc/systemd/system/etcd.service', etcdReads),
  onHost('controller-2', etcdRestarted, 'touch /etc/etcd/kubernetes.key'),
  onHost('controller-1', 'etcd : Started, without waiting for the others', 'systemctl disable etcd'),
];

const restarted = 'controller : Restarted after a change, one controller at a time';
const reads = { followedBy: [restarted], because: 'its daemon reads it when it starts' };
const isNewer = { followedBy: [restarted], because: 'the daemon runs another file than the one on the path' };

const controlPlane: readonly Disturbance[] = [
  onHost('controller-1', 'controller : Folders', 'chmod 0755 /etc/kubernetes/pki'),
  onHost('controller-2', 'cluster : Program folder', 'chmod 0700 /opt/kubernetes-*'),
  onHost(
    'controller-3',
    'cluster : The one program that is all of them',
    'rm /opt/kubernetes-*/hardway-kube',
    isNewer,
  ),
  onHost('controller-1', 'cluster : Programs by name', 'rm /opt/kubernetes-*/kube-scheduler'),
  onHost(
    'controller-2',
    'cluster : Programs on the path',
    'rm /usr/local/bin/kube-controller-manager',
    isNewer,
  ),
  onHost(
    'controller-1',
    'controller : Certificates and keys',
    'chmod 0644 /etc/kubernetes/pki/kubernetes.key',
  ),
  onHost(
    'controller-2',
    'controller : Kubeconfigs and the encryption configuration',
    'chown nobody /etc/kubernetes/encryption-config.yaml',
  ),
  onHost(
    'controller-1',
    'controller : Scheduler configuration',
    'rm /etc/kubernetes/kube-scheduler.yaml',
    reads,
  ),
  onHost('controller-2', 'controller : Units', 'rm /etc/systemd/system/kube-scheduler.service', reads),
  onHost('controller-3', restarted, 'touch /etc/kubernetes/kube-scheduler.kubeconfig'),
  onHost('controller-1', 'controller : Enabled and started', 'systemctl stop kube-scheduler', {
    // A daemon that does not run is started, not restarted.
    apartFrom: [restarted],
  }),
  onHost('controller-2', 'controller : Enabled and started', 'systemctl disable kube-controller-manager'),
];

export const controllerDisturbances = [...etcd, ...controlPlane];

/**
 * A member that lost its disk: it left the cluster and its data is gone. It comes back by a run that says
 * etcd_cluster_state=existing; the next run without it writes the unit as it was.
 */
export const lostMember = onHost(
  'controller-3',
  'etcd : Every member is listed and healthy',
  `systemctl stop etcd
etcd="etcdctl --endpoints=https://controller-1:2379 --cacert=/etc/etcd/ca.crt --cert=/etc/etcd/kubernetes.crt --key=/etc/etcd/kubernetes.key"
$etcd member remove "$($etcd member list | sed -n 's/, .*, controller-3, .*//p')" > /dev/null
rm -r /var/lib/etcd/member`,
  {
    followedBy: ['etcd : Unit', 'etcd : Started, without waiting for the others'],
    because: 'its unit says that the cluster exists, and it was stopped',
  },
);
