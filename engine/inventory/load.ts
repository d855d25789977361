// From `-i` options to hosts and groups: files, folders of files, host lists, scripts and dynamic sources, in order.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { textOfBytes } from '../document/byte_text.ts';
import type { Diagnostic, Outcome } from '../document/diagnostic.ts';
import { whatStands } from '../document/file_kind.ts';
import { nearFile } from '../document/near_file.ts';
import { nearestName } from '../document/nearest.ts';
import type { Sources } from '../document/source.ts';
import {
  type Dict,
  isDict,
  type Key,
  type Position,
  positionOf,
  textOf,
  type Value,
} from '../document/value.ts';
import { decryptVault, isVaultText, type VaultSecret } from '../document/vault.ts';
import { parseYaml } from '../document/yaml.ts';
import { parseAddress } from './address.ts';
import { construct, constructedSettings } from './constructed.ts';
import { constructedProblems } from './constructed_check.ts';
import { readIni } from './ini.ts';
import type { DynamicSource, Inventory, SourceRequest } from './model.ts';
import { addSource } from './populate.ts';
import { isScript, runScript } from './script.ts';
import { InventoryTable } from './table.ts';
import { readYamlInventory, yamlKind } from './yaml_inventory.ts';

export interface InventoryOptions {
  /** Where relative sources are sought. */
  readonly folder: string;
  readonly vault?: readonly VaultSecret[];
  /** Texts that were read, for diagnostics. */
  readonly texts?: Sources;
  /** Dynamic sources by the name that `plugin:` gives: `aws_ec2`. */
  readonly dynamic?: ReadonlyMap<string, DynamicSource>;
  /** What they are asked with. */
  readonly request?: Partial<Omit<SourceRequest, 'file'>>;
}

/** Reads all sources into one inventory. What is wrong with them is in its diagnostics. */
export async function loadInventory(
  sources: readonly string[],
  options: InventoryOptions,
): Promise<Inventory> {
  const table = new InventoryTable();
  for (const source of sources) {
    if (source === '') continue;
    if (source.includes(',') && !existsSync(path.resolve(options.folder, source))) {
      readHostList(table, source);
      continue;
    }
    const place = path.resolve(options.folder, source);
    table.sources.push(place);
    await readSource(table, place, options);
  }
  table.settle();
  warnOfSameNames(table);
  return table;
}

/** Reads the sources again, programs run again; `inventory` has their hosts then. Gives what is wrong with them. */
export async function reloadInventory(
  inventory: Inventory,
  sources: readonly string[],
  options: InventoryOptions,
): Promise<readonly Diagnostic[]> {
  const request = { ...options.request, isFresh: true };
  const fresh = await loadInventory(sources, { ...options, request });
  if (!(inventory instanceof InventoryTable) || !(fresh instanceof InventoryTable))
    throw new Error('An inventory of another kind cannot be read again');
  inventory.replaceBy(fresh);
  return fresh.diagnostics;
}

// Ansible's own list, .ini and .cfg included: in a folder they hold settings of scripts.
const ignored =
  /^\.|^(?:host_vars|group_vars|vars_plugins)$|(?:~|\.(?:pyc|pyo|swp|bak|rpm|md|txt|rst|orig|ini|cfg|retry))$/;

async function readSource(table: InventoryTable, place: string, options: InventoryOptions): Promise<void> {
  const stats = whatStands(place);
  if (!stats) {
    const near = nearFile(place, ['.']);
    const list = 'A list of hosts ends with a comma: `host,`';
    tell(
      table,
      'file-not-found',
      `Inventory ${place} does not exist`,
      near === undefined ? list : `Did you mean ${near}? ${list}`,
    );
  } else if (stats.isDirectory()) {
    for (const name of readdirSync(place).sort())
      if (!ignored.test(name)) await readSource(table, path.join(place, name), options);
  } else await readFile(table, place, options);
}

function tell(
  table: InventoryTable,
  code: Diagnostic['code'],
  summary: string,
  detail: string,
  place?: string | Position,
): void {
  const at = typeof place === 'string' ? { file: place, line: 1, column: 1 } : place;
  const position = at === undefined ? {} : { position: at };
  table.diagnostics.push({ code, severity: 'error', summary, detail, ...position });
}

function readHostList(table: InventoryTable, list: string): void {
  for (const item of list.split(',').map((name) => name.trim())) {
    if (item === '') continue;
    const address = item.includes('[') && !item.startsWith('[') ? undefined : parseAddress(item);
    const host = table.addHost(address?.host ?? item);
    host.vars.set('inventory_file', list);
    host.vars.set('inventory_dir', null);
    if (address?.port !== undefined) host.vars.set('ansible_port', address.port);
  }
}

