// hardway config: which settings hold, and where each comes from.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { nearestName } from '../document/nearest.ts';
import { Sources } from '../document/source.ts';
import { dict, type Value } from '../document/value.ts';
import { pythonText } from '../module/python_text.ts';
import { expandHome } from '../playbook/file_search.ts';
import { commandLine } from './command_line.ts';
import { verboseOption } from './common_options.ts';
import { describedSettings, type ToldSetting, toldSettings } from './config/told_settings.ts';
import { exitCodes } from './exit_codes.ts';
import { jsonOf, yamlOf } from './data_text.ts';
import type { Given, Option } from './option_table.ts';
import { showProblems } from './problems.ts';
import { readSettings, type Settings } from './settings.ts';

const options: readonly Option[] = [
  { name: 'config', short: 'c', takes: 'FILE', doc: 'this settings file (default: the first that is found)' },
  { name: 'only-changed', also: ['changed-only'], doc: 'dump: only what is not the default' },
  {
    name: 'format',
    short: 'f',
    takes: 'FORM',
    doc: 'dump: display (default), json or yaml; list: yaml, json',
  },
  { name: 'type', short: 't', takes: 'TYPE', doc: 'base or all: plugins have no settings of their own here' },
  { name: 'disabled', refused: 'it is of init, which is not built', doc: '' },
  verboseOption,
];

const command = commandLine({
  name: 'config',
  usage:
    'config ACT [options]\n\n' +
    '  dump    each setting, its value and where that comes from\n' +
    '  list    each setting, its names and its default\n' +
    '  view    the settings file',
  options,
});

const notBuilt: Readonly<Record<string, string>> = {
  init: 'a settings file with all defaults tells nothing; write the lines that differ',
  validate: 'dump names the settings that are set and not honoured',
};

const forms: Readonly<Record<string, readonly string[]>> = {
  dump: ['display', 'json', 'yaml'],
  list: ['yaml', 'json'],
  view: [],
};

const headings = { core: '', plugins: '\nPLUGINS:\n\n', 'not honoured': '\nNOT HONOURED:\n\n' };

function line({ name, origin, value }: ToldSetting): string {
  return `${name}(${origin}) = ${pythonText(value)}\n`;
}

function isChanged({ name, origin, value }: ToldSetting): boolean {
  return origin !== 'default' && (name !== 'CONFIG_FILE' || value !== null);
}

function entry({ name, origin, value, group }: ToldSetting): Value {
  const told: Record<string, Value> = { name, origin, value };
  return dict(group === 'not honoured' ? { honoured: false, ...told } : told);
}

function dump(settings: Settings, form: string, onlyChanged: boolean): string {
  const all = toldSettings(settings, process.env);
  const told = onlyChanged ? all.filter(isChanged) : all;
  if (form !== 'display') return form === 'yaml' ? yamlOf(told.map(entry)) : jsonOf(told.map(entry));
  return (['core', 'plugins', 'not honoured'] as const)
    .map((group) => told.filter((one) => one.group === group).map(line))
    .map((lines, index) =>
      lines.length === 0 ? '' : (Object.values(headings)[index] ?? '') + lines.join(''),
    )
    .join('');
}

function act(word: string, form: string, settings: Settings, given: Given): number {
  if (word === 'view') {
    if (settings.file === undefined) return command.refuse('there is no settings file', exitCodes.error);
    process.stdout.write(readFileSync(settings.file));
    return exitCodes.success;
  }
  const wrong = settings.problems.filter(({ severity }) => severity === 'error');
  if (!showProblems(wrong, new Sources()).mayRun) return exitCodes.error;
  const listed = describedSettings();
  const text =
    word === 'dump'
      ? dump(settings, form, given.has('only-changed'))
      : form === 'json'
        ? jsonOf(listed)
        : yamlOf(listed);
  process.stdout.write(text);
  return exitCodes.success;
}

export function configCommand(argv: readonly string[]): Promise<number> {
  return Promise.resolve(run(argv));
}

function run(argv: readonly string[]): number {
  const given = command.read(argv);
  if (typeof given === 'number') return given;
  const [word = ''] = given.words;
  const [why] = [notBuilt[word]];
  if (why !== undefined) return command.refuse(`${word} is not built: ${why}`);
  const known = Object.hasOwn(forms, word) ? forms[word] : undefined;
  if (!known) {
    const near = nearestName(word, Object.keys(forms));
    const acts = `say what to do: ${Object.keys(forms).join(', ')}`;
    return command.refuse(near === undefined ? acts : `there is no ${word}; did you mean ${near}?`);
  }
  const type = given.last('type') ?? 'base';
  if (type !== 'base' && type !== 'all')
    return command.refuse(`--type is base or all, not ${type}: no plugin has settings of its own here`);
  const form = given.last('format') ?? known[0] ?? '';
  if (known.length > 0 && !known.includes(form))
    return command.refuse(`--format is ${known.join(', ')}, not ${form}`);
  const file = given.last('config');
  if (file !== undefined && !statSync(path.resolve(expandHome(file)), { throwIfNoEntry: false })?.isFile())
    return command.refuse(`the settings file ${file} is not there, or is no file`, exitCodes.badChoice);
  const environment = file === undefined ? process.env : { ...process.env, ANSIBLE_CONFIG: file };
  return act(word, form, readSettings(environment, process.cwd()), given);
}
