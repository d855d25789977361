import * as assert from 'uvu/assert';
import { type Dict, dict } from '../../../engine/document/value.ts';
import { parseYaml } from '../../../engine/document/yaml.ts';
import { construct, constructedSettings } from '../../../engine/inventory/constructed.ts';
import { describe } from '../../support/suite.ts';

function made(yaml: string, vars: Dict): { groups: string[]; vars: unknown[] } | string {
  const settings = constructedSettings(parseYaml(yaml, 'f').documents[0] as Dict);
  const outcome = construct(settings, vars);
  if (!outcome.ok) return outcome.problem.summary;
  return {
    groups: outcome.value.groups.map(({ name, parent }) =>
      parent === undefined ? name : `${parent} > ${name}`,
    ),
    vars: [...outcome.value.vars],
  };
}

describe('inventory/constructed', ({ test }) => {
  const vars = dict({ id: 'i-1', zone: 'eu-1a', tags: dict({ role: 'web', blank: '' }), size: 3 });

  test('keyed groups come from text, lists and dicts, with prefix, separator and parent', () => {
    assert.equal(
      made(
        `keyed_groups:
  - {key: zone, prefix: zone, parent_group: zones}
  - {key: tags, prefix: tag}
  - {key: "[id, zone]", separator: ""}
leading_separator: false`,
        vars,
      ),
      { groups: ['zones > zone_eu_1a', 'tag_role_web', 'tag_blank_', 'i_1', 'eu_1a'], vars: [] },
    );
  });

  test('a failing expression is left out, and is an error when strict', () => {
    const yaml = 'compose: {a: nothing.x, b: size + 1}\ngroups: {big: size > 2, bad: nothing.x}\n';
    assert.equal(made(yaml, vars), { groups: ['big'], vars: [['b', '4']] });
    assert.type(made(`${yaml}strict: true\n`, vars), 'string');
  });

  test('extra variables stand above those of the host for compose and keyed groups where the source asks for them', () => {
    const text =
      'use_extra_vars: true\ncompose: { at: zone }\nkeyed_groups: [{ key: zone, prefix: z }]\ngroups: { eu: zone is match("eu") }\n';
    const extraVars = dict({ zone: 'us-2' });
    const run = (yaml: string): unknown => {
      const settings = constructedSettings(parseYaml(yaml, 'f').documents[0] as Dict, { extraVars });
      const outcome = construct(settings, vars);
      return outcome.ok && [[...outcome.value.vars], outcome.value.groups.map(({ name }) => name)];
    };
    assert.equal(run(text), [[['at', 'us-2']], ['eu', 'z_us_2']]);
    assert.equal(run(text.replace('true', 'false')), [[['at', 'eu-1a']], ['eu', 'z_eu_1a']]);
  });

  test('a key that is empty and has no default makes no group', () => {
    assert.equal(made('keyed_groups: [{key: tags.none | default(""), prefix: t}]', vars), {
      groups: [],
      vars: [],
    });
  });
});