async function readFile(table: InventoryTable, file: string, options: InventoryOptions): Promise<void> {
  let bytes: Buffer;
  try {
    if (isScript(file)) {
      addOutcome(table, await runScript(file), file);
      return;
    }
    bytes = readFileSync(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    tell(table, 'file-unreadable', `Inventory ${file} cannot be read`, reason);
    return;
  }
  const plain: Outcome<Uint8Array> = isVaultText(bytes)
    ? decryptVault(bytes, options.vault ?? [])
    : { ok: true, value: bytes };
  if (!plain.ok) {
    table.diagnostics.push({ ...plain.problem, position: { file, line: 1, column: 1 } });
    return;
  }
  const text = textOfBytes(plain.value);
  if (!isVaultText(bytes)) options.texts?.add(file, text);
  await readText(table, text, file, options);
}

async function readText(
  table: InventoryTable,
  text: string,
  file: string,
  options: InventoryOptions,
): Promise<void> {
  const extension = path.extname(file);
  if (extension === '.toml') {
    tell(table, 'unsupported', 'Inventories in TOML are not read', 'Write it in YAML or INI', file);
    return;
  }
  const isYaml = ['.yml', '.yaml', '.json'].includes(extension);
  if (!isYaml && (extension !== '' || looksLikeIni(text))) {
    readIni(table, text, file);
    return;
  }
  const parsed = parseYaml(text, file, {
    decrypt: (vaultText) => decryptVault(vaultText, options.vault ?? []),
  });
  const top = parsed.documents[0];
  const kind = yamlKind(top);
  if (!isYaml && kind === 'neither') {
    readIni(table, text, file);
    return;
  }
  table.diagnostics.push(...parsed.diagnostics);
  if (parsed.diagnostics.some(({ severity }) => severity === 'error')) return;
  const second = parsed.starts[1];
  if (second) {
    tell(table, 'wrong-type', 'Inventory holds more than one YAML document', 'Join them', second);
    return;
  }
  if (top === undefined || !isDict(top))
    tell(
      table,
      'inventory-syntax',
      'Inventory is no dict of groups',
      'Write `all:` and below it `hosts:`',
      file,
    );
  else if (kind === 'source') await readDynamic(table, top, file, options);
  else readYamlInventory(table, top, file);
}

/** A section header, or a host with variables, on the first line that says anything. */
function looksLikeIni(text: string): boolean {
  const first = text.split('\n').find((line) => !/^\s*(?:[#;]|$)/.test(line)) ?? '';
  return /^\s*\[/.test(first) || /^\s*[^\s:#]+\s+\w+=/.test(first);
}

async function readDynamic(
  table: InventoryTable,
  config: Dict,
  file: string,
  options: InventoryOptions,
): Promise<void> {
  const plugin = config.get('plugin') ?? null;
  const at = positionOf(config, 'plugin') ?? { file, line: 1, column: 1 };
  const written = textOf(plugin);
  if (written === undefined) {
    tell(table, 'wrong-type', 'plugin names no source', 'Write a text: plugin: constructed', at);
    return;
  }
  const name = written.split('.').at(-1) ?? '';
  if (name === 'constructed') {
    readConstructed(table, config, file, options.request?.extraVars);
    return;
  }
  const source = options.dynamic?.get(name);
  if (!source) {
    const known = ['constructed', ...(options.dynamic?.keys() ?? [])];
    const meant = nearestName(name, known);
    tell(
      table,
      'unsupported',
      `Inventory source ${written} is not known`,
      meant === undefined ? `Known are ${known.join(', ')}` : `Did you mean ${meant}?`,
      at,
    );
    return;
  }
  const asked = {
    file,
    isFresh: false,
    extraVars: new Map<Key, Value>(),
    defaults: new Map<string, string>(),
  };
  addOutcome(table, await source(config, { ...asked, ...options.request }), file);
}

/** Variables and groups for the hosts that earlier sources named, computed from their variables. */
function readConstructed(
  table: InventoryTable,
  config: Dict,
  file: string,
  extraVars: Dict = new Map<Key, Value>(),
): void {
  const wrong = constructedProblems(config);
  table.diagnostics.push(...wrong);
  if (wrong.some(({ severity }) => severity === 'error')) return;
  const settings = constructedSettings(config, { extraVars });
  for (const host of table.hosts.values()) {
    const groups = table.groupsOf(host);
    const vars: Dict = new Map(groups.flatMap((group) => [...group.vars]));
    for (const [name, value] of host.vars) vars.set(name, value);
    vars.set('inventory_hostname', host.name);
    vars.set(
      'group_names',
      groups
        .map((group) => group.name)
        .filter((name) => name !== 'all')
        .sort(),
    );
    const made = construct(settings, vars);
    if (!made.ok) {
      const position = made.problem.position ?? { file, line: 1, column: 1 };
      table.diagnostics.push({
        ...made.problem,
        detail: `${made.problem.detail ?? ''} (host ${host.name})`.trim(),
        position,
      });
      return;
    }
    for (const [name, value] of made.value.vars) host.vars.set(name, value);
    for (const { name, parent } of made.value.groups) {
      table.addHostToGroup(host.name, name);
      if (parent !== undefined) table.addChildGroup(parent, name);
    }
  }
}

function addOutcome(
  table: InventoryTable,
  outcome: Awaited<ReturnType<typeof runScript>>,
  file: string,
): void {
  if (outcome.ok) addSource(table, outcome.value, file);
  else table.diagnostics.push(outcome.problem);
}

function warnOfSameNames(table: InventoryTable): void {
  for (const name of table.groups.keys())
    if (table.hosts.has(name))
      table.diagnostics.push({
        code: 'inventory-syntax',
        severity: 'warning',
        summary: `${name} is the name of a group and of a host`,
        detail: 'A pattern with this name means the group or the host by place; rename one of them',
      });
}
