// hardway start: from nothing to a tested cluster on local hosts. Boots the lab, serves programs to it, runs the same
// playbooks that build a cluster anywhere, and says where things are.
import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { labUp } from '../../lab/lab.ts';
import { ensureLabMirror } from '../../lab/lab_mirror.ts';
import { readRecord } from '../../lab/lab_record.ts';
import { progressPrinter } from '../../lab/mirror/progress_printer.ts';
import { describeProblem } from '../../lab/outcome.ts';
import { labPlaces } from '../../lab/places.ts';
import { lockStart } from '../../lab/start_lock.ts';
import { whyNoLab } from '../../lab/requirements.ts';
import { readTopology } from '../../lab/topology_file.ts';
import { duration } from '../report/recap.ts';
import { commandLine } from './command_line.ts';
import { exitCodes } from './exit_codes.ts';
import { inventoryOptions, runOptions } from './common_options.ts';
import { canLoseController, cutPower } from './power_cuts.ts';
import type { Given, Option } from './option_table.ts';
import { playbookCommand } from './playbook_command.ts';
import { startAgain } from './start_again.ts';

export const startOptions: readonly Option[] = [
  { name: 'name', takes: 'NAME', doc: 'name of the lab; default: that of its topology' },
  { name: 'topology', takes: 'FILE', doc: 'hosts to boot; default: cluster' },
  { name: 'kubernetes', takes: 'VERSION', doc: 'release to build and serve; default: that of the roles' },
  { name: 'no-smoke', doc: 'leave out the smoke tests, and the power cuts' },
  { name: 'power-cuts', doc: 'cut the power of each controller also where all hosts were up already' },
  { name: 'no-power-cuts', doc: 'leave out the power cuts' },
  {
    name: 'playbooks',
    takes: 'FOLDER',
    doc: 'where site.yml and smoke.yml stand; default: those of hardway',
  },
  ...inventoryOptions.filter(({ name }) => name === 'extra-vars'),
  { name: 'output', takes: 'FORM', doc: 'short (default): one line a task; text: one a host; json' },
  ...runOptions.filter(({ name }) => name === 'verbose'),
];

const command = commandLine({
  name: 'start',
  usage: `start [options]

Boots local hosts, builds a Kubernetes cluster on them and tests it. Needs root on Linux.`,
  options: startOptions,
});

let sayTo: NodeJS.WritableStream = process.stdout;

const say = (line: string): void => {
  sayTo.write(`${line}\n`);
};

/** The folder that holds playbooks/, inventory/ and roles/: of the checkout, or of the installed package. */
function productFolder(): string {
  const candidates = ['../..', '..', '.'].map((up) => path.resolve(import.meta.dirname, up));
  return candidates.find((folder) => existsSync(path.join(folder, 'playbooks', 'site.yml'))) ?? process.cwd();
}

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What is half done is found and mended by the next call; only compilers are asked to stop, as they run detached. */
async function untilStopped<T>(request: Start, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const stop = (): void => {
    if (abort.signal.aborted) process.exit(exitCodes.interrupted);
    abort.abort();
    tellAfterFailure(request);
    // Nobody but the mirror listens to the signal, and it ends within this time.
    setTimeout(() => process.exit(exitCodes.interrupted), stopMs).unref();
  };
  for (const signal of stopSignals) process.on(signal, stop);
  try {
    return await work(abort.signal);
  } finally {
    for (const signal of stopSignals) process.off(signal, stop);
  }
}

const stopMs = 2000;

interface Prepared {
  readonly inventory: string;
  readonly isBooted: boolean;
  /** There are controllers enough to lose one. */
  readonly canBeCut: boolean;
}

/** Hosts up, programs served, variables beside the inventory. Gives the inventory, or why there is none. */
async function prepareLab(
  { name, topology: topologyName, given }: Start,
  signal: AbortSignal,
): Promise<Prepared | { failed: string }> {
  const topology = await readTopology(topologyName);
  if (!topology.ok) return { failed: `${topologyName}: ${topology.problems.join('; ')}` };
  say(`Hosts: ${topology.topology.hosts.length} of lab ${name}`);
  const { booted, milliseconds } = await labUp(name, topology.topology, { say });
  say(booted.length > 0 ? `  ${booted.length} booted in ${duration(milliseconds)}` : '  all are up already');
  const record = await readRecord(name);
  if (!record) return { failed: `lab ${name} has no record` };
  const kubernetes = given.last('kubernetes');
  const printer = progressPrinter(process.stdout);
  const mirror = await ensureLabMirror(record, {
    ...{ progress: printer.report, signal, versions: kubernetes === undefined ? {} : { kubernetes } },
  });
  printer.close();
  if (!mirror.ok) return { failed: describeProblem(mirror.problem) };
  say(`Programs and images: served to the hosts by ${mirror.value.url}`);
  const { inventory, mirrorVariables } = labPlaces(name);
  await mkdir(path.dirname(mirrorVariables), { recursive: true });
  const own = path.join(productFolder(), 'inventory', 'lab', 'group_vars', 'all.yml');
  await copyFile(own, path.join(path.dirname(mirrorVariables), 'lab.yml'));
  return { inventory, isBooted: booted.length > 0, canBeCut: canLoseController(record) };
}

interface Told {
  readonly name: string;
  readonly inventory: string;
  readonly page: string;
  readonly isTested: boolean;
  readonly milliseconds: number;
}

/** As it can be typed where the user stands: relative when that is shorter. */
function shortPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative !== '' && relative.length < file.length ? relative : file;
}

