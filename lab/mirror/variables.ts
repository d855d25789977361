// The inventory variables by which the roles take everything from a mirror instead of the official places. Names and
// meaning are those of roles/cluster/defaults/main.yml.
import path from 'node:path';
import type { Entry } from './entry.ts';

export interface MirrorVariables {
  readonly kubernetes_base_url: string;
  readonly etcd_base_url: string;
  readonly containerd_base_url: string;
  readonly runc_base_url: string;
  readonly cni_plugins_base_url: string;
  /** Registry that has the images under their unchanged names. */
  readonly image_mirror: string;
  /** The mirror has one binary for the Kubernetes daemons: fetch `hardway-kube` and link the names. */
  readonly kubernetes_multicall: boolean;
  /** There is no crictl in the local source. */
  readonly crictl_available: boolean;
  /** SHA-256 by file name. */
  readonly checksums: Readonly<Record<string, string>>;
  /** `k8s_version` and the like, of the entries that there are. */
  readonly [version: `${string}_version`]: string;
}

const versionNames: Readonly<Record<string, `${string}_version`>> = {
  kubernetes: 'k8s_version',
  etcd: 'etcd_version',
  containerd: 'containerd_version',
  runc: 'runc_version',
  'cni-plugins': 'cni_plugins_version',
  coredns: 'coredns_version',
  pause: 'pause_version',
};

/** With several versions of a part among the entries, the first one gives its version and checksums. */
export function mirrorVariables(url: string, entries: readonly Entry[]): MirrorVariables {
  const lastFirst = [...entries].reverse();
  const versions = lastFirst.flatMap((entry) => {
    const name = versionNames[entry.name];
    return name === undefined ? [] : [[name, entry.version] as const];
  });
  const checksums = lastFirst.flatMap((entry) =>
    entry.files.flatMap((file) => file.paths.map((one) => [path.posix.basename(one), file.sha256] as const)),
  );
  const releases = (project: string): string => `${url}/github.com/${project}/releases/download`;
  return {
    kubernetes_base_url: `${url}/dl.k8s.io`,
    etcd_base_url: releases('etcd-io/etcd'),
    containerd_base_url: releases('containerd/containerd'),
    runc_base_url: releases('opencontainers/runc'),
    cni_plugins_base_url: releases('containernetworking/plugins'),
    image_mirror: url,
    kubernetes_multicall: true,
    crictl_available: false,
    checksums: Object.fromEntries(checksums),
    ...Object.fromEntries(versions),
  };
}
