// The same playbook by ansible-playbook and by hardway, both on this machine, at the same time.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { type Ran, runPlaybookCommand } from '../support/hardway.ts';
import { oracleCommand, oraclePython } from './venv.ts';

export interface RanByAnsible {
  readonly code: number;
  readonly output: string;
}

export async function ranByAnsible(folder: string, ...argv: readonly string[]): Promise<RanByAnsible> {
  const [program, ...words] = oracleCommand('playbook');
  const args = [...words, '-e', `ansible_python_interpreter=${oraclePython()}`, ...argv];
  const env = { ...process.env, LC_ALL: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1', ANSIBLE_NOCOLOR: '1' };
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 128));
  });
  return { code, output };
}

/** `outs` are values of the variable `out`, of Ansible's run and of ours. */
export async function ranByBoth(
  folder: string,
  playbook: string,
  outs: readonly [string, string],
  ...argv: readonly string[]
): Promise<[RanByAnsible, Ran]> {
  return Promise.all([
    ranByAnsible(folder, playbook, '-e', `out=${outs[0]}`, ...argv),
    runPlaybookCommand(path.join(folder, playbook), '-e', `out=${outs[1]}`, ...argv),
  ]);
}
