// `ansible_failed_task`: what a rescue can ask of the task that failed, under the names that Ansible has for it.
import { type Dict, isDict, isList, type Value, withMarks } from '../document/value.ts';
import { conditionsOf, effectiveKeyword, tagsOf } from '../playbook/inherit.ts';
import type { Module } from '../module/define.ts';
import type { Task } from '../playbook/model.ts';
import type { HostFailure } from './state.ts';

/** The word that Ansible has for values of a no_log parameter. */
const hidden = 'VALUE_SPECIFIED_IN_NO_LOG_PARAMETER';

/** Keywords told as written. */
const asWritten = ['notify', 'register', 'retries'];
const asLists = ['until', 'changed_when', 'failed_when'];

/** Arguments are those that the module was given; of a loop, or before they were evaluated, those written. */
export function failedTask({ task, node, result }: HostFailure, module: Module | undefined): Value {
  const keyword = (name: string): Value => effectiveKeyword(node, name)?.value ?? null;
  const written = keyword('vars');
  const vars: Dict = isDict(written) ? written : new Map<string, Value>();
  const args = withSecrets(argumentsOf(node, result.args), module);
  const loop = node.loop?.items.value ?? null;
  const entries: [string, Value][] = [
    ['action', node.action.written],
    ['args', result.noLog ? concealed(args) : args],
    ['tags', tagsOf(node).map(({ value }) => value)],
    ['when', conditionsOf(node).map(({ value }) => value)],
    ['loop', result.noLog && loop !== null ? hidden : loop],
    ['loop_with', node.loop?.lookup ?? null],
    ['vars', result.noLog ? concealed(vars) : vars],
    ['no_log', result.noLog],
    ['delegate_to', result.delegatedTo ?? null],
    ...asWritten.map((name): [string, Value] => [name, keyword(name)]),
    ...asLists.map((name): [string, Value] => [name, listOf(keyword(name))]),
  ];
  const told = entries.map(([name, value]): [string, Value] => [name, withMarks(value, { unsafe: true })]);
  return new Map<string, Value>([['name', task.isNamed ? task.name : ''], ...told]);
}

function listOf(value: Value): Value {
  return isList(value) ? value : value === null ? [] : [value];
}

function argumentsOf({ action }: Task, given: Dict | undefined): Dict {
  if (given) return given;
  return action.freeForm ? new Map([...action.args, ['_raw_params', action.freeForm.value]]) : action.args;
}

/** Values of parameters that hold a secret have its mark, also where the module refused them. */
function withSecrets(args: Dict, module: Module | undefined): Dict {
  const secret = Object.entries(module?.params ?? {}).filter(([, kind]) => kind.secret === true);
  const names = new Set(secret.flatMap(([name, { aliases = [] }]) => [name, ...aliases]));
  return new Map(
    [...args].map(([key, value]) => [
      key,
      names.has(String(key)) ? withMarks(value, { secret: true }) : value,
    ]),
  );
}

function concealed(args: Dict): Dict {
  return new Map([...args.keys()].map((key) => [key, hidden]));
}
