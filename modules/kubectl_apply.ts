// Keeps Kubernetes objects as manifests say, by server-side apply. The server itself tells by dry run what would
// change, so defaults that it fills in are no difference. Objects that another owner fights over fail unless forced.
import type { Data, Plan, ResultData, Step } from '../engine/module/contract.ts';
import { toData } from '../engine/module/data.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import {
  bool,
  dict,
  int,
  list,
  oneOf,
  optional,
  path,
  raw,
  str,
  type Parameters,
} from '../engine/module/kinds.ts';
import { applyKind, applyObject, deleteKind, deleteObject } from './shared/kubernetes_acts.ts';
import { askPreview, type Preview } from './shared/kubernetes_api.ts';
import type { KubernetesObject } from './shared/kubernetes_client.ts';
import { askManifests, flat, manifestsIn, objectsIn } from './shared/kubernetes_manifests.ts';
import { inApplyOrder, isAwaited, nameOf } from './shared/kubernetes_objects.ts';
import { askPrunable, pruneKind, pruneProblem } from './shared/kubernetes_prune.ts';
import { shownChange } from './shared/kubernetes_shown.ts';
import {
  verdictsAbsent,
  verdictsPresent,
  verdictsPruned,
  type Verdict,
} from './shared/kubernetes_verdicts.ts';
import { waitForObjects } from './shared/kubernetes_wait.ts';

const params = {
  kubeconfig: path({ doc: 'Kubeconfig on the control machine' }),
  definition: optional(
    raw({ aliases: ['resource_definition'], doc: 'One object, a list of them, or their YAML as text' }),
  ),
  src: optional(
    list(str(), { doc: 'Files of the control machine, or folders of them, sought in files/; one or a list' }),
  ),
  namespace: optional(str({ doc: 'Namespace for objects that name none' })),
  state: optional(oneOf('present', 'absent'), 'present'),
  force_conflicts: optional(bool({ doc: 'Take over fields that another owner set' }), false),
  prune: optional(pruneKind),
  wait: optional(bool({ doc: 'Wait until workloads are ready, or objects are gone' }), false),
  wait_condition: optional(
    dict(
      { doc: 'Wait for this condition of each object instead' },
      { type: str(), status: optional(oneOf('True', 'False', 'Unknown'), 'True'), reason: optional(str()) },
    ),
  ),
  wait_timeout: optional(int({ doc: 'Seconds', minimum: 1 }), 120),
};

type Wish = Parameters<typeof params>;

interface Seen {
  /** Of `src`. */
  readonly manifests?: readonly Data[];
  readonly previews: readonly Preview[];
  readonly [found: `prune ${string}`]: readonly KubernetesObject[];
}

function itemsOf({ definition }: Wish, { manifests }: Partial<Seen>): readonly Data[] | string {
  if (definition === undefined) return manifests ?? [];
  const data = toData(definition);
  return typeof data === 'string' ? manifestsIn(data, 'definition') : flat([data]);
}

/** The manifests as objects, in the order of application; a message when one is none. */
function objectsOf(wish: Wish, seen: Partial<Seen>): readonly KubernetesObject[] | string {
  const items = itemsOf(wish, seen);
  if (typeof items === 'string') return items;
  const objects = objectsIn(items, wish.src?.join(', ') ?? 'definition', wish.namespace);
  if (typeof objects === 'string') return objects;
  const ordered = inApplyOrder(objects);
  return (
    (wish.prune && pruneProblem(wish.prune, objects)) ??
    (wish.state === 'absent' ? ordered.reverse() : ordered)
  );
}

/** In the order of the steps: what is pruned goes last, dependents first. */
function verdictsOf(wish: Wish, seen: Seen): Verdict[] | string {
  const objects = objectsOf(wish, seen);
  if (typeof objects === 'string') return objects;
  if (wish.state === 'absent') return verdictsAbsent(objects, seen.previews);
  const refused = seen.previews.findIndex(({ failed }) => failed !== undefined);
  if (refused !== -1) return `${objects[refused]?.kind ?? ''} ${seen.previews[refused]?.failed ?? ''}`;
  const wanted = verdictsPresent(objects, seen.previews);
  const found = (wish.prune?.kinds ?? []).flatMap((kind) => seen[`prune ${kind}`] ?? []);
  return [...wanted, ...verdictsPruned(wanted, inApplyOrder(found).reverse())];
}

const isChanged = ({ op }: Verdict): boolean => op !== 'unchanged';

