// The options of a command of ours, as its --help lists them.
import { runHardway } from './hardway.ts';

export interface CommandOptions {
  readonly taken: ReadonlySet<string>;
  /** Those of Ansible's that are refused, with the reason. */
  readonly refused: ReadonlyMap<string, string>;
}

export async function optionsOf(command: string): Promise<CommandOptions> {
  const { stdout } = await runHardway(command, '--help');
  const taken = new Set<string>();
  const refused = new Map<string, string>();
  let isRefused = false;
  for (const line of stdout.split('\n')) {
    if (line === 'Not built:') isRefused = true;
    const [, names = '', doc = ''] = /^ {2,6}(-.*?) {2,}(.*)$/.exec(line) ?? [];
    for (const [name] of names.matchAll(/(?<![\w-])--?[a-zA-Z][\w-]*/g))
      if (isRefused) refused.set(name, doc);
      else taken.add(name);
  }
  return { taken, refused };
}
