// Runs a module on this machine in a folder of its own, three times: in check mode, for real, and again. The picture of
// check mode must be what the host then has, and the second run must change nothing.
import { isDeepStrictEqual } from 'node:util';
import type { Control, ModuleResult } from '../../engine/module/contract.ts';
import { toValue } from '../../engine/module/data.ts';
import type { Module } from '../../engine/module/define.ts';
import { isUncertain } from '../../engine/module/picture.ts';
import { tryOnHost, type Trial } from '../../engine/module/try_on_host.ts';
import type { Dict } from '../../engine/document/value.ts';
import { localShell, type Userland } from './local_shell.ts';

export interface TwiceOptions {
  readonly userland?: Userland;
  readonly control?: Control;
}

// Times, sizes of folders, inodes: true of the moment only.
const fleeting = new Set(['mtime', 'atime', 'ctime', 'inode', 'device', 'links', 'uid', 'gid']);

/** What of an answer outlasts the moment. */
function lasting(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(lasting);
  if (answer instanceof Uint8Array || typeof answer !== 'object' || answer === null) return answer;
  const isFolder = 'type' in answer && answer.type === 'directory';
  return Object.fromEntries(
    Object.entries(answer)
      .filter(([name, value]) => !fleeting.has(name) && typeof value !== 'function')
      .filter(([name]) => !(isFolder && name === 'size'))
      .map(([name, value]) => [name, lasting(value)]),
  );
}

async function once(module: Module, args: Dict, options: TwiceOptions, checkMode: boolean): Promise<Trial> {
  const { control } = options;
  const trial = await tryOnHost(module, args, localShell(options.userland), {
    checkMode,
    ...(control ? { control } : {}),
  });
  if (trial.failed !== undefined) throw new Error(`${module.name}: ${trial.failed}`);
  return trial;
}

/** The result of the first real run. Throws when the picture was wrong or the second run would change something. */
export async function runTwice(
  module: Module,
  params: { readonly [name: string]: unknown },
  options: TwiceOptions = {},
): Promise<ModuleResult> {
  const args = toValue(params as never) as Dict;
  const checked = await once(module, args, options, true);
  const first = await once(module, args, options, false);
  const second = await once(module, args, options, false);
  if (second.steps.length > 0)
    throw new Error(`${module.name} changes again what it made: ${second.steps.join('; ')}`);
  for (const [name, real] of Object.entries(second.after)) {
    const pictured = checked.after[name];
    if (pictured === undefined || isUncertain(pictured)) continue;
    if (!isDeepStrictEqual(lasting(pictured), lasting(real)))
      throw new Error(
        `${module.name}: ${name} was pictured as ${JSON.stringify(lasting(pictured))} and is ${JSON.stringify(lasting(real))}`,
      );
  }
  return first.result;
}
