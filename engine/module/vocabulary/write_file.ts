// Puts content at a path: written beside it, flushed, given owner and mode, validated, then renamed over it, so that
// a reader sees the old file or the new one. What a kill can leave is a file named `.NAME.hardway.XXXXXX` beside it.
// A bind-mounted file cannot be renamed over (EBUSY); it is written in place.
import { isUtf8 } from 'node:buffer';
import type { Content, TextContent } from '../content.ts';
import type { Need, Output, Step, StepFailure, StepKind } from '../contract.ts';
import { isOctal, octal } from '../mode.ts';
import { openNumber } from './open_number.ts';
import { step } from '../probe_identity.ts';
import { lines, quote, sh, ShellText } from '../quote.ts';
import { splitWords } from '../words.ts';
import { groupOfCreator, ownersAreThere } from './account_needs.ts';
import { fileEffects } from './file_effects.ts';
import { folderOf, type HandedOn } from './folder_needs.ts';
import { inherited, ownedBy, setOwnership, withOwnership, type Ownership } from './ownership.ts';
import { baseName, directoryOf } from './paths.ts';
import { stat, type ExistingFile, type Stat, type StatQuestion } from './stat.ts';

export interface WriteFile extends Ownership {
  readonly path: string;
  readonly content: Content;
  /** A command with `%s` for the new file; when it fails, nothing is changed. */
  readonly validate?: string | undefined;
  readonly backup?: boolean | undefined;
  /** The user who will own a new file. */
  readonly creator: string;
  /** Write into the existing file instead of renaming over it. */
  readonly inPlace?: boolean | undefined;
}

export interface Written {
  readonly backupFile?: string;
  /** The file is bind-mounted or was asked to be written in place. */
  readonly inPlace: boolean;
  /** What the setgid folder gave to it. */
  readonly handsOn?: HandedOn['handsOn'];
}

/** A command that names no file looks at nothing. */
function namesNoFile({ validate }: WriteFile): string | undefined {
  return validate === undefined || validate.includes('%s')
    ? undefined
    : `validate must contain %s: ${validate}`;
}

/** The command's words, each `%s` in them replaced by the new file's path. */
function validation(command: string): ShellText {
  const words = splitWords(command).map((word) => word.split('%s').map(quote).join('"$t"'));
  return new ShellText(words.join(' '));
}

// A link is replaced: what it leads to has no say in the mode of the file that takes its place.
const keepAttributes = (mode: ShellText): ShellText => sh`if [ -f "$p" ] && [ ! -L "$p" ]; then
  cp --attributes-only --preserve=all -- "$p" "$t" 2>/dev/null || {
    chown "$(stat -L -c %u:%g -- "$p")" "$t" && chmod "$(stat -L -c %a -- "$p")" "$t" || exit 1
  }
  # The old file's times came along; what is new is newer, or nobody who looks at times would see it.
  touch -- "$t"
else
  ${mode} || exit 1
fi`;

/** A short text goes along in the script, which spares the host the processes that a body of its own needs. */
const mostInScript = 16 * 1024;

function shortText(content: Content): string | undefined {
  if (content.size > mostInScript || !('bytes' in content)) return undefined;
  const { bytes } = content as TextContent;
  return isUtf8(bytes) && !bytes.includes(0) ? Buffer.from(bytes).toString('utf8') : undefined;
}

/** A here-document ends with a newline that the text may not have, so as many bytes are read as the text has. */
function fromScript(text: string, size: number): ShellText {
  if (size === 0) return sh`:`;
  let end = 'end of text';
  while (text.includes(end)) end += '.';
  return new ShellText(
    `${sh`{ dd of="$t" bs=${size} count=1 iflag=fullblock conv=fsync 2>/dev/null || { head -c ${size} > "$t" && ${isWhole(size)}; } || ${notWhole}; }`.text} <<${quote(end)}\n${text}\n${end}`,
  );
}

function fromInput(size: number): ShellText {
  return sh`dd of="$t" bs=65536 conv=fsync 2>/dev/null || { cat > "$t" && ${isWhole(size)}; } || ${notWhole}`;
}

const isWhole = (size: number): ShellText => sh`[ "$(wc -c < "$t")" -eq ${size} ]`;
const notWhole = sh`{ echo "$p: not all bytes could be written" >&2; exit 1; }`;

