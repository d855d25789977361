// What the lab's local source can give, and of which version. The roles' variables carry the same names with `_version`.

export interface Versions {
  readonly kubernetes: string;
  readonly etcd: string;
  readonly containerd: string;
  readonly runc: string;
  readonly cni_plugins: string;
  readonly coredns: string;
  readonly pause: string;
  readonly busybox: string;
  readonly nginx: string;
}

/**
 * Kubernetes, CoreDNS and pause are built, so any version does; the others must be what Debian has (a prefix such as
 * `1.26` is enough).
 */
export const defaultVersions: Versions = {
  kubernetes: '1.34.2',
  etcd: '3.5.16',
  containerd: '1.7.24',
  runc: '1.1.5',
  cni_plugins: '1.1.1',
  coredns: '1.12.4',
  pause: '3.10',
  busybox: '1.37',
  nginx: '1.26',
};

/** Go's and Debian's name of a processor, which agree for the two that Kubernetes is mostly run on. */
export type Architecture = 'amd64' | 'arm64';

export function hostArchitecture(): Architecture {
  return process.arch === 'arm64' ? 'arm64' : 'amd64';
}

/** The upstream part of a Debian version: `1:1.7.24~ds1-6+deb13u1` is 1.7.24. */
export function upstreamVersion(debianVersion: string): string {
  return /^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(debianVersion)?.[1] ?? debianVersion;
}