function change(wish: Wish, { after, object, lacksNamespace }: Verdict): Step {
  const { kubeconfig, force_conflicts: force } = wish;
  return after
    ? applyObject({
        kubeconfig,
        object,
        force,
        pictured: after,
        ...(lacksNamespace ? { lacksNamespace } : {}),
      })
    : deleteObject({ kubeconfig, object });
}

function waits(wish: Wish, verdicts: readonly Verdict[]): Step[] {
  if (!wish.wait) return [];
  const { kubeconfig, wait_timeout: timeoutSeconds, wait_condition: condition } = wish;
  const gone = verdicts.filter(({ after, live }) => !after && live);
  const kept = verdicts.filter(({ after }) => after);
  const isPending = ({ live }: Verdict): boolean => !live || !isAwaited(live, condition);
  const awaited = kept.some(isChanged) ? kept : kept.filter(isPending);
  const objects = (of: readonly Verdict[]): KubernetesObject[] => of.map(({ object }) => object);
  const waitFor = { kubeconfig, timeoutSeconds };
  return [
    ...(awaited.length > 0
      ? [
          waitForObjects({
            ...waitFor,
            ...{ objects: objects(awaited), until: 'ready' },
            ...(condition ? { condition } : {}),
          }),
        ]
      : []),
    ...(gone.length > 0 ? [waitForObjects({ ...waitFor, objects: objects(gone), until: 'absent' })] : []),
  ];
}

function planVerdicts(wish: Wish, verdicts: readonly Verdict[]): Plan {
  const changed = verdicts.filter(isChanged);
  return {
    steps: [...changed.map((verdict) => change(wish, verdict)), ...waits(wish, verdicts)],
    differences: changed.map(({ object, live, after }) => ({
      header: nameOf(object),
      ...shownChange(live, after),
    })),
  };
}

/** What a run may yet be refused for. */
function unchecked(wish: Wish, seen: Seen): string[] {
  const objects = wish.state === 'absent' ? [] : objectsOf(wish, seen);
  if (typeof objects === 'string') return [];
  return objects.flatMap((object, at) => {
    const why = seen.previews[at]?.unchecked;
    return why === undefined ? [] : [`${nameOf(object)} was not validated: ${why}`];
  });
}

/** One line of `objects`. `outcome` is the object that the server made of it; unknown in check mode. */
function told(verdict: Verdict, outcome: KubernetesObject | null | undefined): ResultData {
  const { op, object, live, after } = verdict;
  const now = op === 'unchanged' ? live : outcome;
  return {
    ...{ op, kind: object.kind, name: object.metadata.name },
    namespace: (now ?? live ?? after ?? object).metadata.namespace ?? null,
    resourceVersion: (now?.metadata['resourceVersion'] as string | undefined) ?? null,
    diff: isChanged(verdict) ? shownChange(live, after) : null,
  };
}

export const kubectlApply = defineModule({
  name: 'kubectl_apply',
  fullNames: ['kubernetes.core.k8s'],
  summary: 'Keep Kubernetes objects as manifests say',
  reach: 'apis',
  params,
  constraints: { mutuallyExclusive: [['definition', 'src']], requiredOneOf: [['definition', 'src']] },
  returns: {
    objects: raw({
      doc: 'Each object with op (created, configured, unchanged, deleted or pruned), kind, name, namespace, resourceVersion (null in check mode, or when it is gone) and diff',
    }),
  },
  seen: answers<Seen>(),
  probes: (wish, seen) => {
    if (wish.src !== undefined && !seen.manifests) return { manifests: askManifests(wish.src) };
    const objects = objectsOf(wish, seen);
    if (seen.previews || typeof objects === 'string') return done;
    const { kubeconfig, namespace, prune, force_conflicts: force } = wish;
    return {
      previews: askPreview({ kubeconfig, objects, force }),
      ...(prune ? askPrunable(kubeconfig, prune, namespace) : {}),
    };
  },
  plan: (wish, seen, { checkMode }) => {
    if (wish.prune && wish.state === 'absent')
      return {
        steps: [],
        fail: 'prune goes with state present: absent removes what is named, and nothing else',
      };
    const verdicts = verdictsOf(wish, seen);
    if (typeof verdicts === 'string') return { steps: [], fail: verdicts };
    return { ...planVerdicts(wish, verdicts), warnings: checkMode ? unchecked(wish, seen) : [] };
  },
  result: (wish, before, outcomes) => {
    const verdicts = verdictsOf(wish, before);
    if (typeof verdicts === 'string') return {};
    const changed = verdicts.filter(isChanged);
    const made = outcomes.of(applyKind, deleteKind);
    return { objects: verdicts.map((verdict) => told(verdict, made[changed.indexOf(verdict)])) };
  },
});
