// What --diff shows of each kind of step: one call of a module for each, from what it sees to the lines.
import * as assert from 'uvu/assert';
import type { PlanContext, Probe } from '../../../engine/module/contract.ts';
import { toValue } from '../../../engine/module/data.ts';
import { done, probesOf, type Module } from '../../../engine/module/define.ts';
import { checkParameters } from '../../../engine/module/parameters.ts';
import { isDict } from '../../../engine/document/value.ts';
import { differenceLines } from '../../../engine/report/difference_text.ts';
import { withDifferences } from '../../../engine/run/differences.ts';
import { modules } from '../../../modules/registry.ts';
import { pictured, silent } from '../../support/step_kinds.ts';
import { describe } from '../../support/suite.ts';
import { apiCases } from './api_cases.ts';
import type { DiffCase } from './diff_case.ts';
import { hostCases } from './host_cases.ts';

const diffCases = { ...hostCases, ...apiCases };

const context = {
  ...{ checkMode: true, diff: true, verbosity: 0, isPlanned: false, capabilities: new Set(['systemd']) },
  ...{ user: 'root', home: '/root', hostName: 'one' },
};

interface Shown {
  readonly kinds: readonly string[];
  readonly lines: readonly string[];
}

function seenBy(
  module: Module,
  params: Parameters<Module['plan']>[0],
  told: Readonly<Record<string, unknown>>,
  given: PlanContext,
): { readonly seen: Record<string, unknown>; readonly probes: Map<string, Probe<unknown>> } {
  const seen: Record<string, unknown> = {};
  const probes = new Map<string, Probe<unknown>>();
  for (;;) {
    const asked = module.probes?.(params, seen, given) ?? done;
    const fresh = asked === done ? [] : probesOf(asked).filter(([name]) => !probes.has(name));
    if (fresh.length === 0) return { seen, probes };
    for (const [name, probe] of fresh) {
      assert.ok(name in told, `${module.name} asks for ${name}`);
      probes.set(name, probe);
      seen[name] = told[name];
    }
  }
}

async function shown({ module: name, params, seen: told = {} }: DiffCase): Promise<Shown> {
  const module = modules.find((one) => one.name === name);
  const args = toValue(params as never);
  if (!module || !isDict(args)) throw new Error(`there is no module ${name}`);
  const checked = checkParameters(module, args, { home: '/root' });
  if (checked.status !== 'ok') throw new Error(JSON.stringify(checked));
  const given = { ...context, secretParameters: checked.secretParameters };
  const world = seenBy(module, checked.params, told as Readonly<Record<string, unknown>>, given);
  const plan = module.plan(checked.params, world.seen, given);
  assert.is(plan.fail, undefined);
  const { differences = [], steps } = withDifferences(plan, world);
  const lines = (await Promise.all(differences.map(differenceLines))).flat();
  return {
    kinds: steps.map(({ kind }) => kind.name),
    lines: lines.filter((line) => /^[-+(]/.test(line)),
  };
}

describe('modules/diff of every step', ({ test }) => {
  test('each kind of step has a case', () => {
    const opaque = Object.keys(silent);
    const kinds = Object.keys(pictured).filter((name) => !opaque.includes(name));
    assert.equal(Object.keys(diffCases).sort(), kinds.sort());
  });

  for (const [kind, one] of Object.entries(diffCases))
    test(`${kind}, by ${one.module}`, async () => {
      const { kinds, lines } = await shown(one);
      assert.ok(kinds.includes(kind), kinds.join());
      assert.equal(lines, one.lines, JSON.stringify(lines));
      assert.is(lines.length === 0 || lines[0] === '--- before: steps', one.why !== undefined);
      assert.not.match(lines.join('\n'), /open sesame|\$6\$|aHVzaA|b2xk/);
    });

  test('an object that is pruned is told once, and not as if another had taken its place', async () => {
    const of = (name: string): object => ({
      ...{ apiVersion: 'v1', kind: 'ConfigMap' },
      metadata: { name, namespace: 'shop', labels: { app: 'x' } },
    });
    const { lines } = await shown({
      module: 'kubectl_apply',
      params: {
        kubeconfig: '/k',
        definition: of('new'),
        prune: { selector: 'app=x', kinds: ['v1/ConfigMap'] },
      },
      seen: { previews: [{ live: null, applied: of('new') }], 'prune v1/ConfigMap': [of('old')] },
      lines: [],
    });
    assert.equal(
      lines.filter((line) => /^(---|\+\+\+)|name"/.test(line)),
      [
        '--- (absent)',
        '+++ after: ConfigMap shop/new',
        '+    "name": "new",',
        '--- before: ConfigMap shop/old',
        '+++ (absent)',
        '-    "name": "old",',
      ],
    );
  });
});