function perform(args: WriteFile): { readonly script: string; readonly stdin?: Content } {
  const place = args.path.startsWith('/') ? args.path : `./${args.path}`;
  const { size } = args.content;
  const text = shortText(args.content);
  const own = setOwnership('"$t"', args, { follow: true });
  const wrong = namesNoFile(args);
  if (wrong !== undefined) return { script: sh`echo ${wrong} >&2; exit 1`.text };
  const script = lines(
    sh`p=${place}
if [ -d "$p" ]; then echo "$p is a directory" >&2; exit 1; fi
t=$(mktemp ${`${directoryOf(place)}/.${baseName(place)}.hardway.XXXXXX`}) || exit 1
trap 'rm -f -- "$t"' EXIT
${text === undefined ? fromInput(size) : fromScript(text, size)}`,
    // What scripts of ours make has umask 022.
    keepAttributes(isOctal(args.mode ?? '') ? sh`:` : sh`chmod 0644 "$t"`),
    own.text === '' ? undefined : sh`{ ${own}; } || exit 1`,
    args.validate === undefined
      ? undefined
      : sh`{ ${validation(args.validate)}; } >&2 || { echo "validate refused the new content" >&2; exit 1; }`,
    args.backup
      ? sh`if [ -e "$p" ]; then b="$p.$$.$(date +%Y-%m-%d@%H:%M:%S)~"; cp -p -- "$p" "$b" || exit 1; printf 'backup %s\n' "$b"; fi`
      : undefined,
    args.inPlace
      ? sh`if [ -e "$p" ]; then cat < "$t" > "$p" || exit 1; echo in-place; else mv -f -- "$t" "$p" || exit 1; fi`
      : sh`if mv -f -- "$t" "$p" 2>/dev/null; then trap - EXIT
elif grep -qF " $p " /proc/self/mountinfo 2>/dev/null; then cat < "$t" > "$p" || exit 1; echo in-place
else mv -f -- "$t" "$p" || exit 1; fi`,
    sh`if [ -g ${directoryOf(place)} ]; then stat -c 'group %g %G' -- "$p"; fi`,
  );
  return { script: script.text, ...(text === undefined ? { stdin: args.content } : {}) };
}

function validationNamesFile(args: WriteFile): Need {
  return { probe: stat({ path: directoryOf(args.path), follow: true }), unmet: () => namesNoFile(args) };
}

/** What mktemp says of a folder that is not there names a file of ours. */
function whyNotWritten(path: string, said: string): string {
  return /^mktemp: .*No such file or directory$/.test(said)
    ? `Destination directory ${directoryOf(path)} does not exist`
    : `Cannot write ${path}: ${said}`;
}

function parse({ rc, stdout, stderr }: Output, { path }: WriteFile): Written | StepFailure {
  if (rc !== 0) return { failed: whyNotWritten(path, stderr.toString('utf8').trim() || `exit code ${rc}`) };
  const said = stdout.toString('utf8').split('\n');
  const backup = said.find((line) => line.startsWith('backup '))?.slice(7);
  const [, gid, group = ''] = /^group (\d+) (\S+)$/m.exec(stdout.toString('utf8')) ?? [];
  return {
    ...(backup === undefined ? {} : { backupFile: backup }),
    inPlace: said.includes('in-place'),
    ...(gid === undefined ? {} : { handsOn: { gid: Number(gid), group } }),
  };
}

/** A file that this user just made, with the mode that umask 022 leaves. */
export function newFile(user: string, content: { readonly size: number }): ExistingFile {
  return {
    exists: true,
    type: 'file',
    mode: octal(0o644),
    ...ownedBy(user),
    size: content.size,
    mtime: openNumber,
    atime: openNumber,
    ctime: openNumber,
    inode: openNumber,
    device: '',
    links: 1,
  };
}

function statAfter(
  args: WriteFile,
  before: Stat | undefined,
  { digest }: StatQuestion,
  told?: unknown,
): Stat | undefined {
  // Owner, group and mode that are all given hold whatever was there before.
  const isFixed = args.owner !== undefined && args.group !== undefined && isOctal(args.mode ?? 'kept');
  if (before === undefined && !isFixed) return undefined;
  // What takes the place of a link is a new file, whatever the link leads to; one that another link leads to stays.
  const isLinked = before?.exists === true && before.target !== undefined && before.resolved !== args.path;
  const isOldFile = before?.exists === true && before.type === 'file' && !isLinked;
  const kept = isOldFile ? before : inherited(newFile(args.creator, args.content), told);
  // Only root gives a new file the owner of the old one.
  if (isOldFile && args.inPlace !== true && args.creator !== 'root' && before.owner !== args.creator)
    return undefined;
  const file: { digest?: string } & ExistingFile = {
    ...withOwnership(kept, args),
  };
  delete file.digest;
  return {
    ...file,
    size: args.content.size,
    ...(digest === 'sha256' ? { digest: args.content.sha256 } : {}),
  };
}

export const writeFileKind: StepKind<WriteFile, Written> = {
  name: 'write file',
  target: 'host',
  // A validating command may do anything, and a file written in place may have other names.
  joins: ({ validate, inPlace }) => validate === undefined && inPlace !== true,
  perform,
  parse,
  describe: ({ path, content, mode }) =>
    `write ${path} (${mode === undefined ? '' : `${mode}, `}${content.size} bytes)`,
  mayFail: ({ path, validate }) =>
    validate === undefined ? undefined : `whether ${validate} accepts the new ${path}`,
  needs: (args) => [
    validationNamesFile(args),
    folderOf(args.path),
    ...ownersAreThere(args),
    ...groupOfCreator(args.creator),
  ],
  placed: (args, lead) => ({ ...args, path: lead(args.path, args.inPlace ? 'end' : 'itself') }),
  effects: [
    ...fileEffects<WriteFile>({
      path: ({ path }) => path,
      stat: statAfter,
      content: ({ content }) => ('bytes' in content ? inMemory(content) : undefined),
    }),
  ],
};

function inMemory(content: Content): { readonly found: 'file'; readonly content: never } {
  return { found: 'file', content: content as never };
}

export function writeFile(args: WriteFile): Step<Written> {
  return step(writeFileKind, args);
}
