// Tests of a cluster that is up: objects and nodes kept by playbook, told by what the tasks registered and by what
// kubectl says of the API afterwards.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { eventually, type TestCluster } from '../support/cluster.ts';
import { runTasks, type PlainTask, type Registered } from '../support/registering_play.ts';
import type { Tests } from '../support/suite.ts';

interface Told {
  readonly op: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | null;
  readonly resourceVersion: string | null;
}

const shop = 'shop';
const label = { 'example.test/part-of': shop };
const selector = `example.test/part-of=${shop}`;
const meta = (name: string, more: object = {}): object => ({ name, labels: label, ...more });
const settings = (colour: string): object => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('settings') },
  data: { colour, size: 'm' },
});
const password = (text: string): object => ({
  ...{ apiVersion: 'v1', kind: 'Secret', metadata: meta('door') },
  stringData: { password: text, user: 'root' },
});
const deployment = {
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta('web') },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [{ name: 'web', image: 'registry.k8s.io/pause:3.10' }],
      },
    },
  },
};
const role = {
  ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: meta('reader') },
  rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }],
};
const definition = {
  ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
  metadata: { name: 'shelves.example.test', labels: label },
  spec: {
    ...{ group: 'example.test', scope: 'Namespaced' },
    names: { plural: 'shelves', singular: 'shelf', kind: 'Shelf' },
    versions: [
      {
        ...{ name: 'v1', served: true, storage: true },
        schema: {
          openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    ],
  },
};
const shelf = { apiVersion: 'example.test/v1', kind: 'Shelf', metadata: meta('left'), boards: 4 };
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: shop } };

