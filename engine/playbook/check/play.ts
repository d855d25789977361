// What only a play has: serial, vars_files, vars_prompt, hosts.
import path from 'node:path';
import { isDict, isList, type Position, textOf, type Value } from '../../document/value.ts';
import { hasTemplate } from '../../template/template.ts';
import { isWholeNumber } from '../argument_types.ts';
import { itemsOf } from '../inherit.ts';
import { isFile } from '../../document/file_kind.ts';
import type { Loading } from '../loading.ts';
import type { Located, Play } from '../model.ts';
import { isVariableName } from '../names.ts';
import {
  error,
  keyPlace,
  kindOfValue,
  scalarText,
  fileSuggestion,
  suggestion,
  valuePlace,
  warning,
  isMisspelt,
} from '../problem.ts';
import { evaluateConstants } from '../static_scope.ts';
import type { TemplateCheck } from './templates.ts';
import { variablesOf } from '../role_files.ts';

export function checkPlay(play: Play, templates: TemplateCheck, loading: Loading): void {
  templates.value(play.hosts.value, play.hosts.position);
  checkHosts(play.hosts, loading);
  const { keywords } = play;
  const [serial, files, prompts] = ['serial', 'vars_files', 'vars_prompt'].map((name) => keywords.get(name));
  if (serial) checkSerial(serial, loading);
  if (files) checkFiles(files, play, templates, loading);
  if (prompts) checkPrompts(prompts, loading);
}

function checkHosts(hosts: Located, loading: Loading): void {
  if (hosts.value === null) return;
  for (const { value, position } of itemsOf(hosts))
    if (textOf(value) === undefined)
      loading.report(
        error('wrong-type', `hosts must be text or a list of texts, not ${kindOfValue(value)}`, position),
      );
}

function checkSerial(serial: Located, loading: Loading): void {
  for (const { value, position } of itemsOf(serial)) {
    const known = evaluateConstants(value, loading, position);
    const text = textOf(known);
    if (isWholeNumber(known) || /^\s*[-+]?\d+(?:\.\d+)?\s*%\s*$/.test(text ?? '')) {
      warnOfNegative(known, position, loading);
      continue;
    }
    if (
      text === undefined &&
      !isDict(known) &&
      !isList(known) &&
      known !== null &&
      typeof known !== 'boolean'
    )
      continue;
    loading.report(
      error(
        'wrong-type',
        `serial cannot be ${text ?? kindOfValue(known)}`,
        position,
        'Write 2, "30%" or a list of such',
      ),
    );
  }
}

function warnOfNegative(serial: Value, position: Position, loading: Loading): void {
  if (scalarText(serial).trim().startsWith('-'))
    loading.report(
      warning('wrong-type', `serial is below 0: ${scalarText(serial)}`, position, 'All hosts are one batch'),
    );
}

/** A list inside the list: the first file that exists is taken. */
function checkFiles(files: Located, play: Play, templates: TemplateCheck, loading: Loading): void {
  for (const item of itemsOf(files)) {
    const choices = itemsOf(item);
    const names = choices.map(({ value }) => textOf(value));
    if (names.some((name) => name === undefined || hasTemplate(name))) continue;
    const found = choices
      .map(({ value }) => variableFile(textOf(value) ?? '', play))
      .find((file) => file !== undefined);
    if (found === undefined) {
      const folder = path.dirname(play.file);
      const detail = fileSuggestion(
        names.find((name) => name !== undefined) ?? '',
        [path.join(folder, 'vars'), folder],
        `Looked in ${folder} and its vars folder`,
      );
      const summary = `Variables file ${names.join(' or ')} is not found`;
      loading.report(error('file-not-found', summary, item.position, detail));
    } else {
      const variables = variablesOf(found, item.position, loading);
      templates.inDoubtIf(true, () => {
        templates.value(variables, item.position);
      });
    }
  }
}

function variableFile(name: string, play: Play): string | undefined {
  const folder = path.dirname(play.file);
  return [path.resolve(folder, 'vars', name), path.resolve(folder, name)].find(isFile);
}

const promptKeys = [
  'name',
  'prompt',
  'default',
  'private',
  'confirm',
  'encrypt',
  'salt_size',
  'salt',
  'unsafe',
];

function checkPrompts(prompts: Located, loading: Loading): void {
  for (const { value, position } of itemsOf(prompts)) {
    if (!isDict(value)) {
      loading.report(
        error('wrong-type', `An entry of vars_prompt must be a dict, not ${kindOfValue(value)}`, position),
      );
      continue;
    }
    for (const key of value.keys())
      if (!promptKeys.includes(String(key)))
        loading.report(
          error(
            'unknown-keyword',
            `Unknown keyword ${String(key)} in vars_prompt`,
            keyPlace(value, key, position),
            suggestion(String(key), promptKeys),
          ),
        );
    const name: Value | undefined = value.get('name');
    if (name === undefined && isMisspelt('name', [...value.keys()].map(String), promptKeys)) continue;
    if (name === undefined)
      loading.report(error('missing-keyword', 'Entry of vars_prompt names no variable', position));
    else if (!isVariableName(scalarText(name)))
      loading.report(
        error(
          'wrong-type',
          `${scalarText(name)} cannot be the name of a variable`,
          valuePlace(value, 'name', position),
        ),
      );
  }
}
