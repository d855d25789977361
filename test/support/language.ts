// docs/language.md: every name of the language, and whether it is here. `npx tsx test/support/language.ts` writes the
// page from the code's own tables, the names counted in public content (language_names.json, most used first) and the
// reasons for what is not here (language_reasons.ts).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { catalogOf } from '../../engine/module/catalog.ts';
import { keywords } from '../../engine/playbook/keywords.ts';
import { engineActions } from '../../engine/playbook/engine_actions.ts';
import { engineModules } from '../../engine/run/engine_actions.ts';
import { filterNames, findFilter } from '../../engine/template/filters/registry.ts';
import { globalNames } from '../../engine/template/globals.ts';
import { findLookup, lookupNames } from '../../engine/template/lookups/registry.ts';
import { dictMethods } from '../../engine/template/python/dict_methods.ts';
import { listMethods } from '../../engine/template/python/list_methods.ts';
import { stringMethods } from '../../engine/template/python/string_methods.ts';
import { parseTemplate } from '../../engine/template/syntax/parse.ts';
import { findTest, testNames } from '../../engine/template/tests/registry.ts';
import { modules } from '../../modules/registry.ts';
import { reasons } from './language_reasons.ts';

const root = path.resolve(import.meta.dirname, '../..');
export const languagePage = path.join(root, 'docs/language.md');

type Uses = Readonly<Record<string, number>>;

export interface Section {
  readonly title: string;
  readonly uses: Uses;
  /** Where the name is, or that it is; undefined when it is not here. */
  readonly here: (name: string) => string | undefined;
  /** What the code has besides. */
  readonly ours: readonly string[];
}

const names = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'language_names.json'), 'utf8'),
) as Readonly<Record<string, Uses>>;

const yes = (is: boolean): string | undefined => (is ? 'yes' : undefined);

/** A template for each statement and expression that has a word of its own. */
const statements: Readonly<Record<string, string>> = {
  if: '{% if a %}1{% elif b %}2{% else %}3{% endif %}',
  for: '{% for k, v in d.items() if v recursive %}{{ loop.index }}{% else %}0{% endfor %}',
  assign: '{% set a, b = 1, 2 %}',
  assignblock: '{% set a | upper %}x{% endset %}',
  condexpr: '{{ a if b else c }}',
  macro: '{% macro m(a, b=1) %}{{ caller() }}{% endmacro %}',
  call: '{% call m(1) %}x{% endcall %}',
  block: '{% block b scoped %}{{ super() }}{% endblock %}',
  extends: "{% extends 'base.j2' %}",
  include: "{% include 'part.j2' ignore missing with context %}",
  import: "{% import 'macros.j2' as m with context %}",
  fromimport: "{% from 'macros.j2' import a as b, c %}",
  filter: '{% filter upper %}x{% endfilter %}',
  with: '{% with a = 1 %}{{ a }}{% endwith %}',
  do: '{% do a.append(1) %}',
  raw: '{% raw %}{{ a }}{% endraw %}',
  autoescape: '{% autoescape false %}x{% endautoescape %}',
  break: '{% for a in b %}{% break %}{% endfor %}',
  continue: '{% for a in b %}{% continue %}{% endfor %}',
};

function texts(folder: string, pattern: RegExp): readonly string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => path.posix.join(folder, file))
    .filter((file) => pattern.test(file))
    .map((file) => readFileSync(path.join(root, file), 'utf8'));
}

const ofFacts = /\/(facts?|virtual|packages?)_?\w*\.ts$|(setup|getent|service_facts|package_facts)\.ts$/;

/** Where values get their names, and what is then said of one; the first place that has a name counts. */
const places: readonly (readonly [said: string, files: readonly string[], isFact: boolean])[] = [
  ['yes: heeded where it is set', texts('engine/run', /connection_\w+\.ts$/), false],
  [
    'yes',
    [
      ...texts('engine/variables', /(magic|run_variables)\.ts$/),
      ...texts('engine/run', /(loop_items|start_rescue)\.ts$/),
      ...texts('engine/cli', /assemble\.ts$/),
      ...texts('engine/inventory', /load\.ts$/),
    ],
    false,
  ],
  ['yes: a fact', texts('modules', ofFacts), true],
  [
    'yes',
    [
      ...texts('engine/variables', /\.ts$/),
      ...texts('engine/run', /\.ts$/),
      ...texts('engine/template', /template_file_variables\.ts$/),
    ],
    false,
  ],
];

/** It stands there as a text or as a key. */
function isIn(files: readonly string[], name: string): boolean {
  const pattern = new RegExp(`['\`]${name}['\`]|(?:^|[\\s{,.(])${name}(?::|,| \\}|\\))`, 'm');
  return files.some((text) => pattern.test(text));
}

