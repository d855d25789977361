// For `hardway/testing`: this machine as the host of a trial, by its own sh.
import { spawnSync } from 'node:child_process';
import { readContent } from './content.ts';
import type { Output, Script } from './contract.ts';
import type { TrialShell } from './try_on_host.ts';

async function runHere({ script, stdin, environment, cwd, timeoutSeconds }: Script): Promise<Output> {
  const input = stdin === undefined || stdin instanceof Uint8Array ? stdin : await readContent(stdin);
  const ended = spawnSync('sh', ['-c', script], {
    input: input ?? '',
    env: { ...process.env, LC_ALL: 'C', ...environment },
    maxBuffer: 64 * 1024 * 1024,
    ...(cwd === undefined ? {} : { cwd }),
    ...(timeoutSeconds === undefined ? {} : { timeout: timeoutSeconds * 1000 }),
  });
  return { rc: ended.status ?? 124, stdout: ended.stdout, stderr: ended.stderr };
}

/** What modules do on it they do to this machine: name folders of the test's own. */
export const thisMachine: TrialShell = {
  run: async (scripts, { stopOnFailure = false } = {}) => {
    const value: Output[] = [];
    for (const script of scripts) {
      const output = await runHere(script);
      value.push(output);
      if (stopOnFailure && output.rc !== 0) break;
    }
    return { ok: true, value };
  },
};
