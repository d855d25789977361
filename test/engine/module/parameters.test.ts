import * as assert from 'uvu/assert';
import { bare, dict, Float, Unknown, withMarks, type Value } from '../../../engine/document/value.ts';
import { catalogOf } from '../../../engine/module/catalog.ts';
import { toValue } from '../../../engine/module/data.ts';
import type { Module } from '../../../engine/module/define.ts';
import * as kinds from '../../../engine/module/kinds.ts';
import { checkParameters } from '../../../engine/module/parameters.ts';
import { describe } from '../../support/suite.ts';

const { optional, str } = kinds;
const module: Module = {
  name: 'demo',
  fullNames: ['my.own.demo'],
  summary: '',
  params: {
    path: kinds.path({ aliases: ['dest'] }),
    owner: optional(str()),
    mode: optional(kinds.mode()),
    password: optional(kinds.secret()),
    any: optional(kinds.raw()),
    size: optional(kinds.int({ minimum: 1, maximum: 9 })),
    state: optional(kinds.oneOf('on', 'off', 'auto'), 'auto'),
    rules: optional(kinds.listOf({ port: kinds.int(), proto: optional(kinds.oneOf('tcp', 'udp'), 'tcp') })),
  },
  constraints: { mutuallyExclusive: [['owner', 'any']], requiredIf: [['state', 'off', ['owner']]] },
  plan: () => ({ steps: [] }),
};

function check(args: object): ReturnType<typeof checkParameters> {
  return checkParameters(module, toValue(args as never) as never, { home: '/home/me' });
}

function problems(args: object): string[] {
  const checked = check(args);
  return checked.status === 'wrong'
    ? checked.problems.map(({ summary, detail }) => `${summary}. ${detail ?? ''}`.trim())
    : [];
}

function params(args: object): { readonly [name: string]: unknown } {
  const checked = check(args);
  if (checked.status !== 'ok') throw new Error(JSON.stringify(checked));
  return checked.params;
}

describe('module/kinds', ({ test }) => {
  test('a module that works by another one takes its parameters as they are when none is given', () => {
    const given = kinds.defaultsOf({
      lines: optional(kinds.list(), []),
      state: optional(kinds.oneOf('on', 'off'), 'on'),
      owner: optional(str()),
    });
    const state: 'on' | 'off' = given.state;
    assert.equal([state, given], ['on', { lines: [], state: 'on', owner: undefined }]);
    assert.throws(() => kinds.defaultsOf({ path: kinds.path() }), /path has no default: it is required/);
  });
});