/** In a clone the command is reached through npx; --name is said where several labs could be meant. */
function commandOf(name: string): { readonly hardway: string; readonly lab: (verb: string) => string } {
  const hardway = process.env['npm_lifecycle_event'] === undefined ? 'hardway' : 'npx hardway';
  const named = name === 'cluster' ? '' : ` --name ${name}`;
  return { hardway, lab: (verb) => `${hardway} lab ${verb}${named}` };
}

function tellWhereThingsAre({ name, inventory, page, isTested, milliseconds }: Told): void {
  const cluster = path.join(path.dirname(inventory), 'cluster');
  const kubeconfig = path.join(cluster, 'admin.kubeconfig');
  const kubectl = path.join(cluster, 'bin', 'kubectl');
  const { hardway, lab } = commandOf(name);
  const site = shortPath(path.join(productFolder(), 'playbooks', 'site.yml'));
  for (const line of [
    '',
    `The cluster is up${isTested ? ' and tested' : ''}: ${duration(milliseconds)} in all.`,
    '',
    `  kubeconfig  ${kubeconfig}`,
    `  inventory   ${inventory}`,
    `  the run     ${page}  (open it in a browser)`,
    '',
    'Look at it:',
    `  export KUBECONFIG=${kubeconfig}`,
    `  ${kubectl} get nodes -o wide`,
    '',
    'Build it again, nothing changes:',
    `  ${hardway} playbook ${site} -i ${inventory} --output short`,
    '',
    'A shell on a host; its power cut, and back; everything removed:',
    `  ${lab('ssh')} controller-1`,
    `  ${lab('kill')} controller-1 && ${lab('up')}`,
    `  ${lab('down')}`,
  ])
    say(line);
}

function tellAfterFailure({ name, argv }: Start): void {
  const { lab } = commandOf(name);
  const again = startAgain(process.env['npm_lifecycle_event'], argv, startOptions);
  say('');
  say('The cluster is not complete; its hosts stay up as they are.');
  say(`  go on       ${again}   (what is done already stays)`);
  say(`  look        ${lab('ssh')} HOST`);
  say(`  remove      ${lab('down')}`);
}

export async function startCommand(argv: readonly string[]): Promise<number> {
  const given = command.read(argv);
  if (typeof given === 'number') return given;
  const output = command.output(given, 'short');
  if (typeof output === 'number') return output;
  // Programs that read events from stdout get nothing else there.
  if (output === 'json') sayTo = process.stderr;
  const topology = given.last('topology') ?? 'cluster';
  const read = await readTopology(topology);
  if (!read.ok) return command.refuse(`${topology}: ${read.problems.join('; ')}`, exitCodes.error);
  const reason = await whyNoLab();
  if (reason !== undefined) return command.refuse(reason, exitCodes.error);
  const began = performance.now();
  const name = given.last('name') ?? path.basename(topology).replace(/\.[a-z]+$/, '');
  const lock = await lockStart(name);
  if (!lock.ok) return command.refuse(describeProblem(lock.problem), exitCodes.error);
  try {
    return await start({ argv, given, output, name, topology, began });
  } finally {
    await lock.value.release();
  }
}

interface Start {
  readonly argv: readonly string[];
  readonly given: Given;
  readonly output: string;
  readonly name: string;
  readonly topology: string;
  readonly began: number;
}

async function start(request: Start): Promise<number> {
  const { given, output, name, began } = request;
  const lab = await untilStopped(request, async (signal) => {
    // The programs that make an image hear a terminal's Ctrl-C too, and fail by it.
    const prepared = await prepareLab(request, signal).catch((error: unknown) => ({
      failed: error instanceof Error ? error.message : String(error),
    }));
    return signal.aborted ? exitCodes.interrupted : prepared;
  });
  if (typeof lab === 'number') return lab;
  if ('failed' in lab) return command.refuse(lab.failed, exitCodes.error);

  const { inventory, isBooted, canBeCut } = lab;
  const isTested = !given.has('no-smoke');
  const folder = path.join(path.dirname(inventory), 'cluster');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const page = path.join(folder, 'run.html');
  const code = await playbookCommand([
    ...playbookFiles(given, isTested),
    ...['-i', inventory, '--report', page, '--output', output],
    ...given.all('extra-vars').flatMap((vars) => ['-e', vars]),
    ...given.all('verbose').map(() => '-v'),
  ]);
  if (code !== exitCodes.success) {
    tellAfterFailure(request);
    return code;
  }
  const failed =
    isTested && canBeCut && (isBooted || given.has('power-cuts')) && !given.has('no-power-cuts')
      ? await testPowerCuts(request)
      : undefined;
  if (failed !== undefined) return failed;
  tellWhereThingsAre({ name, inventory, page, isTested, milliseconds: performance.now() - began });
  return code;
}

/** Exit code when it did not hold. */
async function testPowerCuts(request: Start): Promise<number | undefined> {
  say('');
  say('The API through the balancer, while each controller in turn has no power:');
  return untilStopped(request, async (signal) => {
    const wrong = await cutPower(request.name, say, signal).catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    if (signal.aborted) return exitCodes.interrupted;
    return wrong === undefined ? undefined : command.refuse(wrong, exitCodes.failedHosts);
  });
}

function playbookFiles(given: Given, isTested: boolean): string[] {
  const folder = given.last('playbooks') ?? path.join(productFolder(), 'playbooks');
  return ['site.yml', ...(isTested ? ['smoke.yml'] : [])].map((file) => path.join(folder, file));
}
