// The operator's side: keys, certificates, kubeconfigs, programs, and what is kept by asking the API.
import { onControl, type Disturbance } from './disturbance.ts';

const kubectl = 'bin/kubectl --kubeconfig admin.kubeconfig';
const controllers = ['controller-1', 'controller-2', 'controller-3'];
const pki = (task: string): string => `localhost pki : ${task}`;
const client = (task: string): string => `localhost client : ${task}`;

// Those that need kubectl come first: others take its kubeconfig away.
const objects: readonly Disturbance[] = [
  onControl(
    client('The API server may speak to kubelets'),
    `${kubectl} delete clusterrolebinding system:kube-apiserver`,
  ),
  onControl('localhost addons : CoreDNS', `${kubectl} -n kube-system delete service kube-dns`),
  onControl(
    'worker-1 worker : The node is registered',
    `${kubectl} label node worker-1 node-role.kubernetes.io/worker-`,
  ),
];

const files: readonly Disturbance[] = [
  onControl(pki('Folders for keys, readable by their owner only'), 'chmod 0755 pki'),
  onControl(pki('Certificate authority'), 'chmod 0644 pki/ca.key'),
  onControl(pki('Client certificates'), 'chown nobody pki/admin.key'),
  onControl(pki('Kubelet certificates'), 'chmod 0644 pki/node-worker-1.key'),
  onControl(pki('API server and etcd certificate'), 'chmod 0600 pki/kubernetes.crt'),
  onControl(pki('Service account key pair'), 'chmod 0644 pki/service-account.key'),
  onControl(pki('Key for secrets at rest'), 'chmod 0640 pki/encryption.secret'),
  onControl(pki('Encryption configuration'), 'echo "# other" >> encryption-config.yaml'),
  onControl(pki('Kubeconfigs of the control plane'), 'echo "# other" >> kube-controller-manager.kubeconfig'),
  onControl(pki('Kubeconfig of kube-proxy'), 'chown nobody kube-proxy.kubeconfig'),
  onControl(pki('Kubeconfigs of the nodes'), 'rm node-worker-1.kubeconfig'),
  onControl(pki('Kubeconfig of the operator'), 'rm admin.kubeconfig'),
  onControl(client('Folder for programs'), 'chmod 0700 bin'),
  onControl(client('kubectl'), 'rm bin/kubectl-*'),
  onControl(client('kubectl by its name'), 'rm bin/kubectl'),
];

const reissued: readonly Disturbance[] = [
  onControl(pki('Client certificates'), 'rm pki/kube-scheduler.crt', {
    followedBy: [
      pki('Kubeconfigs of the control plane'),
      ...controllers.flatMap((name) => [
        `${name} controller : Kubeconfigs and the encryption configuration`,
        `${name} controller : Restarted after a change, one controller at a time`,
      ]),
    ],
    because: 'a new certificate stands in a new kubeconfig, and the scheduler reads it when it starts',
  }),
  onControl(pki('Kubelet certificates'), 'rm pki/node-worker-2.crt', {
    followedBy: [
      pki('Kubeconfigs of the nodes'),
      'worker-2 worker : Certificates and keys',
      'worker-2 worker : Kubeconfigs',
      'worker-2 worker : Restarted after a change',
    ],
    because: 'kubelet reads its certificate, its key and its kubeconfig when it starts',
  }),
];

export const controlDisturbances = [...objects, ...files, ...reissued];

/** Role pki keeps the same file earlier in the same run: only a run of the client role alone finds it missing. */
export const clientAlone = onControl(client('Kubeconfig of the operator'), 'rm admin.kubeconfig');
