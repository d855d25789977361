// What commands register, by Ansible's names, and when a command need not run.
import { textOfBytes } from '../../engine/document/byte_text.ts';
import type { ModuleResult, Output, PlanContext, Probe } from '../../engine/module/contract.ts';
import { int, list, optional, path, raw, str, type Kind } from '../../engine/module/kinds.ts';
import { globMatches, hasGlob } from '../../engine/module/vocabulary/glob_matches.ts';
import { folderRefusal } from '../../engine/module/vocabulary/run_command.ts';
import { stat, type Stat } from '../../engine/module/vocabulary/stat.ts';
import { joinPath } from '../../engine/module/vocabulary/paths.ts';

export const guardParams: {
  readonly creates: Kind<string | undefined>;
  readonly removes: Kind<string | undefined>;
  readonly chdir: Kind<string | undefined>;
} = {
  creates: optional(path({ doc: 'The command does not run when this path (or pattern) is there.' })),
  removes: optional(path({ doc: 'The command runs only when this path (or pattern) is there.' })),
  chdir: optional(path({ doc: 'Folder in which it runs.' })),
};

export const guards: readonly string[] = ['creates', 'removes'];

/** What only a run can tell. */
export const commandReturns: { readonly [name: string]: Kind<unknown> } = {
  cmd: raw(),
  rc: int(),
  stdout: str(),
  stderr: str(),
  stdout_lines: list(str()),
  stderr_lines: list(str()),
  start: str(),
  end: str(),
  delta: str(),
};

interface Guards {
  readonly creates: string | undefined;
  readonly removes: string | undefined;
  readonly chdir: string | undefined;
}

/** Answers by which a command is left out. */
export interface GuardsSeen {
  /** Of `chdir`: it is entered before anything is looked for in it. */
  readonly folder?: Stat;
  readonly created?: Stat | readonly string[];
  readonly removed?: Stat | readonly string[];
}

function lookFor(path: string, chdir: string | undefined): Probe<Stat | readonly string[]> {
  const place = path.startsWith('/') || chdir === undefined ? path : joinPath(chdir, path);
  return hasGlob(place) ? globMatches(place) : stat({ path: place });
}

export function guardProbes({ creates, removes, chdir }: Guards): {
  readonly folder?: Probe<Stat>;
  readonly created?: Probe<Stat | readonly string[]>;
  readonly removed?: Probe<Stat | readonly string[]>;
} {
  const isGuarded = creates !== undefined || removes !== undefined;
  return {
    ...(chdir === undefined || !isGuarded ? {} : { folder: stat({ path: chdir, follow: true }) }),
    ...(creates === undefined ? {} : { created: lookFor(creates, chdir) }),
    ...(removes === undefined ? {} : { removed: lookFor(removes, chdir) }),
  };
}

function isThere(seen: Stat | readonly string[] | undefined): boolean {
  if (seen === undefined) return false;
  return 'exists' in seen ? seen.exists : seen.length > 0;
}

/** Why the command need not run. */
export function guardReason({ creates, removes }: Guards, seen: GuardsSeen): string | undefined {
  if (creates !== undefined && isThere(seen.created)) return `'${creates}' exists`;
  if (removes !== undefined && !isThere(seen.removed)) return `'${removes}' does not exist`;
  return undefined;
}

/** Why a command that `creates` or `removes` may leave out cannot be begun, in Ansible's words. */
export function whyNotEntered({ chdir }: Guards, { folder }: GuardsSeen): string | undefined {
  if (chdir === undefined || folder === undefined) return undefined;
  if (folder.exists && folder.type === 'directory') return undefined;
  return folderRefusal(chdir, folder.exists);
}

function textLines(text: string): string[] {
  if (text === '') return [];
  return text.replace(/\n$/, '').split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/);
}

/** `0:00:01.234000`, as Python prints a time span. */
function spanText(start: string, end: string): string {
  const ms = Math.max(0, Date.parse(end) - Date.parse(start));
  const seconds = Math.floor(ms / 1000);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(ms % 1000).padStart(3, '0')}000`;
}

/** The end of the text without its line ends, as Ansible gives it. */
function stripped(text: string, isStripped: boolean): string {
  return isStripped ? text.replace(/[\r\n]+$/, '') : text;
}

export function commandResult(
  cmd: string | readonly string[],
  output: Output,
  options: { readonly stripEmptyEnds?: boolean } = {},
): ModuleResult {
  const strip = options.stripEmptyEnds ?? true;
  const stdout = stripped(textOfBytes(output.stdout), strip);
  const stderr = stripped(textOfBytes(output.stderr), strip);
  const { rc, start, end } = output;
  return {
    changed: true,
    cmd,
    rc,
    stdout,
    stderr,
    stdout_lines: textLines(stdout),
    stderr_lines: textLines(stderr),
    ...(start === undefined || end === undefined
      ? {}
      : {
          start: start.replace('T', ' ').replace('Z', ''),
          end: end.replace('T', ' ').replace('Z', ''),
          delta: spanText(start, end),
        }),
    ...(output.timedOut ? { failed: true, msg: 'The command took longer than its timeout' } : {}),
    ...(rc !== 0 ? { failed: true, msg: 'non-zero return code' } : { msg: '' }),
  };
}

/** What is run by the connection itself registers (raw, script): its output to the last line end, and no command. */
export function shellResult(output: Output): ModuleResult {
  const told = commandResult('', output, { stripEmptyEnds: false });
  const { rc, stdout, stderr, stdout_lines, stderr_lines, failed, msg } = told;
  const failure = failed ? { failed, msg: msg ?? '' } : {};
  return { changed: true, rc, stdout, stderr, stdout_lines, stderr_lines, ...failure };
}

/** What a command that could not be begun registers, in Ansible's words. */
export function notBegunResult(
  cmd: string | readonly string[],
  msg: string,
  rc: number | null,
): ModuleResult {
  const none = { stdout: '', stdout_lines: [], stderr: '', stderr_lines: [] };
  return { changed: false, failed: true, cmd, rc, msg, ...none };
}

/** What a command that did not run registers. */
export function notRunResult(
  cmd: string | readonly string[],
  reason: string,
  { checkMode }: PlanContext,
): ModuleResult {
  const said = `skipped, since ${reason.replaceAll("'", '')}`;
  return {
    changed: false,
    cmd,
    rc: 0,
    stdout: said,
    stderr: '',
    stdout_lines: [said],
    stderr_lines: [],
    msg: `${checkMode ? 'Would' : 'Did'} not run command since ${reason}`,
    start: null,
    end: null,
    delta: null,
  };
}
