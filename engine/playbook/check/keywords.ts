// The keywords of a play, block, role use or task: their types, and the templates and conditions in them.
import { isDict, isList, textOf } from '../../document/value.ts';
import { hasTemplate } from '../../template/template.ts';
import { readEntry, reportUnknownKeywords } from '../entry.ts';
import { builtModule } from '../module_name.ts';
import { itemsOf } from '../inherit.ts';
import { keywords, type Keyword, type KeywordTable } from '../keywords.ts';
import { knownModule } from '../known_modules.ts';
import type { Loading } from '../loading.ts';
import type { Keywords, Located, Node, Play } from '../model.ts';
import { isVariableName } from '../names.ts';
import { error, keyPlace, kindOfValue, suggestion } from '../problem.ts';
import { evaluateConstants } from '../static_scope.ts';
import { mayBeUnasked, mayGoUnread } from './doubts.ts';
import { keywordProblems } from './keyword_types.ts';
import { moduleNames } from '../module_name.ts';
import type { TemplateCheck } from './templates.ts';
import { checkLoopNames } from './variable_names.ts';

function tableOf(node: Node | Play): KeywordTable {
  if (node.kind === 'task') return node.isHandler ? keywords.handler : keywords.task;
  return keywords[node.kind];
}

export function checkKeywords(node: Node | Play, templates: TemplateCheck, loading: Loading): void {
  const table = tableOf(node);
  for (const [name, located] of node.keywords)
    templates.inDoubtIf(mayGoUnread(node, name, loading), () => {
      checkTable(new Map([[name, located]]), table, templates, loading);
    });
}

export function checkTable(
  given: Keywords,
  table: KeywordTable,
  templates: TemplateCheck,
  loading: Loading,
): void {
  for (const [name, located] of given) {
    const keyword = table.get(name);
    if (keyword) checkKeyword(name, keyword, located, templates, loading);
  }
}

function checkKeyword(
  name: string,
  keyword: Keyword,
  located: Located,
  templates: TemplateCheck,
  loading: Loading,
): void {
  if (keyword.type === 'conditions') templates.conditions(located, name);
  else if (keyword.type === 'loop control') checkLoopControl(located, templates, loading);
  else if (keyword.type === 'module defaults') checkModuleDefaults(located, templates, loading);
  else if (name === 'register') checkRegister(located, loading);
  else checkValue(name, keyword, located, templates, loading);
}

function checkValue(
  name: string,
  keyword: Keyword,
  located: Located,
  templates: TemplateCheck,
  loading: Loading,
): void {
  const known = keyword.templatable
    ? evaluateConstants(located.value, loading, located.position)
    : located.value;
  for (const problem of keywordProblems(name, keyword, located, known)) loading.report(problem);
  if (keyword.templatable || keyword.type === 'variables') templates.value(located.value, located.position);
}

function checkRegister({ value, position }: Located, loading: Loading): void {
  const text = textOf(value);
  if (value === null || (text !== undefined && isVariableName(text))) return;
  loading.report(
    error(
      'wrong-type',
      `register must be the name of a variable, not ${text === undefined ? kindOfValue(value) : `"${text}"`}`,
      position,
      text !== undefined && hasTemplate(text) ? 'It is not templated' : undefined,
    ),
  );
}

function checkLoopControl({ value, position }: Located, templates: TemplateCheck, loading: Loading): void {
  if (value === null) return;
  if (!isDict(value)) {
    loading.report(error('wrong-type', `loop_control must be a dict, not ${kindOfValue(value)}`, position));
    return;
  }
  const entry = readEntry(value, position, keywords.loop_control, loading);
  reportUnknownKeywords(entry, 'loop_control', loading);
  checkTable(entry.keywords, keywords.loop_control, templates, loading);
  checkLoopNames(entry.keywords, loading);
}

/** Keys are names of modules or `group/...`; values are dicts of parameters. */
function checkModuleDefaults(located: Located, templates: TemplateCheck, loading: Loading): void {
  for (const { value, position } of itemsOf(located)) {
    if (value === null) continue;
    if (!isDict(value)) {
      const summary = `module_defaults must be a dict, not ${kindOfValue(value)}`;
      loading.report(
        error('wrong-type', summary, position, 'Its keys name modules, its values give parameters'),
      );
      continue;
    }
    for (const key of value.keys()) {
      const name = String(key);
      const isKnown =
        name.startsWith('group/') || name.includes('.') || builtModule(name, [], loading) !== undefined;
      if (!isKnown && knownModule(name) === undefined)
        loading.report(
          error(
            'unknown-module',
            `Unknown module ${name} in module_defaults`,
            keyPlace(value, key, position),
            suggestion(name, moduleNames(loading)),
          ),
        );
    }
    templates.value(value, position);
  }
}

/** The items of a task's loop: a list, or a template of one. */
export function checkLoop(node: Node, templates: TemplateCheck, loading: Loading): void {
  if (node.kind !== 'task' || !node.loop) return;
  const { kind, items } = node.loop;
  templates.inDoubtIf(mayBeUnasked(node, loading), () => {
    templates.value(items.value, items.position);
  });
  if (kind !== 'loop' || isList(items.value)) return;
  const text = textOf(items.value);
  if (text !== undefined && hasTemplate(text)) return;
  loading.report(
    error(
      'wrong-type',
      `loop must be a list, not ${text === undefined ? kindOfValue(items.value) : `"${text}"`}`,
      items.position,
      text === undefined ? undefined : `To loop over a variable write "{{ ${text} }}"`,
    ),
  );
}
