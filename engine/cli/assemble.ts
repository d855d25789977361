// Puts the parts of a run together: inventory, variables, modules, loader, connections.
import { existsSync, readFileSync } from 'node:fs';
import { modules as builtIn } from '../../modules/registry.ts';
import { textOfBytes } from '../document/byte_text.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import { failure, type Outcome, success } from '../document/diagnostic.ts';
import { Sources } from '../document/source.ts';
import { type Dict, isDict, type Position, textOf, type Value, withMarks } from '../document/value.ts';
import { decryptVault, isVaultText, type VaultSecret } from '../document/vault.ts';
import { parseYaml } from '../document/yaml.ts';
import { loadInventory, reloadInventory } from '../inventory/load.ts';
import type { DynamicSource, Inventory } from '../inventory/model.ts';
import { VariableFiles } from '../inventory/variable_files.ts';
import { type Catalog, catalogOf } from '../module/catalog.ts';
import { checkIncluded } from '../playbook/check/check.ts';
import { type LoadOptions, Loading, type YamlFile } from '../playbook/loading.ts';
import type { Node } from '../playbook/model.ts';
import { tagSelection } from '../playbook/tags.ts';
import { loadRole, loadTaskFile } from '../playbook/nodes.ts';
import { engineModules } from '../run/engine_actions.ts';
import type { RunOptions } from '../run/options.ts';
import type { DynamicLoader } from '../run/services.ts';
import type { TemplateFunctions } from '../template/api.ts';
import * as template from '../template/template.ts';
import { parseExtraVars } from '../variables/extra_vars.ts';
import { RunVariables } from '../variables/run_variables.ts';
import { askedFactCache } from './fact_cache.ts';
import type { Given } from './option_table.ts';
import { inventoryNames } from './inventory_names.ts';
import { allOwnModules } from './own_modules.ts';
import type { Settings } from './settings.ts';
import { isHere, mayBeHere } from './works_here.ts';

export interface Assembly {
  readonly sources: Sources;
  readonly inventory: Inventory;
  /** Reads the same sources again, into `inventory`. */
  readonly refreshInventory: () => Promise<readonly Diagnostic[]>;
  readonly variables: RunVariables;
  readonly modules: Catalog;
  readonly loading: Loading;
  readonly loader: DynamicLoader;
  readonly templates: TemplateFunctions;
  readonly problems: readonly Diagnostic[];
}

export interface AssemblyRequest {
  readonly given: Given;
  readonly settings: Settings;
  readonly vault: readonly VaultSecret[];
  readonly options: RunOptions;
  /** The folder of the first playbook, or the current one. */
  readonly folder: string;
  /** Playbooks that stand in no file, by the name that positions show. */
  readonly texts?: ReadonlyMap<string, Value>;
}

/** Also reads what stands in no file. */
class TextLoading extends Loading {
  readonly #texts: ReadonlyMap<string, Value>;

  constructor(options: LoadOptions, texts: ReadonlyMap<string, Value>) {
    super(options);
    this.#texts = texts;
  }

  override readYaml(file: string, neededAt: Position): YamlFile | undefined {
    const value = this.#texts.get(file);
    return value === undefined
      ? super.readYaml(file, neededAt)
      : { path: file, value, start: { file, line: 1, column: 1 } };
  }
}

const templates: TemplateFunctions = template;

/** `-i` as given, else the settings', else /etc/ansible/hosts. */
function inventorySources({ given, settings }: AssemblyRequest): readonly string[] {
  const named = given.all('inventory');
  if (named.length > 0) return named;
  const set = settings.paths('inventory', /,(?=.)/);
  if (set.length > 0) return set;
  return existsSync('/etc/ansible/hosts') ? ['/etc/ansible/hosts'] : [];
}

/** Each is loaded when an inventory file names it. */
const dynamicSources: ReadonlyMap<string, DynamicSource> = new Map([
  [
    'aws_ec2',
    async (...asked: Parameters<DynamicSource>) =>
      (await import('../../inventory/aws_ec2/aws_ec2.ts')).awsEc2(...asked),
  ],
]);

