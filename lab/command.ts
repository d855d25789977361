// `hardway lab up|down|mirror|status|ssh|exec|kill`. Only here are words read and printed.
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { nearestName } from '../engine/document/nearest.ts';
import type { LabHost } from './addresses.ts';
import { findInit } from './host_process.ts';
import { labDown, labKill, labUp } from './lab.ts';
import { ensureLabMirror } from './lab_mirror.ts';
import { listLabs, readRecord, type LabRecord } from './lab_record.ts';
import { progressPrinter } from './mirror/progress_printer.ts';
import { describeProblem } from './outcome.ts';
import { labPlaces } from './places.ts';
import { whyNoLab } from './requirements.ts';
import { labStatus, statusTable } from './status.ts';
import { isLabName, type Topology } from './topology.ts';
import { readTopology } from './topology_file.ts';

export interface CommandIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** A mistake of the user, told in one sentence. */
class UsageError extends Error {}

const help = `Local hosts to try playbooks on: Debian with systemd and sshd, on bridges of their own.

  hardway lab up [TOPOLOGY]           boot a lab: plain (5 hosts), seven, cluster, variants, or a file;
                                      without one, what is down of the lab that is there
  hardway lab down [--all]            remove the lab with all it made
  hardway lab mirror                  serve the programs of Kubernetes and images to the lab, built when missing
  hardway lab status                  list the hosts of all labs
  hardway lab ssh HOST [COMMAND]      log in to a host as root over ssh
  hardway lab exec HOST -- COMMAND    run a command on a host without ssh
  hardway lab kill HOST               cut its power; \`up\` brings it back

  --name NAME   which lab, when there are several; its topology's name without it
`;

interface Request {
  readonly verb: string;
  readonly words: readonly string[];
  readonly command: readonly string[];
  readonly name?: string;
  readonly all: boolean;
}

