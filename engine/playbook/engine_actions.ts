// The actions that the engine does itself: they steer the play and are no modules of the registry.
import type { ModuleCatalog } from './catalog.ts';

/** Parameters of an action; `name` of include_role is also called `role`. */
interface EngineAction {
  readonly parameters: readonly string[];
  /** The parameter that free text stands for. */
  readonly freeForm?: string;
}

const roleParameters = [
  'name',
  'role',
  'tasks_from',
  'vars_from',
  'defaults_from',
  'handlers_from',
  'public',
  'allow_duplicates',
  'rolespec_validate',
];

export const engineActions: ReadonlyMap<string, EngineAction> = new Map<string, EngineAction>([
  ['include_tasks', { parameters: ['file', 'apply'], freeForm: 'file' }],
  ['import_tasks', { parameters: ['file'], freeForm: 'file' }],
  ['include_role', { parameters: [...roleParameters, 'apply'] }],
  ['import_role', { parameters: roleParameters }],
  ['meta', { parameters: ['free_form'], freeForm: 'free_form' }],
]);

export const metaActions = [
  'noop',
  'flush_handlers',
  'refresh_inventory',
  'clear_facts',
  'clear_host_errors',
  'end_play',
  'end_batch',
  'end_host',
  'end_role',
  'reset_connection',
] as const;

const commandModules = new Set(['command', 'shell', 'raw', 'script']);

/** Modules whose text is a command line: `x=y` in it is part of the command. */
export function isCommandModule(module: string): boolean {
  return commandModules.has(module);
}

/** Modules in which text that is no key=value is kept; their own code looks at it. */
const alsoFreeText = new Set(['include_vars', 'add_host', 'group_by', 'set_fact']);

export function takesFreeText(module: string, catalog: ModuleCatalog): boolean {
  return (
    isCommandModule(module) ||
    alsoFreeText.has(module) ||
    engineActions.has(module) ||
    catalog.freeForm(module) !== undefined
  );
}
