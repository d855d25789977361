// One timed run of one tool.
import path from 'node:path';
import { runProgram } from '../../lab/run_program.ts';
import type { BenchCase } from './cases.ts';
import type { Tool } from './tools.ts';

/** Seconds by tool. */
export type Timings = Map<string, number[]>;

/** Wall time in seconds; a run that fails ends the bench, as its time would mean nothing. */
export async function timeRun(tool: Tool, one: BenchCase, folder: string, target: string): Promise<number> {
  const argv = [
    ...tool.argv,
    path.join(folder, `${one.name}.yml`),
    '-e',
    `target=${target}`,
    ...(one.check ? ['--check'] : []),
  ];
  const began = performance.now();
  const { code, stdout, stderr } = await runProgram(argv, {
    env: tool.env,
    cwd: folder,
    signal: AbortSignal.timeout(300_000),
  });
  if (code !== 0)
    throw new Error(
      `${tool.name}, ${one.name}: exit ${code ?? 'by a signal'}\n${stdout.slice(-3000)}\n${stderr}`,
    );
  return (performance.now() - began) / 1000;
}
