// hardway beside ansible-core (and mitogen, where pip has it): the same playbooks, the same lab hosts, in turns, each
// with its best settings. First it is made sure that all leave the same files; then times are taken.
// `npm run bench -- peers [ROUNDS]` prints the table and writes docs/bench.md. Needs root on Linux, as the lab does.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { labDown, labUp } from '../lab/lab.ts';
import { labPlaces } from '../lab/places.ts';
import { mustRun } from '../lab/run_program.ts';
import { parseTopology } from '../lab/topology.ts';
import { putPython } from '../test/support/python_on_host.ts';
import { type BenchCase, benchCases } from './peers/cases.ts';
import { tableText } from './peers/table.ts';
import { type Timings, timeRun } from './peers/timing.ts';
import { type Tool, tools } from './peers/tools.ts';

const lab = 'bench-peers';
const hosts = ['host-1', 'host-2', 'host-3', 'host-4', 'host-5'];
const rounds = Number(process.argv[2] ?? 3);

/** Path, mode and content of all that a case wrote, on all hosts. */
async function writtenBy(target: string): Promise<string> {
  const look = `cd ${target} 2>/dev/null && find . -mindepth 1 -printf '%P %y %m %U %G\\n' | sort && find . -type f -exec sha256sum {} + | sort -k2`;
  const texts = await Promise.all(
    hosts.map((host) => mustRun(['ssh', '-F', labPlaces(lab).sshConfig, host, `${look}; true`])),
  );
  return texts.join('\n');
}

async function prepare(one: BenchCase, folder: string, all: readonly Tool[]): Promise<void> {
  writeFileSync(path.join(folder, `${one.name}.yml`), one.playbook);
  const seen = new Map<string, string>();
  for (const tool of all) {
    const target = `/srv/bench/${one.name}/${tool.name}/first`;
    await timeRun(tool, one, folder, target);
    seen.set(tool.name, await writtenBy(target));
  }
  const [first, ...others] = [...seen];
  for (const other of others)
    if (other[1] !== first?.[1])
      throw new Error(`${one.name}: ${other[0]} and ${first?.[0] ?? ''} leave different files`);
}

async function measure(one: BenchCase, folder: string, all: readonly Tool[]): Promise<Timings> {
  const timings: Timings = new Map(all.map((tool) => [tool.name, []]));
  await prepare(one, folder, all);
  for (let round = 0; round < rounds; round += 1) {
    // Every second round in the other order, so that none always follows the same one.
    const order = round % 2 === 0 ? all : [...all].reverse();
    for (const tool of order) {
      const again = one.isAgain ? 'first' : String(round);
      const target = `/srv/bench/${one.name}/${tool.name}/${again}`;
      timings.get(tool.name)?.push(await timeRun(tool, one, folder, target));
    }
  }
  return timings;
}

async function main(): Promise<void> {
  const parsed = parseTopology({ hosts: Object.fromEntries(hosts.map((host) => [host, {}])) });
  if (!parsed.ok) throw new Error(parsed.problems.join('; '));
  const folder = mkdtempSync(path.join(tmpdir(), 'hardway-bench-'));
  const loadBefore = loadavg()[0] ?? 0;
  try {
    await labUp(lab, parsed.topology, { say: (line) => console.log(line) });
    for (const host of hosts) await putPython({ sshConfigFile: labPlaces(lab).sshConfig }, host);
    const all = tools(folder, labPlaces(lab).inventory);
    const measured = new Map<BenchCase, Timings>();
    for (const one of benchCases) {
      measured.set(one, await measure(one, folder, all));
      console.log(
        `${one.name}: ${[...(measured.get(one) ?? [])].map(([name, times]) => `${name} ${times.map((time) => time.toFixed(2)).join(' ')}`).join('; ')}`,
      );
    }
    const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB; load ${loadBefore.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} at the end`;
    const text = tableText(measured, all, { rounds, machine, hosts: hosts.length });
    console.log(text);
    writeFileSync(path.resolve(import.meta.dirname, '../docs/bench.md'), text);
  } finally {
    await labDown(lab);
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
