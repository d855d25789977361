// lineinfile, blockinfile and replace against ansible-core's own, on files of any bytes. Texts are Latin-1 on the way.
import * as assert from 'uvu/assert';
import { bytesContent, type TextContent } from '../../engine/module/content.ts';
import type { Module } from '../../engine/module/define.ts';
import { outcomesOf } from '../../engine/module/outcomes.ts';
import { checkParameters } from '../../engine/module/parameters.ts';
import { seenFile } from '../../engine/module/seen_files.ts';
import { absent } from '../../engine/module/vocabulary/stat.ts';
import { blockinfile } from '../../modules/blockinfile.ts';
import { lineinfile } from '../../modules/lineinfile.ts';
import { replace } from '../../modules/replace.ts';
import { toValue } from '../../engine/module/data.ts';
import { Random } from '../support/random.ts';
import { describe } from '../support/suite.ts';
import { askOracle, oracleMissing } from './venv.ts';

interface Case {
  readonly module: 'lineinfile' | 'blockinfile' | 'replace';
  readonly params: { readonly [name: string]: string | boolean };
  readonly before: string | null;
}

const modules: Readonly<Record<Case['module'], Module>> = { lineinfile, blockinfile, replace };
const context = { check: false, diff: false, user: 'root' } as never;

function ours({ module: name, params, before }: Case): unknown {
  const module = modules[name];
  const checked = checkParameters(module, toValue({ ...params, path: '/f' }) as never);
  if (checked.status === 'wrong') return { failed: true };
  const old = before === null ? undefined : bytesContent(Buffer.from(before, 'latin1'));
  const at = old ? { ...seenFile(), size: old.size, digest: old.sha256 } : absent;
  const seen = { at, old: old ? { found: 'file', content: old } : { found: 'nothing' } };
  const plan = module.plan(checked.params, seen, context);
  if (plan.fail !== undefined) return { failed: true };
  const [step] = plan.steps;
  const after = step ? (step.args as { content: TextContent }).content : old;
  const result = module.result?.(checked.params, seen, outcomesOf(plan.steps, []), seen, context);
  return {
    after: after ? Buffer.from(after.bytes).toString('latin1') : null,
    changed: plan.steps.length > 0,
    msg: ((result?.['msg'] ?? '') as string).replace('/f', 'FILE'),
  };
}

const texts = [
  'a\n',
  'b\n',
  'caf\xe9\n',
  'end',
  'end\n',
  'a1\n',
  'end\r\n',
  '\n',
  'x=1\r\n',
  '# BEGIN ANSIBLE MANAGED BLOCK\n',
];
const more = ['# END ANSIBLE MANAGED BLOCK\n', 'caf\xc3\xa9\n'];
const patterns = [
  '^a',
  'end$',
  '.',
  '^(\\w)',
  'zzz',
  '^caf',
  '=1$',
  '=1.',
  '(?i)END',
  'BOF',
  'EOF',
  '(?m)^end$',
  '(',
];

function drawnCase(random: Random): Case {
  const module = random.pick(['lineinfile', 'blockinfile', 'replace'] as const);
  const before = random.chance(0.05)
    ? null
    : Array.from({ length: random.below(6) }, () => random.pick([...texts, ...more])).join('');
  const params: { [name: string]: string | boolean } = {};
  const maybe = (name: string, values: readonly (string | boolean)[], chance = 0.3): void => {
    if (random.chance(chance)) params[name] = random.pick(values);
  };
  if (module === 'replace') {
    params['regexp'] = random.pick(patterns);
    maybe('replace', ['-', '\\1', '<\\g<0>>', 'caf'], 0.8);
    maybe('after', ['a', '^b', 'end']);
    maybe('before', ['a', 'b$', 'end']);
    return { module, params, before };
  }
  const place = random.pick(['insertafter', 'insertbefore']);
  maybe(place, patterns, 0.5);
  maybe('create', [true]);
  maybe('state', ['absent', 'present']);
  if (module === 'blockinfile') {
    params['block'] = random.pick(['x\ny', 'x\n', '', 'a\r\nb', '\n']);
    maybe('append_newline', [true]);
    maybe('prepend_newline', [true]);
    maybe('marker', ['; {mark}']);
    return { module, params, before };
  }
  params['line'] = random.pick(['a', 'end', 'new', 'new \\1', 'x=1']);
  maybe(random.pick(['regexp', 'search_string']), patterns, 0.6);
  maybe('firstmatch', [true]);
  maybe('backrefs', [true], params['regexp'] === undefined ? 0 : 0.3);
  return { module, params, before };
}

/**
 * Where we differ on purpose: a line that goes behind a last line without its end does not stick to it.
 */
function isBetter({ module, params, before }: Case): boolean {
  return module === 'lineinfile' && 'insertafter' in params && before !== null && !/(?:^|\n)$/.test(before);
}

describe(
  'edit modules oracle',
  ({ test }) => {
    test('600 edits leave the bytes and tell what ansible-core does', () => {
      const random = new Random(3);
      const removal = { module: 'blockinfile', before: null } as const;
      const written: Case[] = [
        { ...removal, params: { state: 'absent', create: true } },
        { ...removal, params: { state: 'absent' } },
        { ...removal, module: 'lineinfile', params: { state: 'absent', line: 'a', create: true } },
      ];
      const drawn = Array.from({ length: 600 }, () => drawnCase(random)).filter((each) => !isBetter(each));
      const cases = [...written, ...drawn];
      const answers = askOracle('edit_oracle.py', cases) as unknown[];
      const wrong = cases.flatMap((each, index) => {
        const [got, wanted] = [JSON.stringify(ours(each)), JSON.stringify(answers[index])];
        return got === wanted
          ? []
          : [`${JSON.stringify(each)}\n    ansible-core ${wanted}\n    ours         ${got}`];
      });
      assert.is(wrong.length, 0, wrong.slice(0, 20).join('\n'));
    });
  },
  { unless: oracleMissing() },
);