function given(name: string): string | undefined {
  return places.find(([, files, isFact]) => isIn(files, isFact ? name.replace(/^ansible_/, '') : name))?.[0];
}

const fact = (name: string): string | undefined => yes(isIn(texts('modules', ofFacts), name));

function isKeywordOf(places: readonly (keyof typeof keywords)[], name: string): boolean {
  if (name === 'with_*') return findLookup('items') !== undefined;
  return places.some((place) => keywords[place].has(name));
}

const catalog = catalogOf([...engineModules(), ...modules]);
const isModule = (name: string): boolean => engineActions.has(name) || catalog.canonical(name) !== undefined;
const methods = new Set([stringMethods, listMethods, dictMethods].flatMap((table) => Object.keys(table)));
const tasks = ['task', 'block', 'handler'] as const;
const keywordNames = (places: readonly (keyof typeof keywords)[]): string[] => [
  ...new Set(places.flatMap((place) => [...keywords[place].keys()])),
];

function section(title: string, here: Section['here'], ours: Iterable<string>): Section {
  const uses = names[title] ?? {};
  const known = new Set(Object.keys(uses));
  return { title, uses, here, ours: [...ours].filter((name) => !known.has(name)).sort() };
}

export const sections: readonly Section[] = [
  section('Modules and actions', (name) => yes(isModule(name)), catalog.names()),
  section('Play keywords', (name) => yes(isKeywordOf(['play'], name)), keywordNames(['play'])),
  section('Task, block and handler keywords', (name) => yes(isKeywordOf(tasks, name)), keywordNames(tasks)),
  section('Filters', (name) => yes(findFilter(name) !== undefined), filterNames()),
  section('Tests', (name) => yes(findTest(name) !== undefined), testNames()),
  section('Lookups', (name) => yes(findLookup(name) !== undefined), lookupNames()),
  section(
    'Template functions and Python methods',
    (name) => yes(name.startsWith('.') ? methods.has(name.slice(1, -2)) : globalNames.has(name)),
    [...globalNames, ...[...methods].map((name) => `.${name}()`)],
  ),
  section(
    'Jinja statements',
    (name) => yes('tree' in parseTemplate(statements[name] ?? '{%', 'file')),
    Object.keys(statements).filter((name) => 'tree' in parseTemplate(statements[name] ?? '{%', 'file')),
  ),
  section('Special variables', given, []),
  section('Facts read through ansible_facts', fact, []),
];

/** Why a name is not here, or why it is although no table has it. */
export function reasonOf({ title }: Section, name: string): string | undefined {
  return reasons[title]?.[name];
}

/** Names of the list that are neither here nor left out for a reason. */
export function undecided(): string[] {
  return sections.flatMap((one) =>
    Object.keys(one.uses)
      .filter((name) => one.here(name) === undefined && reasonOf(one, name) === undefined)
      .map((name) => `${one.title}: ${name}`),
  );
}

/** Reasons for names that are here after all, or that nobody asks for. */
export function needlessReasons(): string[] {
  return Object.entries(reasons).flatMap(([title, table]) => {
    const found = sections.find((one) => one.title === title);
    return Object.keys(table)
      .filter((name) => found?.uses[name] === undefined || found.here(name) !== undefined)
      .map((name) => `${title}: ${name}`);
  });
}

function sectionText(one: Section): string {
  const rows = Object.entries(one.uses).map(
    ([name, uses]) => `| \`${name}\` | ${uses} | ${one.here(name) ?? reasonOf(one, name) ?? 'undecided'} |`,
  );
  const more = one.ours.map((name) => `\`${name}\``).join(', ');
  return [
    `## ${one.title}`,
    '| name | uses | here |\n|---|---|---|',
    ...rows,
    ...(more === '' ? [] : ['', `Here besides: ${more}.`]),
    '',
  ].join('\n');
}

export function languageText(): string {
  const all = sections.flatMap((one) => Object.keys(one.uses).map((name) => one.here(name) !== undefined));
  const count = all.filter(Boolean).length;
  return `# The language, name by name

What public content uses (four large collections of roles, a book's worth of playbooks; most used first, 0 is never met) and whether it is here: ${count} of ${all.length} names. "yes" is that a table of the code has the name, and of a variable that the code gives it (the test asks a play for each that is no fact). Else the reason stands there.

Written by \`npx tsx test/support/language.ts\`. A fast test refuses a page that is out of date, and a name that is neither here nor left out for a reason.

${sections.map(sectionText).join('\n')}`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(languagePage, languageText());