/** Options of dynamic sources that settings or the environment give. */
function sourceDefaults(settings: Settings): ReadonlyMap<string, string> {
  const named = [
    ['cache', settings.get('inventoryCache')],
    ['cache_timeout', settings.get('inventoryCacheTimeout')],
    ['cache_connection', settings.get('inventoryCacheConnection')],
    ['cache_prefix', settings.get('inventoryCachePrefix')],
    ['use_extra_vars', settings.get('inventoryExtraVars')],
  ] as const;
  return new Map(named.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function fixedVariables({ options, settings }: AssemblyRequest): Map<string, Value> {
  const fixed = new Map<string, Value>([
    ['ansible_run_tags', [...options.tags]],
    ['ansible_skip_tags', [...options.skipTags]],
    ['ansible_verbosity', options.verbosity],
    ['ansible_forks', options.forks],
    ['ansible_diff_mode', options.diff],
    ['ansible_check_mode', options.checkMode],
  ]);
  if (options.limit !== undefined) fixed.set('ansible_limit', options.limit);
  fixed.set('ansible_config_file', settings.file ?? null);
  return fixed;
}

export async function assemble(request: AssemblyRequest): Promise<Assembly> {
  const { given, vault, folder, settings } = request;
  const sources = new Sources();
  const problems: Diagnostic[] = [];
  const places = inventorySources(request);
  problems.push(...settings.problems);
  const merges = settings.get('hashBehaviour') === 'merge';
  const how = { folder: process.cwd(), vault, texts: sources, merges };
  const extra = parseExtraVars(given.all('extra-vars'), how);
  const asking = {
    ...how,
    dynamic: dynamicSources,
    request: {
      isFresh: given.has('flush-cache'),
      extraVars: extra.vars,
      defaults: sourceDefaults(settings),
    },
  };
  const inventory = await loadInventory(places, asking);
  const named = given.all('inventory').length === 0 ? settings.place('inventory') : undefined;
  problems.push(
    ...inventory.diagnostics.map((one) =>
      named && one.code === 'file-not-found' ? { position: named, ...one } : one,
    ),
  );
  problems.push(...extra.diagnostics);
  const own = await allOwnModules(given, folder);
  problems.push(...own.problems);
  const modules = catalogOf([...engineModules(), ...builtIn, ...own.modules]);
  const decrypt = (text: Uint8Array): Outcome<Uint8Array> =>
    isVaultText(text) ? decryptVault(text, vault) : success(text);
  const files = new VariableFiles({ vault, texts: sources, merges });
  const loading = new TextLoading(
    {
      sources,
      catalog: modules,
      decrypt,
      rolesPath: settings.paths('rolesPath', /:/),
      collectionsPath: settings.paths('collectionsPath', /:/),
      extraVars: extra.vars,
      worksHere: () => isHere(request.options.connection, extra.vars) || mayBeHere(inventory, files, folder),
      isInInventory: inventoryNames(inventory, files, folder),
      selection: tagSelection(request.options.tags, request.options.skipTags),
    },
    request.texts ?? new Map<string, Value>(),
  );
  const loader = dynamicLoader(loading, decrypt, sources);
  const facts = askedFactCache(settings, inventory, request.options, given.has('flush-cache'));
  problems.push(...facts.problems);
  const variables = new RunVariables({
    inventory,
    files,
    factCache: facts.cache,
    extraVars: extra.vars,
    merges,
    fixed: fixedVariables(request),
    evaluate: (value, scope) =>
      templates.evaluate(value, {
        scope,
        host: {
          find: () => undefined,
          searchPath: () => [],
          readFile: (file) => readFileSync(file),
          decrypt,
        },
      }),
  });
  variables.playbookFolder = folder;
  const refreshInventory = (): Promise<readonly Diagnostic[]> => reloadInventory(inventory, places, asking);
  return { sources, inventory, refreshInventory, variables, modules, loading, loader, templates, problems };
}

function dynamicLoader(
  loading: Loading,
  decrypt: (text: Uint8Array) => Outcome<Uint8Array>,
  sources: Sources,
): DynamicLoader {
  const warnings: Diagnostic[] = [];
  /** Includes that were found to be sound, so that a loop's hundredth is not checked again. */
  const sound = new Set<string>();
  const checkedOnce = (
    nodes: readonly Node[] | undefined,
    key: string,
    what: string,
  ): Outcome<readonly Node[]> => {
    if (nodes && !sound.has(key)) checkIncluded(nodes, loading);
    const problems = loading.takeProblems();
    warnings.push(...problems.filter(({ severity }) => severity === 'warning'));
    const [first, ...more] = problems.filter(({ severity }) => severity === 'error');
    if (first) return failure(withOthers(first, more));
    if (!nodes) return failure({ code: 'file-not-found', severity: 'error', summary: `Cannot load ${what}` });
    sound.add(key);
    return success(nodes);
  };
  return {
    decrypt,
    taskFile: (task, name) => checkedOnce(loadTaskFile({ task, name }, loading), `${task.id}\0${name}`, name),
    role: (task, name, args) => {
      const role = loadRole({ task, name, args }, loading);
      const options = [...args.values()].map((value) => textOf(value) ?? '');
      const key = [task.id, name, ...options].join('\0');
      const checked = checkedOnce(role && [role], key, `role ${name}`);
      return checked.ok && role ? success(role) : (checked as Outcome<never>);
    },
    guess: (task, name, args) =>
      loading.guessing(() => {
        if (args === undefined) return loadTaskFile({ task, name }, loading);
        const role = loadRole({ task, name, args }, loading);
        return role && [role];
      }),
    takeWarnings: () => warnings.splice(0),
    variableFile: (file) => readVariableFile(file, decrypt, sources),
  };
}

/** All that is wrong in what was included, told by its first problem. */
function withOthers(first: Diagnostic, more: readonly Diagnostic[]): Diagnostic {
  const others = more.flatMap(({ summary, position }) =>
    position ? [{ message: `Also: ${summary}`, position }] : [],
  );
  return others.length === 0 ? first : { ...first, related: [...(first.related ?? []), ...others] };
}

function readVariableFile(
  file: string,
  decrypt: (text: Uint8Array) => Outcome<Uint8Array>,
  sources: Sources,
): Outcome<Dict> {
  const bytes = readFileSync(file);
  const plain = decrypt(bytes);
  if (!plain.ok) return plain;
  const text = textOfBytes(plain.value);
  const isEncrypted = isVaultText(bytes);
  if (!isEncrypted) sources.add(file, text);
  const parsed = parseYaml(text, file, { decrypt });
  const wrong = parsed.diagnostics.find(({ severity }) => severity === 'error');
  if (wrong) return failure(wrong);
  const value = parsed.documents[0] ?? null;
  if (value === null) return success(new Map());
  if (!isDict(value))
    return failure({ code: 'wrong-type', severity: 'error', summary: 'A file of variables must be a dict' });
  return success(isEncrypted ? (withMarks(value, { secret: true }) as Dict) : value);
}
