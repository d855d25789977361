// Bundles: neighbouring short scripts of one round trip that share a process. A script of its own costs the host half a
// dozen processes (sh in a session of its own, readers of its text, counters of its output); in a bundle it costs one.
// Each runs in a subshell. A line with a random word, on both outputs, tells where the next one's begin.
import { randomBytes } from 'node:crypto';
import type { Output } from '../module/contract.ts';
import type { ScriptAhead } from './contract.ts';
import { exitCode } from './frames.ts';
import { programText } from './program_text.ts';

const mostScripts = 50;
const mostBytes = 128 * 1024;
/** Time that each further script of a bundle adds to the limit of the first, as the limit is the whole bundle's. */
const secondsEach = 0.2;

/** One request: a script as it is, or several that share a process. */
export interface Bundle {
  /** Position of its first script. */
  readonly first: number;
  readonly scripts: readonly ScriptAhead[];
  readonly program: string;
  readonly timeoutSeconds?: number | undefined;
  readonly maxOutputBytes?: number | undefined;
  /** The word of the lines between; absent for a script as it is. */
  readonly word?: string;
}

interface Written {
  readonly script: ScriptAhead;
  readonly program: string;
}

/** What a script has to have in common with its neighbours; undefined when it stands alone. */
function likeness({ shares, stdin, timeoutSeconds, maxOutputBytes }: ScriptAhead): string | undefined {
  if (shares === undefined || stdin !== undefined) return undefined;
  return `${shares} ${timeoutSeconds ?? ''} ${maxOutputBytes ?? ''}`;
}

/** The requests for scripts, in their order. None holds scripts from before and after `needed`. */
export function bundled(scripts: readonly ScriptAhead[], needed: number): Bundle[] {
  const bundles: Bundle[] = [];
  let group: Written[] = [];
  let bytes = 0;
  let first = 0;
  const close = (): void => {
    if (group.length > 0) bundles.push(bundleOf(group, first));
    group = [];
    bytes = 0;
  };
  for (const [index, script] of scripts.entries()) {
    const program = programText(script);
    const like = likeness(script);
    const isAlike = like !== undefined && group[0] !== undefined && likeness(group[0].script) === like;
    bytes += program.length;
    if (!isAlike || index === needed || group.length === mostScripts || bytes > mostBytes) {
      close();
      first = index;
      bytes = program.length;
    }
    group.push({ script, program });
  }
  close();
  return bundles;
}

function bundleOf(group: readonly Written[], first: number): Bundle {
  const scripts = group.map(({ script }) => script);
  const [one] = group;
  if (!one) throw new Error('A bundle of nothing');
  const { timeoutSeconds, maxOutputBytes, shares } = one.script;
  const limits = {
    timeoutSeconds:
      timeoutSeconds === undefined ? undefined : timeoutSeconds + secondsEach * (group.length - 1),
    maxOutputBytes: maxOutputBytes === undefined ? undefined : maxOutputBytes * group.length,
  };
  const cap =
    shares === 'looks' && limits.maxOutputBytes !== undefined ? sizeLimit(limits.maxOutputBytes) : '';
  if (group.length === 1) return { first, scripts, ...limits, program: `${cap}${one.program}` };
  const word = randomBytes(12).toString('hex');
  const next = shares === 'changes' ? '[ $hw_e = 0 ] || exit $hw_e\n' : '';
  const parts = group.map(
    ({ program }) =>
      `(\n${program})\nhw_e=$?\nprintf '\\n${word} %s\\n' $hw_e\nprintf '\\n${word}\\n' >&2\n${next}`,
  );
  return { first, scripts, ...limits, word, program: `${cap}${parts.join('')}` };
}

/** The host's file size limit stops what would print too much before it fills the session directory: twice or, where sh
 * counts in KiB, four times what is wanted. */
function sizeLimit(bytes: number): string {
  return `ulimit -f ${Math.ceil((2 * bytes) / 1024)}\n`;
}

/**
 * The outputs of a bundle's scripts by position. Undefined: not run, or nobody knows. A script amid which the bundle was
 * killed has what it printed so far and the bundle's exit code.
 */
export function unbundled({ word, scripts }: Bundle, output: Output | undefined): (Output | undefined)[] {
  if (word === undefined || output === undefined) return [output];
  const stdouts = split(output.stdout, `\n${word} `);
  const stderrs = split(output.stderr, `\n${word}\n`);
  // Changes end with the exit code of the one that failed.
  const isKilled = output.timedOut === true || (output.rc > 128 && stdouts.codes.at(-1) !== output.rc);
  return scripts.map((_, index): Output | undefined => {
    const stdout = stdouts.parts[index];
    const stderr = stderrs.parts[index] ?? Buffer.alloc(0);
    const code = stdouts.codes[index];
    if (stdout && code !== undefined)
      return { ...output, timedOut: false, rc: exitCode(code), stdout, stderr };
    return stdout && isKilled ? { ...output, stdout, stderr } : undefined;
  });
}

/** What stands between the marks, and the number after each mark that is followed by one and the end of its line. */
function split(
  bytes: Buffer,
  mark: string,
): { readonly parts: readonly Buffer[]; readonly codes: readonly number[] } {
  const parts: Buffer[] = [];
  const codes: number[] = [];
  let from = 0;
  for (;;) {
    const at = bytes.indexOf(mark, from);
    if (at < 0) break;
    parts.push(bytes.subarray(from, at));
    from = at + mark.length;
    if (mark.endsWith('\n')) continue;
    const end = bytes.indexOf(0x0a, from);
    if (end < 0) {
      // Cut within the line: how this one ended is not known.
      parts.pop();
      break;
    }
    codes.push(Number(bytes.toString('latin1', from, end)));
    from = end + 1;
  }
  parts.push(bytes.subarray(from));
  return { parts, codes };
}
