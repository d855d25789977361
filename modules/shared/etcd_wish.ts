// What a task may say of an etcd cluster.
import type { Plan } from '../../engine/module/contract.ts';
import type { Constraints } from '../../engine/module/define.ts';
import {
  bool,
  dict,
  int,
  list,
  oneOf,
  optional,
  path,
  str,
  type Parameters,
} from '../../engine/module/kinds.ts';
import type { Client } from './etcd_cluster.ts';

export const params = {
  name: optional(str({ doc: 'Name of the member' })),
  peer_url: optional(str({ doc: 'URL where other members reach it' })),
  client_urls: optional(list(), []),
  endpoints: optional(list(str(), { doc: 'Client URLs of the cluster' }), []),
  ca: optional(path({ doc: 'Certificate of the authority on the host' })),
  cert: optional(path()),
  key: optional(path()),
  state: optional(
    oneOf('present', 'absent', 'promoted', 'defragged', 'saved', 'restored', {
      doc: 'promoted: a voter, no learner. defragged: no more than `wasted` of its file is free; one host at a time (throttle: 1). saved: `snapshot` holds the newest revision. restored: `data_dir` was made of `snapshot`',
    }),
    'present',
  ),
  learner: optional(bool({ doc: 'Add as a learner, which does not count for the quorum' }), false),
  wait_healthy: optional(int({ doc: 'Seconds to wait until every endpoint is healthy', minimum: 1 })),
  wasted: optional(
    int({ doc: 'Percent of its file that may be free before it is defragmented', minimum: 1 }),
    20,
  ),
  snapshot: optional(path({ doc: 'File on the host; it is written for its owner alone' })),
  data_dir: optional(path({ doc: 'Folder that a restored member starts with; it must hold no member yet' })),
  initial_cluster: optional(dict({ doc: 'Peer URLs of all restored members by name; default: this one' })),
  token: optional(str({ doc: 'Name of the restored cluster, another than that of the one that was saved' })),
};

export type Wish = Parameters<typeof params>;

export const constraints: Constraints = {
  requiredIf: [
    ['state', 'present', ['name', 'peer_url', 'endpoints']],
    ['state', 'absent', ['endpoints']],
    ['state', 'promoted', ['endpoints']],
    ['state', 'defragged', ['endpoints']],
    ['state', 'saved', ['snapshot', 'endpoints']],
    ['state', 'restored', ['snapshot', 'data_dir', 'name', 'peer_url', 'token']],
    ['state', 'absent', ['name', 'peer_url'], 'any'],
    ['state', 'promoted', ['name', 'peer_url'], 'any'],
    ['state', 'defragged', ['name', 'peer_url'], 'any'],
  ],
};

export const clientOf = ({ endpoints, ca, cert, key }: Wish): Client => ({ endpoints, ca, cert, key });

export const refuse = (fail: string): Plan => ({ steps: [], fail });
