// `-e name=value` gives text, as in Ansible: a number or a yes that comes so means to roles what it means in a file.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { isDict, textOf } from '../../engine/document/value.ts';
import { threeControllers } from '../support/paper_layouts.ts';
import { defaultsOf, optionsOf, rolesFolder } from '../support/role_yaml.ts';
import { siteOnPaper } from '../support/site_on_paper.ts';
import { describe } from '../support/suite.ts';

type Told = Readonly<Record<string, number | boolean>>;

/** Every number and every yes or no that a role of site.yml may be told, other than it is by itself. */
function told(): Told {
  const values: Record<string, number | boolean> = {};
  for (const role of readdirSync(rolesFolder).filter(
    (name) => !['infra', 'nlb', 'smoke', 'reset'].includes(name),
  )) {
    const defaults = defaultsOf(role);
    for (const [name, option] of optionsOf(role)) {
      const type = isDict(option) ? textOf(option.get('type') ?? null) : undefined;
      const value = defaults.get(name);
      const key = String(name);
      if (type === 'bool') values[key] = value !== true;
      const choices = isDict(option) ? option.get('choices') : undefined;
      if (type === 'int' && textOf(value ?? null) === undefined && choices === undefined)
        values[key] = Number(value ?? 0) + 1;
    }
  }
  return values;
}

const asText = (values: Told): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, `${value}`]));

async function doneWith(vars: Told | Record<string, string>): Promise<string> {
  const paper = await siteOnPaper({
    ...threeControllers,
    vars: { ...vars, node_taints: [{ key: 'a', effect: 'NoSchedule' }] },
    missing: ['/sys/fs/cgroup/cgroup.controllers'],
  });
  paper.remove();
  assert.equal(paper.failures, []);
  const clean = (data: object): string =>
    JSON.stringify(data, null, 1).replaceAll(path.dirname(paper.folder), '');
  return clean({
    said: paper.said,
    tasks: paper.tasks.map(({ host, role, name, params, text }) => [host, role, name, params, text]),
  });
}

describe('variables of roles given as text', ({ test }) => {
  test('mean the same as numbers, true and false', async () => {
    const values = told();
    assert.ok(Object.keys(values).length > 25, Object.keys(values).join(' '));
    const opposite = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, typeof value === 'boolean' ? !value : value]),
    );
    for (const vars of [values, opposite]) {
      const done = await doneWith(asText(vars));
      assert.is(done, await doneWith(vars));
      // Daemons take no text for a number or a yes.
      for (const line of [
        'maxPods: 111',
        'min: 1',
        'maxPerCore: 1',
        `failSwapOn: ${String(vars['kubelet_fail_swap_on'])}`,
      ])
        assert.match(done, `${line}\\n`);
    }
  });
});
