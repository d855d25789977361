// A command that a playbook names. What it changes cannot be told: it is done once, never repeated by itself.
import { readContent, textContent, type Content } from '../content.ts';
import type { Control, HostAccess, Output, Script, Step, StepKind } from '../contract.ts';
import { step } from '../probe_identity.ts';
import { quote, sh } from '../quote.ts';
import { baseName } from './paths.ts';

export interface RunCommand {
  /** The words of a command, or the text of a script for a shell. */
  readonly command: readonly string[] | string;
  /** The shell that takes the text; `/bin/sh` by default. */
  readonly executable?: string | undefined;
  readonly chdir?: string | undefined;
  readonly stdin?: string | undefined;
  readonly expandVariables?: boolean | undefined;
  /** A missing shell is told in Ansible's words, see `whyNotStarted`. */
  readonly tellsExecutable?: true;
}

/** Words with `$NAME` in them replaced as the shell would, but neither split again nor matched with files. */
function expandable(word: string): string {
  const text = word.replace(/(["\\`])/g, '\\$1').replace(/\$(?![A-Za-z_{])/g, '\\$');
  return /\$\{?[A-Za-z_]/.test(word) ? `"${text}"` : sh`${word}`.text;
}

const tooLong = 'Argument list too long';
const notThere = '2] No such file or directory';
const notFolder = '20] Not a directory';
const folderLead = 'Unable to change directory before execution: ';

/** Ends the script, with the number of the error. Variables are set here only: the command must find its own. */
function refusal(name: string, lead: string, isThere: string): string {
  const reason = `if [ -d "$p" ]; then r='13] Permission denied'; elif [ -e "$p" ]; then r='${isThere}'; else r='${notThere}'; fi`;
  const told = `printf '%s[Errno %s: b%s%s%s\\n' ${quote(lead)} "$r" "'" "$p" "'" >&2`;
  return `{ p=${quote(name)}; ${reason}; ${told}; exit "\${r%%]*}"; }`;
}

function entering(chdir: string | undefined): string {
  if (chdir === undefined) return '';
  const refused = refusal(chdir, folderLead, notFolder);
  return `CDPATH= cd -- ${quote(chdir)} 2>/dev/null || ${refused}; `;
}

function finding({ executable, tellsExecutable }: RunCommand): string {
  if (executable === undefined || tellsExecutable !== true) return '';
  const name = quote(executable);
  return executable.includes('/')
    ? `{ [ -f ${name} ] && [ -x ${name} ]; } || ${refusal(executable, '', '13] Permission denied')}; `
    : `command -v ${name} >/dev/null 2>&1 || ${refusal(executable, '', notThere)}; `;
}

/** What a command says of a folder that it cannot enter, when that is known before. */
export function folderRefusal(chdir: string, isThere: boolean): string {
  return `${folderLead}[Errno ${isThere ? notFolder : notThere}: b'${chdir}'`;
}

/** Why the command was not begun, as its script says it before anything ran. */
export function whyNotStarted(
  { chdir, executable }: Pick<RunCommand, 'chdir' | 'executable'>,
  { rc, stdout, stderr }: Output,
): { readonly of: 'folder' | 'executable'; readonly rc: number; readonly message: string } | undefined {
  const message = stderr.toString('utf8').trimEnd();
  if (stdout.length > 0 || ![2, 13, 20].includes(rc)) return undefined;
  const isOf = (lead: string, name: string): boolean =>
    message.startsWith(`${lead}[Errno ${rc}] `) && message.endsWith(`: b'${name}'`);
  if (chdir !== undefined && isOf(folderLead, chdir)) return { of: 'folder', rc, message };
  if (executable !== undefined && isOf('', executable)) return { of: 'executable', rc, message };
  return undefined;
}

/** The shell's own word that it could not begin a program, by the name of our script or of `exec`; bash adds a line. */
const notBegun =
  /(\bexec: |\/\d+\.s\W)(?:.*\W)?(Permission denied|Is a directory|Argument list too long)\]?(?:\n.*: Success)?$/;

/** Why nothing was begun, as the shell of our script says it: the program may not be run, or its words are too long. */
export function whyNotBegun({
  rc,
  stdout,
  stderr,
}: Output): { readonly errno: 7 | 13; readonly message: string; readonly said: string } | undefined {
  const said = stderr.toString('utf8').trim();
  const [, , why] = (rc === 126 && stdout.length === 0 && notBegun.exec(said)) || [];
  if (why === undefined) return undefined;
  return why === tooLong
    ? { errno: 7, message: `[Errno 7] ${tooLong}`, said }
    : { errno: 13, message: '[Errno 13] Permission denied', said };
}

export function commandScript(args: RunCommand): Script {
  const { command, executable, chdir, stdin, expandVariables } = args;
  const words =
    typeof command === 'string'
      ? sh`exec ${executable ?? '/bin/sh'} -c ${command}`.text
      : `exec ${executable === undefined ? '' : `${sh`${executable}`.text} `}${command.map(expandVariables ? expandable : (word) => sh`${word}`.text).join(' ')}`;
  return {
    // On one line, so that shells' messages number it as before.
    script: `${entering(chdir)}${finding(args)}${words}`,
    userEnvironment: true,
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
  /** What stands behind its name, for the shell. */
  readonly rest: string;
  readonly executable?: string | undefined;
  readonly chdir?: string | undefined;
}

/** A folder that cannot be entered is told as Ansible's shell does, without a path of the session. */
async function actScript(args: RunScript, _control: Control, host: HostAccess): Promise<Output> {
  const start = (await readContent(args.content)).subarray(0, 200).toString('latin1');
  const program = args.executable ?? (start.startsWith('#!') ? undefined : '/bin/sh');
  const output = await host.run({
    script: sh`d=$(mktemp -d) || exit 1
trap 'rm -rf -- "$d"' EXIT
f=$d/${baseName(args.name)}
cat > "$f" && chmod 0700 "$f" || exit 1
${args.chdir === undefined ? [':'] : ['cd', '--', args.chdir]} 2>/dev/null || { printf "cd: can't cd to %s\\n" ${args.chdir ?? ''} >&2; exit 2; }
/bin/sh -c ${`${program === undefined ? '' : `${program} `}"$0"${args.rest}`} "$f" </dev/null`.text,
    stdin: args.content,
    userEnvironment: true,
  });
  if (whyNotBegun(output)?.errno !== 7) return output;
  return { ...output, stderr: Buffer.from(`/bin/sh: ${tooLong}\n`) };
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
