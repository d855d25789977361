// A shell on this machine for module tests: runs each script by `sh -c`, or by busybox with its own applets first.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Output, Script } from '../../engine/module/contract.ts';
import type { TrialShell } from '../../engine/module/try_on_host.ts';

export type Userland = 'system' | 'busybox';

function busyboxFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'hardway-busybox-'));
  const { stdout } = spawnSync('busybox', ['--list'], { encoding: 'utf8' });
  for (const applet of stdout.split('\n').filter((name) => name !== ''))
    symlinkSync('/usr/bin/busybox', path.join(folder, applet));
  return folder;
}

let folder: string | undefined;

function environmentOf(userland: Userland): NodeJS.ProcessEnv {
  if (userland === 'system') return { ...process.env, LC_ALL: 'C' };
  folder ??= busyboxFolder();
  return { LC_ALL: 'C', PATH: folder, HOME: '/root' };
}

async function run(script: Script, userland: Userland): Promise<Output> {
  const program = userland === 'busybox' ? 'busybox' : 'sh';
  const args = userland === 'busybox' ? ['sh', '-c', script.script] : ['-c', script.script];
  const child = spawn(program === 'busybox' ? '/usr/bin/busybox' : program, args, {
    env: { ...environmentOf(userland), ...script.environment },
    cwd: script.cwd,
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 137)));
  if (script.stdin instanceof Uint8Array) child.stdin.write(script.stdin);
  else if (script.stdin) for await (const chunk of script.stdin.open()) child.stdin.write(chunk);
  child.stdin.end();
  const rc = await ended;
  return { rc, stdout: Buffer.concat(out), stderr: Buffer.concat(err) };
}

export function localShell(userland: Userland = 'system'): TrialShell {
  return {
    run: async (scripts) => {
      const value: Output[] = [];
      for (const script of scripts) value.push(await run(script, userland));
      return { ok: true, value };
    },
  };
}
