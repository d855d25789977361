// Snapshots of an etcd cluster on a host: saved from a member that answers, restored into a new data folder. Asked and
// restored by etcdutl, which needs no etcd that runs.
import type { Output, Probe, ProbeFailure, ProbeKind, Step, StepKind } from '../../engine/module/contract.ts';
import { effect, probe, step } from '../../engine/module/probe_identity.ts';
import { sh } from '../../engine/module/quote.ts';
import { tlsFlags, type Client } from './etcd_cluster.ts';

export interface Snapshot {
  /** Of all keys; null in check mode, where nothing was saved. */
  readonly hash: number | null;
  readonly revision: number;
}

function parseSnapshot(text: string): Snapshot {
  const { hash, revision } = JSON.parse(text) as { readonly hash: number; readonly revision: number };
  return { hash, revision };
}

interface PathQuestion {
  readonly path: string;
}

export const snapshotKind: ProbeKind<PathQuestion, Snapshot | 'nothing'> = {
  name: 'etcd snapshot',
  stability: 'volatile',
  target: 'host',
  ask: ({ path }) => ({
    script: sh`command -v etcdutl >/dev/null || { echo 'etcdutl is not there' >&2; exit 127; }
[ -e ${path} ] || exit 0
etcdutl snapshot status ${path} -w json`.text,
    timeoutSeconds: 300,
  }),
  parse: ({ rc, stdout, stderr }: Output, { path }): Snapshot | 'nothing' | ProbeFailure => {
    const said = stderr.toString('utf8').trim();
    if (rc !== 0) return { failed: `${path} is no snapshot that can be read: ${said}`, notYet: rc === 127 };
    const text = stdout.toString('utf8').trim();
    if (text === '') return 'nothing';
    return parseSnapshot(text);
  },
};

export const snapshotAt = (path: string): Probe<Snapshot | 'nothing'> => ({
  kind: snapshotKind,
  args: { path },
});

/** Which snapshot a data folder was made of: `HASH REVISION`; empty when that is not known. */
export interface DataFolder {
  readonly hasMember: boolean;
  readonly restoredFrom: string;
}

/** Beside the folder: etcd warns of files in it that are not its own. */
const markOf = (folder: string): string => `${folder.replace(/\/+$/, '')}.restored`;

export const dataFolderKind: ProbeKind<PathQuestion, DataFolder> = {
  name: 'etcd data folder',
  stability: 'volatile',
  target: 'host',
  ask: ({ path }) => ({
    script: sh`if [ -e ${`${path}/member`} ]; then echo member; else echo none; fi
cat -- ${markOf(path)} 2>/dev/null || :`.text,
  }),
  parse: ({ stdout }: Output) => {
    const [first = '', mark = ''] = stdout.toString('utf8').split('\n');
    return { hasMember: first === 'member', restoredFrom: mark };
  },
};

export const dataFolder = (path: string): Probe<DataFolder> => probe(dataFolderKind, { path });

export const markText = ({ hash, revision }: Snapshot): string => `${hash ?? 'unknown'} ${revision}`;

interface SaveStep {
  readonly client: Client;
  /** One that is healthy: a snapshot is one member's. */
  readonly endpoint: string;
  readonly path: string;
  readonly revision: number;
}

// It holds every secret of the cluster. etcdctl gives a snapshot as long as it needs, unless told otherwise.
export const saveKind: StepKind<SaveStep, Snapshot> = {
  name: 'save etcd snapshot',
  target: 'host',
  describe: ({ path }) => `save a snapshot of etcd in ${path}`,
  perform: ({ client, endpoint, path }) => ({
    script: sh`umask 077
t=${path}.hardway
trap 'rm -f -- "$t" "$t.part"' EXIT
ETCDCTL_API=3 etcdctl ${[`--endpoints=${endpoint}`, ...tlsFlags(client)]} snapshot save "$t" >/dev/null || exit 1
etcdutl snapshot status "$t" -w json && mv -f -- "$t" ${path}`.text,
    timeoutSeconds: 3600,
  }),
  parse: ({ rc, stdout, stderr }, { path }) =>
    rc === 0
      ? parseSnapshot(stdout.toString('utf8'))
      : { failed: `Cannot save ${path}: ${stderr.toString('utf8').trim()}` },
  effects: [
    effect(snapshotKind, {
      touches: (step, { path }) => step.path === path,
      predict: ({ revision }): Snapshot => ({ hash: null, revision }),
    }),
  ],
};

export const saveSnapshot = (args: SaveStep): Step<Snapshot> => step(saveKind, args);

interface RestoreStep {
  readonly snapshot: string;
  readonly mark: string;
  readonly folder: string;
  readonly name: string;
  readonly peerUrl: string;
  /** `NAME=URL` of every member of the new cluster. */
  readonly members: readonly string[];
  readonly token: string;
}

// Made beside the folder and moved in whole: a kill leaves a folder `….hardway`, which the next try removes.
const restoreKind: StepKind<RestoreStep, void> = {
  name: 'restore etcd snapshot',
  target: 'host',
  describe: ({ snapshot, folder, name }) => `restore ${snapshot} into ${folder} as ${name}`,
  perform: ({ snapshot, mark, folder, name, peerUrl, members, token }) => ({
    script: sh`umask 077
d=${folder} t=${folder.replace(/\/+$/, '')}.hardway
rm -rf -- "$t" || exit 1
etcdutl snapshot restore ${snapshot} --data-dir "$t" --name ${name} --initial-advertise-peer-urls ${peerUrl} \
  --initial-cluster ${members.join(',')} --initial-cluster-token ${token} >&2 || exit 1
mkdir -p -- "$d" && printf '%s\n' ${mark} > ${markOf(folder)} && mv -- "$t/member" "$d/member" && rmdir -- "$t"`
      .text,
    timeoutSeconds: 3600,
  }),
  effects: [
    effect(dataFolderKind, {
      touches: (step, { path }) => step.folder === path,
      predict: ({ mark }): DataFolder => ({ hasMember: true, restoredFrom: mark }),
    }),
  ],
};

export const restoreSnapshot = (args: RestoreStep): Step<void> => step(restoreKind, args);