describe('module/parameters', ({ test }) => {
  test('aliases, defaults, home folders and options are filled in', () => {
    const found = params({ dest: '~/x', rules: [{ port: '80' }] });
    assert.is(found['path'], '/home/me/x');
    assert.is(found['state'], 'auto');
    assert.is(found['owner'], undefined);
    assert.equal(found['rules'], [{ port: 80, proto: 'tcp' }]);
  });

  test('modes are what YAML or a person meant', () => {
    const modeOf = (mode: unknown): unknown => params({ path: '/x', mode })['mode'];
    assert.is(modeOf(0o644), '0644');
    assert.is(modeOf('0644'), '0644');
    assert.is(modeOf('644'), '0644');
    assert.is(modeOf('2755'), '2755');
    assert.is(modeOf('u=rwX,g-w,o='), 'u=rwX,g-w,o=');
    assert.match(problems({ path: '/x', mode: 'rw-r--r--' })[0] ?? '', /mode must be a mode such as '0644'/);
    assert.match(problems({ path: '/x', mode: '0888' })[0] ?? '', /Found the text "0888"/);
  });

  test('a raw parameter keeps floats, order and marks', () => {
    const value = new Map<string, Value>([
      ['b', new Float(1)],
      ['10', withMarks('x', { unsafe: true })],
    ]);
    const found = params({ path: '/x', any: value })['any'];
    assert.instance(found, Map);
    assert.instance((found as typeof value).get('b'), Float);
    assert.is(bare((found as typeof value).get('10') ?? null), 'x');
  });

  test('each problem says which parameter, what was wanted, what was found, and the nearest name', () => {
    assert.equal(problems({ pth: '/x', size: '12', state: 'of', rules: [{ port: 'x', protoc: 1 }] }), [
      'demo has no parameter pth. Did you mean path?',
      'demo: size must be at most 9. Found the text "12"',
      'demo: state must be one of on, off, auto. Found the text "of". Did you mean off?',
      'demo: rules[0].port must be an integer. Found the text "x"',
      'demo: rules[0] has no parameter protoc. Did you mean proto?',
    ]);
    // What the misspelt name would have given is not missing besides; what no name is near to is.
    assert.equal(
      problems({ far: '/x' }).map((text) => text.split('. ')[0]),
      ['demo has no parameter far', 'demo needs the parameter path'],
    );
  });

  test('a problem leads to the entry, at its key or its value', () => {
    const checked = check({ path: '/x', rules: [{ port: 1 }, { port: [] }] });
    assert.equal(
      checked.status === 'wrong' && checked.problems.map(({ path, at, code }) => ({ path, at, code })),
      [{ path: ['rules', 1, 'port'], at: 'value', code: 'bad-parameter' }],
    );
  });

  test('rules between parameters hold', () => {
    assert.equal(problems({ path: '/x', owner: 'a', any: 1 }), ['demo: owner and any exclude each other.']);
    assert.equal(problems({ path: '/x', state: false }), ['demo: state is "off", so owner is needed.']);
  });

  test('what may turn out to be omitted excludes nothing', () => {
    const later = new Unknown('the run');
    const perhaps = new Unknown('the run', { mayBeMissing: true });
    const wrong = (owner: Unknown): number => {
      const checked = check({ path: '/x', owner, any: 1 });
      return checked.status === 'wrong' ? checked.problems.length : 0;
    };
    assert.equal([wrong(later), wrong(perhaps)], [1, 0]);
  });

  test('null means not given, but for parameters that take any value', () => {
    assert.equal(problems({ path: null }), ['demo needs the parameter path. It may also be written dest']);
    assert.is(params({ path: '/x', owner: null })['owner'], undefined);
    assert.is(params({ path: '/x', any: null })['any'], null);
  });

  test('secrets are told by kind and by mark', () => {
    const checked = check({ path: withMarks('/s', { secret: true }), password: 'p' });
    assert.equal(checked.status === 'ok' && [...checked.secretParameters].sort(), ['password', 'path']);
    assert.equal(checked.status === 'ok' && [...checked.secrets].sort(), ['/s', 'p']);
  });

  test('an unknown value is right everywhere, and tells what it waits for', () => {
    const checked = check({
      path: '/x',
      size: new Unknown('task 1'),
      rules: [{ port: new Unknown('task 2') }],
    });
    assert.equal(checked.status === 'unknown' && [checked.waitsFor, checked.params['path']], [
      'task 1',
      '/x',
    ]);
    assert.equal(problems({ path: '/x', size: new Unknown('t'), state: 'no!' }).length, 1);
  });

  test('with part of the arguments nothing is missing yet', () => {
    assert.equal(catalogOf([module]).check('demo', dict({ owner: 'x' }), { partial: true }), []);
    assert.is(catalogOf([module]).check('demo', dict({ owner: 'x' })).length, 1);
  });

  test('a catalog knows modules by short and full names', () => {
    const catalog = catalogOf([module]);
    assert.is(catalog.canonical('my.own.demo'), 'demo');
    assert.is(catalog.canonical('demo', ['my.own']), 'demo');
    assert.is(catalog.canonical('ansible.legacy.demo'), 'demo');
    assert.is(catalog.canonical('other.own.demo'), undefined);
    assert.is(catalog.kindOf('demo', 'dest'), 'path');
    assert.is(catalog.kindOf('demo', 'no'), undefined);
  });
});
