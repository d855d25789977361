// The keywords of the language: what may stand where, of which type. The loader and the static check read these tables.

/**
 * - `text`: one scalar. `text list`: one text or a list of them. `list`: anything; what is no list counts as one item.
 * - `conditions`: an expression without braces, or a list of them, all of which must hold.
 * - `variables`: a dict whose keys are variable names.
 * - `percent`: a number, with or without a percent sign.
 * - `nodes`: tasks and blocks; `roles`, `prompts`, `loop control`: forms of their own, read by the loader.
 */
export type KeywordType =
  | 'text'
  | 'int'
  | 'float'
  | 'bool'
  | 'percent'
  | 'list'
  | 'text list'
  | 'dict'
  | 'variables'
  | 'environment'
  | 'conditions'
  | 'module defaults'
  | 'nodes'
  | 'roles'
  | 'prompts'
  | 'loop control';

export interface Keyword {
  readonly type: KeywordType;
  /** False when the value is used as it stands. */
  readonly templatable: boolean;
  readonly choices?: readonly string[];
}

export type KeywordTable = ReadonlyMap<string, Keyword>;
export type Place =
  'play' | 'block' | 'task' | 'handler' | 'role' | 'import_playbook' | 'loop_control' | 'meta';

type Entry = KeywordType | Keyword;

function table(...parts: readonly Readonly<Record<string, Entry>>[]): KeywordTable {
  const made = new Map<string, Keyword>();
  for (const part of parts)
    for (const [name, entry] of Object.entries(part))
      made.set(name, typeof entry === 'string' ? { type: entry, templatable: true } : entry);
  return made;
}

const fixed = (type: KeywordType): Keyword => ({ type, templatable: false });
const chosen = (...choices: string[]): Keyword => ({ type: 'text', templatable: true, choices });

const everywhere = {
  name: 'text',
  connection: 'text',
  port: 'int',
  remote_user: 'text',
  vars: fixed('variables'),
  module_defaults: fixed('module defaults'),
  environment: 'environment',
  no_log: 'bool',
  run_once: 'bool',
  ignore_errors: 'bool',
  ignore_unreachable: 'bool',
  check_mode: 'bool',
  diff: 'bool',
  any_errors_fatal: 'bool',
  throttle: 'int',
  timeout: 'int',
  debugger: chosen('always', 'on_failed', 'on_unreachable', 'on_skipped', 'never'),
  become: 'bool',
  become_method: 'text',
  become_user: 'text',
  become_flags: 'text',
  become_exe: 'text',
  tags: 'list',
  collections: fixed('text list'),
} as const satisfies Record<string, Entry>;

const conditional = { when: 'conditions' } as const;
const delegable = { delegate_to: 'text', delegate_facts: 'bool' } as const;
const notifying = { notify: 'text list' } as const;

const play = {
  hosts: 'text list',
  gather_facts: 'bool',
  gather_subset: 'text list',
  gather_timeout: 'int',
  fact_path: 'text',
  vars_files: 'list',
  vars_prompt: fixed('prompts'),
  roles: fixed('roles'),
  handlers: fixed('nodes'),
  pre_tasks: fixed('nodes'),
  post_tasks: fixed('nodes'),
  tasks: fixed('nodes'),
  force_handlers: 'bool',
  max_fail_percentage: 'percent',
  serial: 'list',
  strategy: chosen('linear', 'free', 'host_pinned', 'debug'),
  order: chosen('inventory', 'sorted', 'reverse_sorted', 'reverse_inventory', 'shuffle'),
  user: 'text',
} as const satisfies Record<string, Entry>;

const task = {
  action: fixed('text'),
  local_action: fixed('text'),
  args: 'dict',
  async: 'int',
  poll: 'int',
  changed_when: 'conditions',
  failed_when: 'conditions',
  until: 'conditions',
  retries: 'int',
  delay: 'float',
  loop: 'list',
  loop_control: fixed('loop control'),
  register: fixed('text'),
} as const satisfies Record<string, Entry>;

const loopControl = {
  loop_var: 'text',
  index_var: 'text',
  label: 'text',
  pause: 'float',
  extended: 'bool',
  extended_allitems: 'bool',
  break_when: 'conditions',
} as const satisfies Record<string, Entry>;

const block = { block: fixed('nodes'), rescue: fixed('nodes'), always: fixed('nodes') };
const roleMeta = {
  allow_duplicates: 'bool',
  dependencies: fixed('roles'),
  galaxy_info: 'dict',
  argument_specs: fixed('dict'),
} as const satisfies Record<string, Entry>;

export const keywords: Readonly<Record<Place, KeywordTable>> = {
  play: table(everywhere, play),
  block: table(everywhere, conditional, delegable, notifying, block),
  task: table(everywhere, conditional, delegable, notifying, task),
  handler: table(everywhere, conditional, delegable, notifying, task, { listen: fixed('text list') }),
  role: table(everywhere, conditional, delegable, { role: 'text' }),
  import_playbook: table(everywhere, conditional, { import_playbook: 'text' }),
  loop_control: table(loopControl),
  meta: table(everywhere, roleMeta),
};

/** The keywords that an `include_tasks` or `include_role` takes for itself; the rest goes under `apply:`. */
export const includeKeywords: ReadonlySet<string> = new Set([
  'action',
  'args',
  'collections',
  'debugger',
  'ignore_errors',
  'loop',
  'loop_control',
  'name',
  'no_log',
  'register',
  'run_once',
  'tags',
  'timeout',
  'vars',
  'when',
  'listen',
]);
