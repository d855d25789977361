// A command that a playbook names. What it changes cannot be told: it is done once, never repeated by itself.
import { readContent, textContent, type Content } from '../content.ts';
import type { Control, HostAccess, Output, Script, Step, StepKind } from '../contract.ts';
import { step } from '../probe_identity.ts';
import { sh } from '../quote.ts';
import { baseName } from './paths.ts';

export interface RunCommand {
  /** The words of a command, or the text of a script for a shell. */
  readonly command: readonly string[] | string;
  /** The shell that takes the text; `/bin/sh` by default. */
  readonly executable?: string | undefined;
  readonly chdir?: string | undefined;
  readonly stdin?: string | undefined;
  readonly expandVariables?: boolean | undefined;
}

/** Words with `$NAME` in them replaced as the shell would, but neither split again nor matched with files. */
function expandable(word: string): string {
  const text = word.replace(/(["\\`])/g, '\\$1').replace(/\$(?![A-Za-z_{])/g, '\\$');
  return /\$\{?[A-Za-z_]/.test(word) ? `"${text}"` : sh`${word}`.text;
}

export function commandScript({ command, executable, chdir, stdin, expandVariables }: RunCommand): Script {
  const words =
    typeof command === 'string'
      ? sh`exec ${executable ?? '/bin/sh'} -c ${command}`.text
      : `exec ${executable === undefined ? '' : `${sh`${executable}`.text} `}${command.map(expandVariables ? expandable : (word) => sh`${word}`.text).join(' ')}`;
  return {
    script: words,
    userEnvironment: true,
    ...(chdir === undefined ? {} : { cwd: chdir }),
    ...(stdin === undefined ? {} : { stdin: textContent(stdin) }),
  };
}

/** As of a command that said nothing. */
const leftOut: Output = { rc: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };

export const runCommandKind: StepKind<RunCommand, Output> = {
  name: 'command',
  target: 'host',
  opaque: true,
  leftOut,
  perform: commandScript,
  parse: (output) => output,
  describe: ({ command }) => `run ${typeof command === 'string' ? command : command.join(' ')}`,
  effects: [],
};

export function runCommand(args: RunCommand): Step<Output> {
  return step(runCommandKind, args);
}

export interface RunScript {
  /** As the task names it. */
  readonly name: string;
  readonly content: Content;
  readonly arguments: readonly string[];
  readonly executable?: string | undefined;
  readonly chdir?: string | undefined;
}

async function actScript(args: RunScript, _control: Control, host: HostAccess): Promise<Output> {
  const start = (await readContent(args.content)).subarray(0, 200).toString('latin1');
  const program = args.executable ?? (start.startsWith('#!') ? undefined : '/bin/sh');
  return host.run({
    script: sh`d=$(mktemp -d) || exit 1
trap 'rm -rf -- "$d"' EXIT
f=$d/${baseName(args.name)}
cat > "$f" && chmod 0700 "$f" || exit 1
${args.chdir === undefined ? [':'] : ['cd', '--', args.chdir]} || exit 1
${program === undefined ? [] : program.split(' ')} "$f" ${args.arguments} </dev/null`.text,
    stdin: args.content,
    userEnvironment: true,
  });
}

export const runScriptKind: StepKind<RunScript, Output> = {
  name: 'script',
  target: 'host',
  opaque: true,
  leftOut,
  act: actScript,
  describe: ({ name }) => `run the script ${name}`,
  effects: [],
};

export function runScript(args: RunScript): Step<Output> {
  return step(runScriptKind, args);
}
