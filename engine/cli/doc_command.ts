// hardway doc: what a module does and takes, from its one declaration.
import { modules as builtIn } from '../../modules/registry.ts';
import { nearestName } from '../document/nearest.ts';
import { catalogOf } from '../module/catalog.ts';
import type { Module, Params } from '../module/define.ts';
import type { Kind } from '../module/kinds.ts';
import { engineModules } from '../run/engine_actions.ts';
import { commandLine } from './command_line.ts';
import { exitCodes } from './exit_codes.ts';
import { verboseOption } from './common_options.ts';
import type { Option } from './option_table.ts';
import { allOwnModules } from './own_modules.ts';

const options: readonly Option[] = [
  { name: 'list', short: 'l', doc: 'all modules, one a line' },
  {
    name: 'module-path',
    short: 'M',
    takes: 'FOLDERS',
    also: ['modules'],
    doc: 'more folders of your own modules, by colons; they go before modules/ here',
  },
  { name: 'playbook-dir', takes: 'FOLDER', doc: 'the folder whose modules/ is meant (default: here)' },
  { name: 'list_files', short: 'F', refused: 'modules are parts of the program, not files', doc: '' },
  {
    name: 'type',
    short: 't',
    takes: 'TYPE',
    refused: 'there are modules only; docs/language.md has the rest',
    doc: '',
  },
  { name: 'snippet', short: 's', refused: 'an editor completes from --json', doc: '' },
  { name: 'roles-path', short: 'r', takes: 'FOLDERS', refused: 'roles are not described', doc: '' },
  { name: 'entry-point', short: 'e', takes: 'NAME', refused: 'roles are not described', doc: '' },
  { name: 'metadata-dump', refused: 'it is for the making of Ansible itself', doc: '' },
  { name: 'no-fail-on-errors', refused: 'it is for the making of Ansible itself', doc: '' },
  verboseOption,
  { name: 'json', short: 'j', doc: 'as JSON, for programs' },
];

const command = commandLine({ name: 'doc', usage: 'doc MODULE | --list', options });

function typeText(kind: Kind<unknown>): string {
  const inner = kind.elements ? ` of ${kind.elements.name}` : '';
  return `${kind.name}${inner}`;
}

/** `isAsked`: a user gives them; what is returned is never called required. */
function paramLines(params: Params, indent: string, isAsked: boolean): string[] {
  return Object.entries(params).flatMap(([name, kind]) => {
    const marks = [
      typeText(kind),
      isAsked && kind.required ? 'required' : '',
      kind.default === undefined ? '' : `default ${JSON.stringify(kind.default)}`,
      kind.choices ? `one of ${kind.choices.join(', ')}` : '',
      kind.aliases && kind.aliases.length > 0 ? `also ${kind.aliases.join(', ')}` : '',
      kind.secret === true ? 'never shown' : '',
    ].filter((mark) => mark !== '');
    const lines = [`${indent}${name} (${marks.join('; ')})`];
    if (kind.doc !== undefined) lines.push(`${indent}    ${kind.doc}`);
    if (kind.deprecated !== undefined) lines.push(`${indent}    Deprecated: ${kind.deprecated}`);
    const inside = kind.options ?? kind.elements?.options;
    if (inside) lines.push(...paramLines(inside, `${indent}    `, isAsked));
    return lines;
  });
}

function moduleText(module: Module): string {
  const parts = [
    `${module.name}: ${module.summary}`,
    ...(module.fullNames ? [`Full names: ${module.fullNames.join(', ')}`] : []),
    ...(module.description === undefined ? [] : ['', module.description]),
    '',
    'Parameters:',
    ...paramLines(module.params, '  ', true),
    ...(module.freeForm === undefined ? [] : [`  Free text is ${module.freeForm}.`]),
    ...(module.returns ? ['', 'Returns:', ...paramLines(module.returns, '  ', false)] : []),
    ...(module.examples === undefined ? [] : ['', 'Examples:', module.examples.trimEnd()]),
  ];
  return `${parts.join('\n')}\n`;
}

export async function docCommand(argv: readonly string[]): Promise<number> {
  const given = command.read(argv);
  if (typeof given === 'number') return given;
  const own = await allOwnModules(given, given.last('playbook-dir') ?? '.');
  for (const { summary } of own.problems) process.stderr.write(`hardway doc: ${summary}\n`);
  // The last of a name is the one that runs.
  const byName = new Map(
    [...engineModules(), ...builtIn, ...own.modules].map((module) => [module.name, module] as const),
  );
  const all = [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (given.has('list')) {
    const width = Math.max(...all.map(({ name }) => name.length));
    process.stdout.write(all.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}\n`).join(''));
    return exitCodes.success;
  }
  const catalog = catalogOf(all);
  for (const word of given.words) {
    const module = catalog.module(catalog.canonical(word) ?? '');
    if (!module) {
      const near = nearestName(word, catalog.names());
      process.stderr.write(
        `There is no module ${word}${near === undefined ? '' : `; did you mean ${near}?`}\n`,
      );
      return exitCodes.error;
    }
    process.stdout.write(given.has('json') ? `${JSON.stringify(module, null, 2)}\n` : moduleText(module));
  }
  if (given.words.length > 0) return exitCodes.success;
  process.stderr.write(command.help);
  return exitCodes.badChoice;
}
