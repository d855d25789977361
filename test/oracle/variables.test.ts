// Variables in a whole site against ansible-playbook: what each task sees on each host.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { Sources } from '../../engine/document/source.ts';
import { bare, type Dict, isDict, isList, textOf, type Value } from '../../engine/document/value.ts';
import { loadInventory } from '../../engine/inventory/load.ts';
import type { Host, Inventory } from '../../engine/inventory/model.ts';
import type { ModuleCatalog } from '../../engine/playbook/catalog.ts';
import { loadPlaybook } from '../../engine/playbook/load.ts';
import { Loading } from '../../engine/playbook/loading.ts';
import type { Node, Play, Task } from '../../engine/playbook/model.ts';
import { loadRole, loadTaskFile } from '../../engine/playbook/nodes.ts';
import type { Scope, TemplateHost } from '../../engine/template/api.ts';
import { evaluate } from '../../engine/template/template.ts';
import { parseExtraVars } from '../../engine/variables/extra_vars.ts';
import { RunVariables } from '../../engine/variables/run_variables.ts';
import { describe } from '../support/suite.ts';
import { variablesSite } from './variables_site.ts';
import { writeFiles } from './files.ts';
import { askOracle, oracleMissing } from './venv.ts';

type Said = readonly [task: string, host: string, message: unknown];

const catalog: ModuleCatalog = {
  canonical: (written) => written.split('.').at(-1),
  names: () => ['debug', 'set_fact', 'include_vars'],
  freeForm: () => undefined,
  traitsOf: () => undefined,
  kindOf: () => 'raw',
  check: () => [],
};

const templateHost: TemplateHost = {
  find: () => undefined,
  searchPath: () => [],
  readFile: () => new Uint8Array(),
  decrypt: () => ({ ok: false, problem: { code: 'vault', severity: 'error', summary: 'no vault' } }),
};

function evaluated(value: Value, scope: Scope): Value {
  const outcome = evaluate(value, { scope, host: templateHost });
  if (!outcome.ok) throw new Error(`${outcome.problem.summary} ${outcome.problem.detail ?? ''}`);
  return outcome.value;
}

function plain(value: Value): unknown {
  const inner = bare(value);
  if (isDict(inner)) return Object.fromEntries([...inner].map(([key, item]) => [String(key), plain(item)]));
  return isList(inner) ? inner.map(plain) : inner;
}

/** Walks a play as the linear strategy does, without any of its machinery. */
class Walker {
  readonly said: Said[] = [];
  readonly #folder: string;
  readonly #loading: Loading;
  readonly #variables: RunVariables;

  constructor(folder: string, loading: Loading, variables: RunVariables) {
    this.#folder = folder;
    this.#loading = loading;
    this.#variables = variables;
  }

  runPlay(play: Play, hosts: readonly Host[]): void {
    const batches = play.keywords.has('serial') ? hosts.map((host) => [host]) : [hosts];
    const all = hosts.map((host) => host.name);
    for (const batch of batches) {
      this.#variables.setPlayState({
        allHosts: all,
        activeHosts: all,
        batch: batch.map((host) => host.name),
        checkMode: false,
        diffMode: false,
      });
      for (const nodes of [play.preTasks, play.roles, play.tasks, play.postTasks])
        for (const node of nodes) this.#walk(play, node, batch);
    }
  }

  #walk(play: Play, node: Node, hosts: readonly Host[]): void {
    if (node.kind === 'task') this.#task(play, node, hosts);
    else
      for (const child of node.kind === 'role' ? [...node.dependencies, ...node.tasks] : node.block)
        this.#walk(play, child, hosts);
  }

  #task(play: Play, task: Task, hosts: readonly Host[]): void {
    const { module, args, freeForm } = task.action;
    if (module === 'include_tasks' || module === 'include_role') {
      const name = textOf(freeForm?.value ?? args.get('name') ?? args.get('file') ?? null) ?? '';
      const found =
        module === 'include_tasks'
          ? loadTaskFile({ task, name }, this.#loading)
          : loadRole({ task, name }, this.#loading);
      for (const node of [found ?? []].flat()) this.#walk(play, node, hosts);
      return;
    }
    for (const host of hosts) this.#perform(play, task, host);
  }

  #perform(play: Play, task: Task, host: Host): void {
    const scope = this.#variables.scope({ play, host, node: task });
    const { module, args, freeForm } = task.action;
    const name = textOf(task.name?.value ?? null) ?? '';
    if (module === 'debug')
      this.said.push([name, host.name, plain(evaluated(args.get('msg') ?? null, scope))]);
    else if (module === 'set_fact')
      for (const [key, value] of evaluated(args, scope) as Dict)
        this.#variables.setHostVariable(host, String(key), value);
    else if (module === 'include_vars') {
      const file = textOf(freeForm?.value ?? args.get('file') ?? null) ?? '';
      this.#variables.includeVars(host, this.#variables.files.readFile(path.join(this.#folder, file)));
    }
  }
}

async function ourWords(folder: string, extra: readonly string[]): Promise<Said[]> {
  const inventory: Inventory = await loadInventory(['hosts'], { folder });
  const { vars } = parseExtraVars(extra, { folder });
  const variables = new RunVariables({
    inventory,
    extraVars: vars,
    evaluate: (value, scope) => evaluate(value, { scope, host: templateHost }),
  });
  variables.playbookFolder = folder;
  const loading = new Loading({ sources: new Sources(), catalog });
  const walker = new Walker(folder, loading, variables);
  for (const play of loadPlaybook(path.join(folder, 'site.yml'), loading)) {
    const hosts = inventory.match(textOf(play.hosts.value) ?? '');
    if (hosts.ok) walker.runPlay(play, hosts.value);
  }
  return walker.said;
}

describe(
  'oracle/variables',
  ({ test, setup, teardown }) => {
    let folder = '';
    setup(() => {
      folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hardway-site-')));
      writeFiles(folder, variablesSite);
    });
    teardown(() => rmSync(folder, { recursive: true, force: true }));

    for (const extra of [[], ['a=extra', '{"where": "extra", "e": [1]}']])
      test(`every task of a site sees what it sees under ansible-playbook (-e ${extra.join(' -e ') || 'nothing'})`, async () => {
        const args = extra.flatMap((text) => ['-e', text]);
        const theirs = askOracle('variables_oracle.py', {
          folder,
          playbook: 'site.yml',
          inventory: 'hosts',
          args,
        }) as Said[];
        const ours = await ourWords(folder, extra);
        const key = ([task, host]: Said): string => `${task} on ${host}`;
        assert.equal(ours.map(key).sort(), theirs.map(key).sort());
        const sorted = (said: readonly Said[]): Said[] => said.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
        const pairs = sorted(theirs).map((one, index): [Said, Said | undefined] => [
          one,
          sorted(ours)[index],
        ]);
        for (const [one, other] of pairs) assert.equal(other?.[2], one[2], key(one));
        assert.ok(theirs.length >= 40, `${theirs.length} answers`);
      });
  },
  { unless: oracleMissing() },
);
