// A program at a terminal of its own, at which a test types what a person would.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';

export interface AtTerminal {
  readonly code: number;
  /** All that the terminal was sent, controls and echo with it. */
  readonly output: string;
}

/** Why there is no terminal to be had here; undefined when there is. */
export function terminalMissing(): string | undefined {
  const { status } = spawnSync('python3', ['-c', 'import pty']);
  return status === 0 ? undefined : 'python3 makes the terminal, and it is not here';
}

/** `typed`: what to wait for in the output, and the keys that are then typed; SIGTERM is sent as a signal. */
export async function atTerminal(
  argv: readonly string[],
  folder: string,
  typed: readonly (readonly [until: string, keys: string])[],
  env: Readonly<Record<string, string>> = {},
): Promise<AtTerminal> {
  const child = spawn('python3', [path.join(import.meta.dirname, 'pseudo_terminal.py')]);
  let [answer, complaint] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  child.stdin.end(JSON.stringify({ argv, folder, typed, env, patience: 60 }));
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve());
  });
  if (answer === '') throw new Error(`No terminal: ${complaint}`);
  const told = JSON.parse(answer) as AtTerminal & { readonly left: readonly (readonly [string, string])[] };
  const [unheard] = told.left;
  if (unheard) throw new Error(`The terminal never showed ${unheard[0]}, but\n${told.output}`);
  return told;
}

/** `hardway …` from source, for `atTerminal`. */
export function hardwayWords(...argv: readonly string[]): string[] {
  const main = path.resolve(import.meta.dirname, '../../engine/main.ts');
  return [process.execPath, '--import', import.meta.resolve('tsx'), main, ...argv];
}
