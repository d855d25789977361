// What is done to an etcd cluster and its members: added, promoted, removed, defragmented; and waiting until all answer.
import type { Effect, Predicted, Step, StepKind } from '../../engine/module/contract.ts';
import { uncertain } from '../../engine/module/picture.ts';
import { effect, step } from '../../engine/module/probe_identity.ts';
import { sh, type ShellText } from '../../engine/module/quote.ts';
import {
  clusterKind,
  etcdctl,
  tlsFlags,
  type Client,
  type ClusterState,
  type Member,
} from './etcd_cluster.ts';
import { isUp } from './etcd_quorum.ts';

interface MemberStep {
  readonly client: Client;
  readonly member: Member;
}

interface MembershipStep extends MemberStep {
  readonly act: 'add' | 'add-learner' | 'promote' | 'remove';
}

function effects<Args>(
  after: (args: Args, before: ClusterState) => Predicted<ClusterState>,
): readonly Effect<Args>[] {
  const ofCluster: Effect<Args> = effect(clusterKind, {
    touches: () => true,
    predict: (args, _probe, before) => before && after(args, before),
  });
  return [ofCluster];
}

/** One that is removed ends its own server; where it led, the others choose one of those that are up. */
function withoutMember(member: Member, before: ClusterState): Predicted<ClusterState> {
  const members = before.members.filter(({ peerUrls }) => peerUrls[0] !== member.peerUrls[0]);
  const healthy = before.healthy.filter((url) => !member.clientUrls.includes(url));
  const statuses = before.statuses.filter(({ id }) => id !== member.id);
  const left = { ...before, members, healthy, statuses };
  if (statuses.every(({ leader }) => leader !== member.id)) return left;
  const candidates = members.filter((one) => !one.isLearner && isUp(left, one));
  return uncertain(
    candidates.map(({ id: leader }) => ({ ...left, statuses: statuses.map((one) => ({ ...one, leader })) })),
    `who leads etcd without ${nameOf(member)}`,
  );
}

function membersAfter({ act, member }: MembershipStep, before: ClusterState): Predicted<ClusterState> {
  if (act === 'remove') return withoutMember(member, before);
  const others = before.members.filter(({ peerUrls }) => peerUrls[0] !== member.peerUrls[0]);
  return { ...before, members: [...others, { ...member, isLearner: act === 'add-learner' }] };
}

const nameOf = ({ name, id, peerUrls }: Member): string => `${name || id} (${peerUrls.join(', ')})`;

/** Seconds. A learner that has not yet caught up with the leader is refused. */
const catchUp = 60;

function promotion(client: Client, id: string): ShellText {
  return sh`end=$(( $(date +%s) + ${catchUp} ))
until said=$(${etcdctl(client, 'member', 'promote', id)} 2>&1); do
  case $said in *'in sync'*) ;; *) printf '%s\n' "$said" >&2; exit 1 ;; esac
  [ "$(date +%s)" -lt "$end" ] || { printf '%s\n' "$said" >&2; exit 1; }
  sleep 0.2
done`;
}

const membershipKind: StepKind<MembershipStep, void> = {
  name: 'change etcd membership',
  target: 'host',
  describe: ({ act, member }) => `etcd: ${act} member ${nameOf(member)}`,
  perform: ({ client, member, act }) => {
    const urls = `--peer-urls=${member.peerUrls.join(',')}`;
    const script = {
      add: etcdctl(client, 'member', 'add', member.name, urls),
      'add-learner': etcdctl(client, 'member', 'add', member.name, '--learner', urls),
      promote: promotion(client, member.id),
      remove: etcdctl(client, 'member', 'remove', member.id),
    }[act];
    return { script: script.text, timeoutSeconds: catchUp + 30 };
  },
  effects: effects(membersAfter),
};

export const changeMembership = (args: MembershipStep): Step<void> => step(membershipKind, args);

/** The member answers nobody while its file is written anew, which takes as long as the file is large. */
const defragKind: StepKind<MemberStep, void> = {
  name: 'defragment etcd',
  target: 'host',
  describe: ({ member }) => `etcd: defragment member ${nameOf(member)}`,
  perform: ({ client, member: { clientUrls } }) => ({
    script:
      sh`ETCDCTL_API=3 etcdctl ${[`--endpoints=${clientUrls[0] ?? ''}`, ...tlsFlags(client), '--command-timeout=600s', 'defrag']}`
        .text,
    timeoutSeconds: 630,
  }),
  effects: effects(({ member }, before) => ({
    ...before,
    statuses: before.statuses.map((one) => (one.id === member.id ? { ...one, size: one.used } : one)),
  })),
};

export const defragment = (args: MemberStep): Step<void> => step(defragKind, args);

interface HealthStep {
  readonly client: Client;
  readonly seconds: number;
  readonly peerUrl: string;
}

/**
 * In words, from what etcdctl said last: lines of its own log in JSON, and one for each endpoint. The first line is how
 * long was waited.
 */
function stillUnhealthy(text: string): string {
  const [seconds = '', ...lines] = text.trim().split('\n');
  const said = lines.join('\n');
  const endpoints = lines.flatMap((line) => {
    const [, url, why] = /^(\S+) is unhealthy: (.*)$/.exec(line) ?? [];
    if (url === undefined || why === undefined) return [];
    const [, refused] = said.split(`dial tcp ${new URL(url).host}: `);
    return [`${url} (${refused?.split(/["\\]/, 1)[0] ?? why})`];
  });
  const who = endpoints.join(', ') || lines.filter((line) => !line.startsWith('{')).join('; ');
  return `after ${seconds} s etcd is not healthy: ${who}`;
}

/** Asked this often in a row, a host that answers no connection at all is down: no member is coming up there. */
const asksOfSilentHosts = 2;

export const healthKind: StepKind<HealthStep, void> = {
  name: 'wait for etcd',
  target: 'host',
  readsOnly: true,
  describe: ({ seconds }) => `wait up to ${seconds} s until every etcd member is healthy`,
  perform: ({ client, seconds, peerUrl }) => ({
    script: sh`begun=$(date +%s) silent=0
while :; do
  said=$(${etcdctl(client, 'endpoint', 'health')} 2>&1) &&
    ${etcdctl(client, 'member', 'list')} 2>/dev/null | grep -qF ${peerUrl} && exit 0
  waited=$(( $(date +%s) - begun ))
  down=0 up=0
  for host in $(printf '%s\n' "$said" | sed -n 's,^[^ ]*//\([^ ]*\) is unhealthy.*,\1,p'); do
    case $said in
      *"dial tcp $host: connect: no route to host"* | *"dial tcp $host: i/o timeout"*) down=1 ;;
      *) up=1 ;;
    esac
  done
  if [ "$down$up" = 10 ]; then silent=$((silent + 1)); else silent=0; fi
  if [ "$waited" -ge ${seconds} ] || [ "$silent" -ge ${asksOfSilentHosts} ]; then
    printf '%s\n' "$waited" "$said" >&2
    exit 1
  fi
  sleep 0.2
done`.text,
    timeoutSeconds: seconds + 30,
  }),
  parse: ({ rc, stderr }) => (rc === 0 ? undefined : { failed: stillUnhealthy(stderr.toString('utf8')) }),
  effects: effects(({ client }, before) => ({ ...before, healthy: client.endpoints })),
};

export const waitHealthy = (args: HealthStep): Step<void> => step(healthKind, args);
