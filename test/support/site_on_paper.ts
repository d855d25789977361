// site.yml run on paper: the real playbook, roles, templates and inventories, with modules that tell what they were asked
// and do nothing. What is made at the operator (keys, certificates, kubeconfigs) is made for real, in a folder of its own.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Data, ModuleResult, PlanContext, Probe, ResultData } from '../../engine/module/contract.ts';
import { dataText, toData } from '../../engine/module/data.ts';
import { done, type CheckedValues, type Module } from '../../engine/module/define.ts';
import type { RenderedFile } from '../../engine/module/vocabulary/control_files.ts';
import { textIn } from '../../engine/module/vocabulary/content.ts';
import { absent, stat } from '../../engine/module/vocabulary/stat.ts';
import type { RunEvent } from '../../engine/run/events.ts';
import { play } from './play_here.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Hosts with their variables, and groups of their names. */
export interface PaperHosts {
  readonly hosts: Readonly<Record<string, Readonly<Record<string, Data>>>>;
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

export interface PaperRequest extends PaperHosts {
  readonly vars?: Readonly<Record<string, Data>>;
  readonly playbook?: string;
  readonly tags?: readonly string[];
  /** Facts that hosts tell, over those of a host in good order. */
  readonly facts?: Readonly<Record<string, Data>>;
  /** Paths that are not on the hosts; all others are. */
  readonly missing?: readonly string[];
  /** Ports on which somebody listens, and units in /etc/systemd/system. */
  readonly listening?: readonly number[];
  readonly units?: readonly string[];
  /** What an earlier run left: texts of files, and where links lead. */
  readonly left?: Readonly<Record<string, string>>;
  /** Hosts that cannot be reached. */
  readonly unreachable?: readonly string[];
  /** The API answers nobody. */
  readonly isSilent?: boolean;
  /** The minor release of the API that answers; 34 when left out. */
  readonly apiMinor?: string;
  /** Workers that are not registered. */
  readonly unregistered?: readonly string[];
  /** Nodes of which the API has heard nothing for a while, by their hosts' names. */
  readonly silent?: readonly string[];
  /** Labels of the namespaces that the API has. */
  readonly namespaces?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Modules that do what they are asked all the same, as those of an AWS that is there. */
  readonly real?: readonly string[];
  readonly checkMode?: boolean;
  /** Makes certificates and kubeconfigs too, which takes seconds. */
  readonly withKeys?: boolean;
}

/** A module that was called: once for each item of a loop. */
export interface PaperTask {
  readonly host: string;
  readonly role: string | undefined;
  readonly name: string;
  readonly module: string;
  readonly params: Readonly<Record<string, Data>>;
  /** Parameters as text, with blanks between them. */
  readonly words: (...names: readonly string[]) => string;
  /** What a template, or the content of a copy, came to. */
  readonly text: string | undefined;
}

export interface Paper {
  readonly tasks: readonly PaperTask[];
  /** `host task: message` of what failed. */
  readonly failures: readonly string[];
  /** What debug tasks said. */
  readonly said: readonly string[];
  /** Keys, certificates and kubeconfigs of the operator. */
  readonly folder: string;
  readonly of: (host: string, module?: string) => readonly PaperTask[];
  /** Text of a file that a template or copy was asked to write; a test fails when there is none. */
  readonly file: (host: string, place: string) => string;
  /** Paths of all files and folders that copy, template, file and get_url were asked to keep, with their modes. */
  readonly modes: (host: string) => ReadonlyMap<string, string>;
  readonly remove: () => void;
}

/** Modules that only think, and those whose files stand at the operator, work as they always do. */
const pure = ['assert', 'debug', 'fail', 'set_fact', 'add_host', 'group_by'];
const kept = ['pki', 'kubeconfig', 'file', 'template'];

const goodFacts: Readonly<Record<string, Data>> = {
  ansible_memtotal_mb: 4096,
  ansible_processor_vcpus: 2,
  ansible_default_ipv4: { interface: 'eth0' },
};

function answerOf(module: string, params: CheckedValues, request: PaperRequest): ModuleResult {
  switch (module) {
    case 'k8s_info':
      return { resources: params['kind'] === 'Namespace' ? namespacesOf(params, request) : nodesOf(request) };
    case 'uri':
      return request.isSilent === true
        ? { failed: true, status: -1, msg: 'Connection refused' }
        : { status: 200, content: JSON.stringify({ minor: request.apiMinor ?? '34' }) };
    case 'slurp':
      return slurped(String(params['src']), request);
    case 'find':
      return found(params['paths'] as readonly string[], request);
    case 'stat':
      return { stat: statOf(String(params['path']), request) };
    default:
      return {};
  }
}

function slurped(file: string, { listening, left }: PaperRequest): ModuleResult {
  const isUnit = file.startsWith('/etc/systemd/');
  if (isUnit && left?.[file] === undefined) return { failed: true, msg: `${file} is not there` };
  const text = isUnit ? (left?.[file] ?? '') : (listening ?? []).map(socketLine).join('');
  return { content: Buffer.from(text).toString('base64') };
}

function found(folders: readonly string[], { units = [], left = {} }: PaperRequest): ModuleResult {
  const paths = [...units.map((name) => `/etc/systemd/system/${name}.service`), ...Object.keys(left)];
  const files = paths
    .filter((path) => folders.some((folder) => path.startsWith(`${folder}/`)))
    .map((path) => ({ path }));
  return { files, matched: files.length };
}

function statOf(file: string, { missing, left }: PaperRequest): { readonly [key: string]: ResultData } {
  const target = left?.[file];
  return {
    exists: missing?.includes(file) !== true,
    ...(target === undefined ? {} : { lnk_source: target }),
  };
}

/** As /proc/net/tcp lists a socket that listens. */
function socketLine(port: number, index: number): string {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return `   ${index}: 00000000:${hex} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1\n`;
}

function namespacesOf({ name }: CheckedValues, { namespaces = {} }: PaperRequest): ResultData[] {
  const labels = namespaces[String(name)];
  return labels ? [{ metadata: { name: String(name), labels: { ...labels } } }] : [];
}

/** Nodes as the API would list them: in another order than the inventory's, ranges by that order. */
function nodesOf({ hosts, groups, unregistered = [], silent = [] }: PaperRequest): ResultData[] {
  const workers = (groups['worker'] ?? []).filter((name) => !unregistered.includes(name));
  return workers.reverse().map((name, index) => ({
    metadata: { name: hosts[name]?.['node_name'] ?? name },
    spec: { podCIDR: `10.200.${index}.0/24` },
    status: {
      addresses: [{ type: 'InternalIP', address: hosts[name]?.['ansible_host'] ?? '' }],
      conditions: [{ type: 'Ready', status: silent.includes(name) ? 'Unknown' : 'True' }],
    },
  }));
}

function rendered(
  module: Module,
  params: CheckedValues,
  context: PlanContext,
): Record<string, Probe<unknown>> {
  const asked = module.name === 'template' ? module.probes?.(params, { dest: absent }, context) : done;
  if (asked === undefined || asked === done || asked['rendered'] === undefined) return {};
  return { rendered: asked['rendered'] };
}

function textOfTask(params: CheckedValues, seen: object): string | undefined {
  const file = (seen as { readonly rendered?: RenderedFile }).rendered;
  if (file) return textIn({ found: 'file', content: file.content as never });
  return typeof params['content'] === 'string' ? params['content'] : undefined;
}

/** The same module, but it does nothing and gives back what it was asked. */
function onPaper(module: Module, request: PaperRequest, folder: string): Module {
  if (pure.includes(module.name) || request.real?.includes(module.name) === true) return module;
  const isReal = (params: CheckedValues): boolean =>
    kept.includes(module.name) &&
    [params['path'], params['dest'], params['dir']].some((place) => String(place).startsWith(folder));
  const facts = { ...goodFacts, ansible_date_time: { epoch: String(Math.floor(Date.now() / 1000)) } };
  return {
    ...module,
    probes: (params, seen, context) => {
      if (isReal(params)) return request.withKeys ? (module.probes?.(params, seen, context) ?? done) : done;
      if (Object.keys(seen).length > 0) return done;
      // A host is found unreachable by a question that it would have to answer.
      const reached = request.unreachable ? { reached: stat({ path: '/' }) } : {};
      return { ...rendered(module, params, context), ...reached };
    },
    plan: (params, seen, context) => {
      if (isReal(params)) return request.withKeys ? module.plan(params, seen, context) : { steps: [] };
      if (module.name !== 'setup') return { steps: [] };
      return { steps: [], effects: { facts: { ...facts, ...request.facts } } };
    },
    result: (params, seen) => ({
      ...answerOf(module.name, params, request),
      paper: { ...(params as Record<string, ResultData>) },
      paper_text: textOfTask(params, seen) ?? null,
    }),
  };
}

function taskOf(event: RunEvent): PaperTask[] {
  if (event.type !== 'result' && event.type !== 'item') return [];
  const asked = event.result.values.get('paper');
  if (asked === undefined) return [];
  const params = toData(asked) as Record<string, Data>;
  const text = toData(event.result.values.get('paper_text') ?? null);
  return [
    {
      host: event.host,
      role: event.task.role,
      name: event.task.name,
      module: event.task.module,
      params,
      words: (...names) => names.map((name) => dataText(params[name] ?? '')).join(' '),
      text: typeof text === 'string' ? text : undefined,
    },
  ];
}

/** JSON is YAML too. */
function inventoryOf({ hosts, groups }: PaperHosts): string {
  const membersOf = (names: readonly string[]): object => ({
    hosts: Object.fromEntries(names.map((name) => [name, {}])),
  });
  const children = Object.entries(groups).map(([name, members]) => [name, membersOf(members)]);
  return JSON.stringify({ all: { hosts, children: Object.fromEntries(children) as object } });
}

/** A file of the operator is read; that of a host is what a template or copy was asked to write. */
export async function siteOnPaper(request: PaperRequest): Promise<Paper> {
  const base = mkdtempSync(path.join(tmpdir(), 'hardway-paper-'));
  const folder = path.join(base, 'cluster');
  const hosts = path.join(base, 'hosts.yml');
  writeFileSync(hosts, inventoryOf(request));
  if (!request.withKeys) {
    mkdirSync(path.join(folder, 'pki'), { recursive: true });
    writeFileSync(path.join(folder, 'pki', 'ca.crt'), 'the authority\n');
  }
  const played = await play('', {
    playbook: path.join(root, 'playbooks', request.playbook ?? 'site.yml'),
    hosts,
    ...(request.vars ? { extraVars: [JSON.stringify(request.vars)] } : {}),
    options: {
      ...(request.tags ? { tags: request.tags } : {}),
      ...(request.checkMode === true ? { checkMode: true } : {}),
    },
    ...(request.unreachable ? { fake: { unreachable: request.unreachable } } : {}),
    replaceModule: (module) => onPaper(module, request, folder),
  });
  const tasks = played.events.flatMap(taskOf);
  const destination = ({ words }: PaperTask): string => words('dest').trim() || words('path');
  const failures = played.events.flatMap((event) =>
    event.type === 'result' && event.result.status === 'failed'
      ? [`${event.host} ${event.task.name}: ${event.result.message ?? ''}`]
      : [],
  );
  return {
    ...{ tasks, failures, folder, said: played.said },
    of: (host, module) =>
      tasks.filter((task) => task.host === host && (module === undefined || task.module === module)),
    file: (host, place) => {
      if (place.startsWith(folder)) return readFileSync(place, 'utf8');
      const found = tasks.find(
        (task) => task.host === host && task.text !== undefined && destination(task) === place,
      );
      if (found?.text === undefined) throw new Error(`${host} was asked to write no ${place}`);
      return found.text;
    },
    modes: (host) =>
      new Map(
        tasks
          .filter((task) => task.host === host && typeof task.params['mode'] === 'string')
          .map((task) => [destination(task), task.words('mode')]),
      ),
    remove: () => rmSync(base, { recursive: true }),
  };
}
