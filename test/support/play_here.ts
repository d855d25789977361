// Runs playbooks that a test writes as text, with the real loader, templates and modules, on fake hosts.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assemble } from '../../engine/cli/assemble.ts';
import { parseArguments } from '../../engine/cli/option_table.ts';
import { readSettings } from '../../engine/cli/settings.ts';
import type { Connections } from '../../engine/connection/contract.ts';
import { textOf } from '../../engine/document/value.ts';
import type { VaultSecret } from '../../engine/document/vault.ts';
import { loadPlaybook } from '../../engine/playbook/load.ts';
import { checkPlays } from '../../engine/playbook/check/check.ts';
import type { HostRecap, RunEvent, TaskResult } from '../../engine/run/events.ts';
import type { Module } from '../../engine/module/define.ts';
import { defaultOptions, type RunOptions } from '../../engine/run/options.ts';
import { type Lost, runPlaybooks } from '../../engine/run/run_playbooks.ts';
import { FakeHosts, type FakeHostsOptions } from './fake_hosts.ts';

export interface PlayRequest {
  /** Further files by their path below the playbook's folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** As `-i`: names with commas. */
  readonly hosts?: string;
  /** An inventory in YAML, instead of names. */
  readonly inventory?: string;
  readonly extraVars?: readonly string[];
  readonly options?: Partial<RunOptions>;
  readonly fake?: FakeHostsOptions;
  /** Real hosts, instead of fake ones. */
  readonly connections?: Connections;
  /** Answers to questions, in order. */
  readonly answers?: readonly string[];
  /** A playbook that stands in a file of its own, instead of the text. */
  readonly playbook?: string;
  /** Opens what files hold as vault text. */
  readonly vault?: readonly VaultSecret[];
  /** Puts another module in the place of each. */
  readonly replaceModule?: (module: Module) => Module;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}

export interface Played {
  readonly events: readonly RunEvent[];
  readonly fake: FakeHosts;
  readonly recap: ReadonlyMap<string, HostRecap>;
  readonly interrupted: boolean;
  readonly lost: Lost;
  /** `host task-name status`, in the order of the events. */
  readonly lines: readonly string[];
  readonly result: (host: string, task: string) => TaskResult;
  /** Text of `msg` of all results of debug tasks, in order. */
  readonly said: readonly string[];
}

const emptyArguments = { name: 'inventory', short: 'i', takes: 'X', doc: '' };

export async function play(text: string, request: PlayRequest = {}): Promise<Played> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hardway-play-'));
  try {
    return await playIn(folder, text, request);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function playIn(folder: string, text: string, request: PlayRequest): Promise<Played> {
  const file = request.playbook ?? path.join(folder, 'play.yml');
  const files = {
    ...request.files,
    'play.yml': text,
    ...(request.inventory === undefined ? {} : { 'hosts.yml': request.inventory }),
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  const inventory =
    request.inventory === undefined ? (request.hosts ?? 'one,') : path.join(folder, 'hosts.yml');
  const extra = { name: 'extra-vars', short: 'e', takes: 'X', doc: '' };
  const argv = ['-i', inventory, ...(request.extraVars ?? []).flatMap((one) => ['-e', one])];
  const parsed = parseArguments(argv, [emptyArguments, extra]);
  if (!parsed.ok) throw new Error(parsed.message);
  const options: RunOptions = { ...defaultOptions, baseFolder: folder, ...request.options };
  const assembly = await assemble({
    given: parsed.given,
    settings: readSettings({}, folder),
    vault: request.vault ?? [],
    options,
    folder: path.dirname(file),
  });
  const plays = loadPlaybook(file, assembly.loading);
  checkPlays(plays, assembly.loading);
  const errors = [...assembly.problems, ...assembly.loading.takeProblems()].filter(
    ({ severity }) => severity === 'error',
  );
  if (errors.length > 0)
    throw new Error(errors.map(({ summary, position }) => `${position?.line ?? 0}: ${summary}`).join('\n'));
  const fake = new FakeHosts(request.fake);
  const events: RunEvent[] = [];
  const answers = [...(request.answers ?? [])];
  const outcome = await runPlaybooks(
    [{ file, plays }],
    {
      sources: assembly.sources,
      templates: assembly.templates,
      variables: assembly.variables,
      inventory: assembly.inventory,
      connections: request.connections ?? fake,
      modules: {
        find: (name) => {
          const module = assembly.modules.module(name);
          return module && request.replaceModule ? request.replaceModule(module) : module;
        },
      },
      loader: assembly.loader,
      prompter: { ask: () => Promise.resolve(answers.shift()), keys: () => Promise.resolve(undefined) },
      prompted: assembly.variables,
      emit: (event) => {
        events.push(event);
        request.onEvent?.(event);
      },
      signal: request.signal ?? new AbortController().signal,
    },
    options,
  );
  return { ...outcome, events, fake, ...readEvents(events) };
}

function readEvents(events: readonly RunEvent[]): Pick<Played, 'lines' | 'result' | 'said'> {
  const results = events.filter((event) => event.type === 'result');
  const shown = events.filter((event) => event.type === 'result' || event.type === 'item');
  return {
    lines: results.map(({ host, task, result }) => `${host} ${task.name} ${result.status}`),
    said: shown
      .filter(({ task, result }) => task.module === 'debug' && !result.values.has('results'))
      .map(({ result }) => textOf(result.values.get('msg') ?? null))
      .filter((text) => text !== undefined),
    result: (host, task) => {
      const found = results.findLast((event) => event.host === host && event.task.name === task);
      if (!found) throw new Error(`No result of ${task} on ${host}`);
      return found.result;
    },
  };
}