export function liveObjectTests({ test }: Pick<Tests, 'test'>, of: () => TestCluster, node: string): void {
  let folder = '';

  /** Tasks on the operator's machine; what each registered. */
  function run(tasks: readonly PlainTask[], ...options: readonly string[]): ReturnType<typeof runTasks> {
    const cluster = of();
    folder = path.join(cluster.folder, 'objects');
    const vars = { kubeconfig: path.join(cluster.folder, 'admin.kubeconfig') };
    const place = { folder, inventoryFile: cluster.lab.inventoryFile, hosts: 'localhost', vars };
    return runTasks(place, tasks, ...options);
  }
  const apply = (more: object): PlainTask => ({
    name: 'Objects',
    kubectl_apply: { kubeconfig: '{{ kubeconfig }}', namespace: shop, ...more },
  });
  const keep = (more: object): PlainTask => ({
    name: 'Node',
    k8s_node: { kubeconfig: '{{ kubeconfig }}', name: node, ...more },
  });
  const objectsOf = (one: Registered | undefined): readonly Told[] =>
    (one?.['objects'] ?? []) as readonly Told[];
  /** The message of a failed task instead. */
  const ops = (one: Registered | undefined): string[] =>
    one?.['failed'] === true
      ? [String(one['msg'])]
      : objectsOf(one).map(({ op, kind, name }) => `${op} ${kind} ${name}`);
  const changed = (told: readonly Registered[]): unknown[] => told.map((one) => one['changed']);
  const kubectl = async (...argv: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await of().kubectl('--request-timeout=20s', ...argv);
    assert.is(code, 0, stderr);
    return stdout.trim();
  };

  test('a folder’s objects are made in an order in which each finds what it needs, and are told with their versions', async () => {
    await run([]);
    mkdirSync(path.join(folder, 'files/all'), { recursive: true });
    const write = (name: string, ...objects: readonly object[]): void =>
      writeFileSync(
        path.join(folder, 'files/all', name),
        objects.map((object) => JSON.stringify(object)).join('\n---\n'),
      );
    write('1.yml', deployment, shelf, password('open'), settings('red'));
    write('2.json', definition);
    write('3.yaml', role, namespace);
    const { told } = await run([apply({ src: 'all', wait: true }), apply({ src: 'all', wait: true })]);
    const made = ['Namespace shop', 'CustomResourceDefinition shelves.example.test', 'Role reader'];
    const then = ['ConfigMap settings', 'Secret door', 'Deployment web', 'Shelf left'];
    const all = [...made, 'Secret door', 'ConfigMap settings', ...then.slice(2)];
    assert.equal(ops(told[0]).sort(), all.map((one) => `created ${one}`).sort());
    assert.equal(
      ops(told[0])
        .map((line) => line.split(' ')[1])
        .slice(0, 3),
      ['Namespace', 'CustomResourceDefinition', 'Role'],
    );
    assert.equal(
      ops(told[1]),
      ops(told[0]).map((line) => line.replace('created', 'unchanged')),
    );
    assert.equal(changed(told), [true, false]);
    for (const { kind, name, namespace: place, resourceVersion } of objectsOf(told[1]))
      if (kind !== 'Deployment') {
        const where = place === null ? [] : ['-n', place];
        const version = ['-o', 'jsonpath={.metadata.resourceVersion}'];
        assert.is(await kubectl('get', kind, name, ...where, ...version), resourceVersion);
      }
    assert.equal(
      objectsOf(told[0])
        .filter(({ namespace: place }) => place === null)
        .map(({ kind }) => kind),
      ['Namespace', 'CustomResourceDefinition'],
    );
  });

  test('--diff shows the whole change of an object and nothing that a secret holds; check mode changes neither', async () => {
    const wish = apply({ definition: [settings('green'), password('sesame')] });
    const { ran, told } = await run([wish], '--check', '--diff');
    assert.equal(ops(told[0]), ['configured ConfigMap settings', 'configured Secret door']);
    assert.equal(
      objectsOf(told[0]).map(({ resourceVersion }) => resourceVersion),
      [null, null],
    );
    const diff = ran.events.flatMap(({ result }) => result?.diff ?? []).join('\n');
    for (const line of ['-    "colour": "red"', '+    "colour": "green"', '     "size": "m"'])
      assert.match(diff.replaceAll('",', '"'), line);
    assert.match(diff, '+    "password": "******** (after)"');
    assert.match(diff, ' "user": "********"');
    for (const secret of ['open', 'sesame'])
      for (const text of [secret, Buffer.from(secret).toString('base64')])
        assert.not.match(ran.stdout, `"${text}"`);
    assert.is(await kubectl('-n', shop, 'get', 'cm', 'settings', '-o', 'jsonpath={.data.colour}'), 'red');
    const done = await run([wish, wish]);
    assert.equal(changed(done.told), [true, false]);
    assert.is(await kubectl('-n', shop, 'get', 'cm', 'settings', '-o', 'jsonpath={.data.colour}'), 'green');
  });

  test('a field of another owner is left to it, and taken by force; a condition is waited for', async () => {
    const other = path.join(folder, 'other.json');
    writeFileSync(other, JSON.stringify({ ...settings('blue'), data: { colour: 'blue' } }));
    await kubectl(
      '-n',
      shop,
      'apply',
      '--server-side',
      '--force-conflicts',
      '--field-manager=other',
      '-f',
      other,
    );
    const { told } = await run([
      apply({ definition: settings('green') }),
      apply({ definition: settings('green'), force_conflicts: true }),
      apply({ definition: deployment, wait: true, wait_condition: { type: 'Available' } }),
      apply({ definition: deployment, wait: true, wait_timeout: 2, wait_condition: { type: 'Never' } }),
    ]);
    assert.equal(
      told.map((one) => one['failed']),
      [true, false, false, true],
    );
    assert.match(String(told[0]?.['msg']), 'conflict with "other"');
    assert.match(String(told[3]?.['msg']), 'not ready after 2 s: Deployment shop/web');
    assert.equal(ops(told[1]), ['configured ConfigMap settings']);
  });

  test('only what carries the task’s own label, of the kinds that it names, is pruned, once', async () => {
    await kubectl('-n', shop, 'create', 'configmap', 'of-somebody-else');
    const prune = { selector, kinds: ['v1/ConfigMap', 'v1/Secret', 'v1/Pod', 'example.test/v1/Shelf'] };
    const wanted = { definition: [settings('green')], prune };
    const foretold = await run([apply(wanted)], '--check');
    const wish = apply({ ...wanted, wait: true });
    const gone = ['unchanged ConfigMap settings', 'pruned Shelf left', 'pruned Secret door'];
    assert.equal(ops(foretold.told[0]), gone);
    assert.is(await kubectl('-n', shop, 'get', 'secret', 'door', '-o', 'name'), 'secret/door');
    const { told } = await run([wish, wish]);
    assert.equal([ops(told[0]), ops(told[1])], [gone, gone.slice(0, 1)]);
    assert.equal(changed(told), [true, false]);
    const left = await kubectl('-n', shop, 'get', 'cm,secret,deploy,role,shelf', '-o', 'name');
    assert.equal(
      left
        .split('\n')
        .filter((name) => !name.includes('kube-root-ca'))
        .sort(),
      [
        'configmap/of-somebody-else',
        'configmap/settings',
        'deployment.apps/web',
        'role.rbac.authorization.k8s.io/reader',
      ],
    );
  });

  test('a node is labelled, tainted and drained, and all of it is taken back (S0-34)', async () => {
    const taint = { key: 'example.test/closed', value: 'yes', effect: 'PreferNoSchedule' };
    const to = [
      keep({ labels: { 'example.test/row': '7' }, taints: [taint] }),
      keep({ state: 'cordoned' }),
      keep({ state: 'drained', wait_timeout: 120 }),
    ];
    const foretold = await run([...to, ...to], '--check');
    assert.equal(changed(foretold.told), [true, true, true, false, false, false]);
    const told = (await run([...to, ...to])).told;
    assert.equal(changed(told), [true, true, true, false, false, false]);
    const shape = '{.spec.unschedulable} {.metadata.labels.example\\.test/row} {.spec.taints[*].key}';
    assert.match(
      await kubectl('get', 'node', node, '-o', `jsonpath=${shape}`),
      /^true 7 .*example\.test\/closed/,
    );
    // A pod whose program ended is gone for the node, and listed until the kubelet has said so.
    const there = ['get', 'pods', '-A', '-o', 'name', '--field-selector', `spec.nodeName=${node}`];
    await eventually('no pod is on the node', 60, async () => (await kubectl(...there)) === '');
    const back = [
      keep({ state: 'uncordoned' }),
      keep({ labels: { 'example.test/row': null }, taints: [{ ...taint, state: 'absent' }] }),
    ];
    assert.equal(changed((await run([...back, ...back])).told), [true, true, false, false]);
    assert.not.match(await kubectl('get', 'node', node, '-o', `jsonpath=${shape}`), /true|7|closed/);
  });

  test('what is named is removed and waited for, and once removed it stays so', async () => {
    const wish = apply({
      src: ['all/1.yml', 'all/2.json', 'all/3.yaml'],
      state: 'absent',
      wait: true,
      wait_timeout: 120,
    });
    const { told } = await run([wish, wish]);
    assert.equal(changed(told), [true, false]);
    assert.equal(ops(told[0]).at(-1), 'deleted Namespace shop');
    assert.is((await of().kubectl('get', 'namespace', shop)).code, 1);
    rmSync(folder, { recursive: true });
  });
}
