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
import { whyNoLab } from '../../lab/requirements.ts';
import { readTopology } from '../../lab/topology_file.ts';
import { exitCodes } from './exit_codes.ts';
import { helpOption, inventoryOptions, runOptions } from './common_options.ts';
import { optionHelp, parseArguments, type Option } from './option_table.ts';
import { playbookCommand } from './playbook_command.ts';

const options: readonly Option[] = [
  { name: 'name', takes: 'NAME', doc: 'name of the lab; default: that of its topology' },
  { name: 'topology', takes: 'FILE', doc: 'hosts to boot; default: cluster' },
  { name: 'no-smoke', doc: 'leave out the smoke tests' },
  {
    name: 'playbooks',
    takes: 'FOLDER',
    doc: 'where site.yml and smoke.yml stand; default: those of hardway',
  },
  ...inventoryOptions.filter(({ name }) => name === 'extra-vars'),
  ...runOptions.filter(({ name }) => ['verbose', 'output'].includes(name)),
  helpOption,
];

const usage = `Usage: hardway start [options]

Boots local hosts, builds a Kubernetes cluster on them and tests it. Needs root on Linux.

${optionHelp(options)}
`;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function refuse(message: string): number {
  process.stderr.write(`hardway start: ${message}\n`);
  return exitCodes.error;
}

/** The folder that holds playbooks/, inventory/ and roles/: of the checkout, or of the installed package. */
function productFolder(): string {
  const candidates = ['../..', '..', '.'].map((up) => path.resolve(import.meta.dirname, up));
  return candidates.find((folder) => existsSync(path.join(folder, 'playbooks', 'site.yml'))) ?? process.cwd();
}

/** Hosts up, programs served, variables beside the inventory. Gives the inventory, or why there is none. */
async function prepareLab(
  name: string,
  topologyName: string,
): Promise<{ inventory: string } | { failed: string }> {
  const topology = await readTopology(topologyName);
  if (!topology.ok) return { failed: `${topologyName}: ${topology.problems.join('; ')}` };
  const { booted, milliseconds } = await labUp(name, topology.topology, { say });
  say(`Hosts: ${booted.length} booted in ${(milliseconds / 1000).toFixed(1)} s`);
  const record = await readRecord(name);
  if (!record) return { failed: `lab ${name} has no record` };
  const printer = progressPrinter(process.stdout);
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once('SIGINT', stop);
  const mirror = await ensureLabMirror(record, { progress: printer.report, signal: abort.signal });
  process.removeListener('SIGINT', stop);
  printer.close();
  if (!mirror.ok) return { failed: describeProblem(mirror.problem) };
  say(`Programs and images: ${mirror.value.url}`);
  const { inventory, mirrorVariables } = labPlaces(name);
  await mkdir(path.dirname(mirrorVariables), { recursive: true });
  const own = path.join(productFolder(), 'inventory', 'lab', 'group_vars', 'all.yml');
  await copyFile(own, path.join(path.dirname(mirrorVariables), 'lab.yml'));
  return { inventory };
}

function tellWhereThingsAre(inventory: string, seconds: number): void {
  const cluster = path.join(path.dirname(inventory), 'cluster');
  const kubeconfig = path.join(cluster, 'admin.kubeconfig');
  say('');
  say(`The cluster is up and tested (${seconds.toFixed(0)} s in all).`);
  say('');
  say(`  kubeconfig   ${kubeconfig}`);
  say(`  inventory    ${inventory}`);
  say('');
  say('Look further:');
  say(`  ${path.join(cluster, 'bin', 'kubectl')} --kubeconfig ${kubeconfig} get nodes -o wide`);
  say(`  hardway playbook playbooks/site.yml -i ${inventory}      # again: nothing changes`);
  say('  hardway lab ssh controller-1                  # a shell on a host');
  say('  hardway lab kill controller-1                 # cut its power; `hardway lab up` brings it back');
  say('  hardway lab down                              # remove everything');
}

export async function startCommand(argv: readonly string[]): Promise<number> {
  const parsed = parseArguments(argv, options);
  if (!parsed.ok) return refuse(parsed.message);
  const { given } = parsed;
  if (given.has('help')) {
    process.stdout.write(usage);
    return exitCodes.success;
  }
  const reason = await whyNoLab();
  if (reason !== undefined) return refuse(reason);
  const began = performance.now();
  const topology = given.last('topology') ?? 'cluster';
  const name = given.last('name') ?? path.basename(topology).replace(/\.[a-z]+$/, '');
  const lab = await prepareLab(name, topology);
  if ('failed' in lab) return refuse(lab.failed);

  const playbooks = given.last('playbooks') ?? path.join(productFolder(), 'playbooks');
  const common = ['-i', lab.inventory, ...given.all('extra-vars').flatMap((vars) => ['-e', vars])];
  const wanted = ['site.yml', ...(given.has('no-smoke') ? [] : ['smoke.yml'])];
  for (const playbook of wanted) {
    const code = await playbookCommand([path.join(playbooks, playbook), ...common]);
    if (code !== exitCodes.success) return code;
  }
  tellWhereThingsAre(lab.inventory, (performance.now() - began) / 1000);
  return exitCodes.success;
}