/** Runs one lab command; gives its exit code. */
export async function runLabCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    const request = readRequest(argv);
    if (request.verb === 'help') {
      io.stdout.write(help);
      return 0;
    }
    const reason = await whyNoLab();
    if (reason !== undefined) throw new UsageError(reason);
    return await runVerb(request, io);
  } catch (error) {
    io.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

const verbs = ['up', 'down', 'mirror', 'status', 'ssh', 'exec', 'kill'];

function meant(word: string, names: readonly string[]): string {
  const near = nearestName(word, names);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

function readRequest(argv: readonly string[]): Request {
  const [verb = 'help', ...rest] = argv;
  if ([verb, rest[0]].some((word) => word === '-h' || word === '--help'))
    return { verb: 'help', words: [], command: [], all: false };
  if (!verbs.includes(verb))
    throw new UsageError(`hardway lab has no command ${verb}${meant(verb, verbs)}: see hardway lab --help`);
  const words: string[] = [];
  const { HARDWAY_LAB: given } = process.env;
  let name = given === '' ? undefined : given;
  let all = false;
  while (rest.length > 0) {
    const word = rest.shift() ?? '';
    if (word === '--name') name = rest.shift();
    else if (word === '--all') all = true;
    else if (word === '--') break;
    else if (word.startsWith('--'))
      throw new UsageError(`hardway lab ${verb} has no option ${word}${meant(word, ['--name', '--all'])}`);
    else words.push(word);
    if (['ssh', 'exec'].includes(verb) && words.length === 1 && rest[0] !== '--name') break;
  }
  if (rest[0] === '--') rest.shift();
  if (name !== undefined && !isLabName(name)) {
    throw new UsageError(`a lab's name is lower case letters, digits and dashes, and this is ${name}`);
  }
  return { verb, words, command: rest, all, ...(name === undefined ? {} : { name }) };
}

async function runVerb(request: Request, io: CommandIo): Promise<number> {
  switch (request.verb) {
    case 'up':
      return up(request, io);
    case 'down':
      return down(request, io);
    case 'mirror':
      return mirror(request, io);
    case 'status':
      return status(io);
    case 'ssh':
      return ssh(request);
    case 'exec':
      return exec(request);
    case 'kill':
      return kill(request, io);
    default:
      throw new Error(`No act of hardway lab is ${request.verb}`);
  }
}

async function up(request: Request, io: CommandIo): Promise<number> {
  const { name, topology } = await wantedLab(request);
  const { record, booted, milliseconds } = await labUp(name, topology, {
    say: (line) => io.stdout.write(`${line}\n`),
  });
  const took = `${(milliseconds / 1000).toFixed(1)} s`;
  const done =
    booted.length === 0 ? 'was up already' : `is up: ${booted.length} of ${record.hosts.length} hosts booted`;
  io.stdout.write(`lab ${name} ${done} (${took})\ninventory: ${labPlaces(name).inventory}\n`);
  return 0;
}

/** Without a topology the lab that is there is meant, as after a power loss; without any, the cluster. */
async function wantedLab(request: Request): Promise<{ name: string; topology: Topology }> {
  const [given] = request.words;
  const labs = await listLabs();
  const present = request.name ?? (labs.length === 1 ? labs[0] : undefined);
  const record = given === undefined && present !== undefined ? await readRecord(present) : undefined;
  if (record !== undefined) return record;
  const wanted = given ?? 'cluster';
  const result = await readTopology(wanted);
  if (!result.ok) throw new UsageError(`${wanted}:\n  ${result.problems.join('\n  ')}`);
  const name = request.name ?? basename(wanted).replace(/\.[a-z]+$/, '');
  if (!isLabName(name)) {
    throw new UsageError(
      `${name} cannot be the name of a lab (lower case letters, digits and dashes): say --name`,
    );
  }
  return { name, topology: result.topology };
}

async function down(request: Request, io: CommandIo): Promise<number> {
  const labs = await listLabs();
  const names = request.all ? labs : [request.name ?? request.words[0] ?? onlyOne(labs)];
  for (const name of names) {
    const started = performance.now();
    const wasThere = await labDown(name);
    const took = `${((performance.now() - started) / 1000).toFixed(1)} s`;
    io.stdout.write(wasThere ? `lab ${name} is down (${took})\n` : `there is no lab ${name}\n`);
  }
  return 0;
}

async function mirror(request: Request, io: CommandIo): Promise<number> {
  const name = request.name ?? request.words[0] ?? onlyOne(await listLabs());
  const record = await readRecord(name);
  if (record === undefined) throw new UsageError(`there is no lab ${name}`);
  const printer = progressPrinter(io.stdout);
  const served = await ensureLabMirror(record, { progress: printer.report, signal: untilInterrupted() });
  printer.close();
  if (!served.ok) throw new UsageError(describeProblem(served.problem));
  io.stdout.write(`lab ${name} is served by ${served.value.url}\n`);
  io.stdout.write(`variables: ${labPlaces(name).mirrorVariables}\n`);
  return 0;
}

/** Compilers stand in process groups of their own, so Ctrl-C has to be passed on to them. */
function untilInterrupted(): AbortSignal {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());
  return abort.signal;
}

function onlyOne(labs: readonly string[]): string {
  const [first, second] = labs;
  if (first === undefined) throw new UsageError('no lab is up');
  if (second !== undefined) throw new UsageError(`several labs are up, name one: ${labs.join(', ')}`);
  return first;
}

async function status(io: CommandIo): Promise<number> {
  const records = await Promise.all((await listLabs()).map(readRecord));
  const rows = await Promise.all(
    records.flatMap((record) => (record === undefined ? [] : [labStatus(record)])),
  );
  io.stdout.write(rows.length === 0 ? 'no lab is up\n' : `${statusTable(rows.flat())}\n`);
  return 0;
}

async function findHost(request: Request): Promise<{ record: LabRecord; host: LabHost }> {
  const wanted = request.words[0];
  if (wanted === undefined) throw new UsageError(`hardway lab ${request.verb} needs the name of a host`);
  const names = request.name === undefined ? await listLabs() : [request.name];
  const records = await Promise.all(names.map(readRecord));
  const found = records.flatMap((record) => {
    const host = record?.hosts.find(({ name }) => name === wanted);
    return record === undefined || host === undefined ? [] : [{ record, host }];
  });
  const [first, second] = found;
  if (first === undefined) throw new UsageError(`no lab has a host ${wanted}: see hardway lab status`);
  if (second !== undefined) {
    throw new UsageError(
      `several labs have a ${wanted}, say --name: ${found.map(({ record }) => record.name).join(', ')}`,
    );
  }
  return first;
}

async function ssh(request: Request): Promise<number> {
  const { record, host } = await findHost(request);
  return runHere(['ssh', '-F', labPlaces(record.name).sshConfig, host.name, ...request.command]);
}

async function exec(request: Request): Promise<number> {
  const { record, host } = await findHost(request);
  const init = await findInit(record, host);
  if (init === undefined) throw new UsageError(`${host.name} is down: bring it back by hardway lab up`);
  const command = request.command.length === 0 ? ['/bin/sh', '-l'] : request.command;
  const enter = [
    'nsenter',
    `--target=${init}`,
    '--mount',
    '--uts',
    '--ipc',
    '--net',
    '--pid',
    '--cgroup',
    '--root',
    '--wd',
  ];
  const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const clean = ['env', '-i', path, 'HOME=/root', 'USER=root', `TERM=${process.env['TERM'] ?? 'dumb'}`];
  return runHere([...enter, ...clean, ...command]);
}

async function kill(request: Request, io: CommandIo): Promise<number> {
  const { record, host } = await findHost(request);
  const hadPower = await labKill(record, host);
  io.stdout.write(`${host.name} ${hadPower ? 'has lost power' : 'was down already'}\n`);
  return 0;
}

/** Gives the terminal to a program and ends as it ends. */
function runHere(argv: readonly string[]): Promise<number> {
  const [file = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit' });
    child.on('error', () => reject(new UsageError(`this needs the program ${file}, which is not installed`)));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
