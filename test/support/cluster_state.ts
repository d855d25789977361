// What site.yml made, as lines of text that are the same for two clusters of the same site: files, units, the kernel's
// network and settings, and the objects of the API. What is random or of the moment is left out, each for a stated reason.
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TestCluster } from './cluster.ts';
import { clusterObjects } from './cluster_objects.ts';
import { hostRoot, listFiles, notListed, type ListedFile } from './host_listing.ts';
import { sharedNames, type Rename } from './shared_names.ts';

/** Written by the host or by a daemon of the cluster as it lives. Only the folder itself is compared. */
const ownLife: readonly string[] = [
  '/var/lib/etcd', // the store: its objects are compared as the API shows them
  '/var/lib/containerd', // images and containers, which come with pods
  '/var/lib/kubelet', // pods, by their random identifiers
  '/var/lib/cni', // addresses given to pods
  '/usr/libexec/kubernetes', // made by whichever controller manager leads, and by kubelet
  ...['/etc/ssh', '/home', '/root/.ssh'], // keys of hosts and users, made by the lab
  '/var/lib/systemd', // random seeds, stamps of timers
];

/** Single files of the same kind. */
const ownFiles: readonly RegExp[] = [
  /^\/(etc|var\/lib\/dbus)\/machine-id$/,
  /^\/etc\/shadow$/, // passwords of the lab's users
  /^(\/var)?\/tmp\/systemd-private-/, // of units with a /tmp of their own; the name holds the boot's number
  /^\/root\/\.cache\//, // kubectl's
];

/** Texts that may hold a name of the cluster stand here; all other files are compared as they are. */
const renamedIn = ['/etc/', '/var/lib/', '/root/', '/var/cache/'];

/** Beside the keys on this machine: the page that `start` writes about its run. */
const notKept = new Set(['/run.html']);

/** `HOST WHAT ...`, sorted. */
export async function describeCluster(cluster: TestCluster): Promise<string[]> {
  const rename = await sharedNames(cluster);
  const hosts = await Promise.all(cluster.lab.hosts.map(({ name }) => describeHost(cluster, name, rename)));
  const lines = hosts.flat();
  const kept = listFiles(cluster.folder, []).filter(({ path: place }) => !notKept.has(place));
  lines.push(...kept.map((file) => `control ${fileLine(cluster.folder, file, rename)}`));
  lines.push(...(await clusterObjects(cluster, rename)).map((line) => `object ${line}`));
  return lines.sort();
}

async function describeHost(cluster: TestCluster, name: string, rename: Rename): Promise<string[]> {
  const live = cluster.on(name, liveState);
  const root = await hostRoot(cluster.lab, name);
  const files = listFiles(root, [...notListed, ...ownLife])
    .filter((file) => !ownFiles.some((pattern) => pattern.test(file.path)))
    .map((file) => fileLine(root, file, rename));
  return [...files, ...splitLines(rename(await live))].map((line) => `${name} ${line}`);
}

function splitLines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** Routes are written in the order of their ranges, and workers get these in the order in which they come. */
const inAnyOrder = ['/etc/hardway/routes-pods.batch'];

/** Without times: they are those of each build. */
function fileLine(root: string, file: ListedFile, rename: Rename): string {
  const { path: place, type, mode, owner, group } = file;
  return ['file', place, type, mode, `${owner}:${group}`, contentIn(root, file, rename)].join(' ');
}

function contentIn(root: string, file: ListedFile, rename: Rename): string {
  const { path: place, type, mode, size, content } = file;
  if (type !== 'file') return rename(content);
  const isText =
    size < 65_536 &&
    (root.startsWith('/proc/') ? renamedIn.some((folder) => place.startsWith(folder)) : true);
  if (!isText) return `${size} ${content}`;
  const text = readFileSync(path.join(root, place), 'utf8');
  const names = rename(text);
  const renamed = inAnyOrder.includes(place) ? names.split('\n').sort().join('\n') : names;
  const about = renamed === text ? `${size} ${content}` : shown(renamed, mode);
  return place.endsWith('.crt') ? `${about} ${describeCertificate(text, rename)}` : JSON.stringify(about);
}

/** What only root may read on the host is in no log of the tests either. */
function shown(text: string, mode: string): string {
  return mode.endsWith('00') ? createHash('sha256').update(text).digest('hex') : text.trim();
}

/** The certificate itself is another one each time; what it is for is not. */
function describeCertificate(text: string, rename: Rename): string {
  const { subject, issuer, subjectAltName, ca, keyUsage } = new X509Certificate(text);
  return rename(JSON.stringify([subject, issuer, subjectAltName ?? '', ca, keyUsage]));
}

/**
 * Printed by a host: units and what their processes were started with, the network, settings. Chains of the cluster's own
 * making are left out, as they follow the objects; so are units that systemd makes for what is mounted or logged in.
 */
const liveState = String.raw`
systemctl list-unit-files --no-legend --plain | awk '{print "unit-file", $1, $2}'
systemctl list-units --all --no-legend --plain --type=service,socket,target,timer | grep -v -e '^user' -e systemd-tmpfiles-clean |
  awk '{print "unit", $1, $2, $3, $4}'
{ systemctl show '*.service' -p Id -p MainPID -p NeedDaemonReload -p ActiveState; echo; } | awk -F= '
  BEGIN {
    while (("ps -e -o pid= -o uid= -o args=" | getline line) > 0) {
      split(line, words, " "); sub(/^ *[0-9]+ +/, "", line); sub(/ \[listener\].*/, "", line); runs[words[1]] = line
    }
  }
  NF { seen[$1] = $2; next }
  seen["ActiveState"] == "active" && seen["Id"] !~ /^user/ {
    print "service " seen["Id"] " needs reload: " seen["NeedDaemonReload"] ", runs: " runs[seen["MainPID"]]
  }'
hostname | sed 's/^/hostname /'
ip -4 route show table all | grep -v -e '^broadcast' -e 'dev veth' -e 'dev cni0' | sed 's/^/route /'
ip rule | sed 's/^/rule /'
iptables-save | grep '^-A' | grep -v -e KUBE- -e CNI- | sed 's/^/iptables /'
cat /etc/sysctl.d/*.conf /run/sysctl.d/*.conf 2>/dev/null | sed -n 's/^ *\([a-z][^ =]*\) *=.*/\1/p' | sort -u |
  while read -r name; do echo "sysctl $name = $(sysctl -n "$name" 2>/dev/null)"; done
true`;
