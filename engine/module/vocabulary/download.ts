// Fetches a file by HTTP to a path of the host: straight to it by its curl or wget, or by way of the control machine,
// where a file of known digest can be kept for the next host. Verified before it is put in place.
import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Content } from '../content.ts';
import type { Control, HostAccess, Output, Step, StepFailure, StepKind } from '../contract.ts';
import { step } from '../probe_identity.ts';
import { lines, sh } from '../quote.ts';
import { answered, readAnswer, readFetched, refusal, tellAnswer, tellFile } from './download_answer.ts';
import type { Answered, Fetched } from './download_answer.ts';
import { fileEffects } from './file_effects.ts';
import { openNumber } from './open_number.ts';
import { groupOfCreator } from './account_needs.ts';
import { folderOf } from './folder_needs.ts';
import { inherited, setOwnership, withOwnership, type Ownership } from './ownership.ts';
import { baseName, directoryOf } from './paths.ts';
import type { DigestName } from './stat.ts';
import { curlConfig, curlWords, pastProxy, type Transfer, wgetWords } from './transfer.ts';
import { newFile, writeFileKind } from './write_file.ts';

export interface Download extends Ownership, Transfer {
  /** Tried in order until one answers. */
  readonly urls: readonly string[];
  readonly path: string;
  readonly checksum?: { readonly algorithm: DigestName; readonly digest: string } | undefined;
  readonly by: 'curl' | 'wget' | 'control';
  /** Folder of the control machine for files of known digest. */
  readonly cache?: string | undefined;
  readonly backup?: boolean | undefined;
  readonly creator: string;
}

function fetchByHost(args: Download): { readonly script: string; readonly stdin: Uint8Array } {
  const own = setOwnership('"$t"', args, { follow: true });
  const kept = setOwnership('"$p"', args, { follow: true });
  const curl = [...curlWords(args), '-D', '-', '-K', '-'];
  const wget = [...wgetWords(args), '-S'];
  const { checksum } = args;
  const script = lines(
    pastProxy(args),
    sh`p=${args.path}
[ -d ${directoryOf(args.path)} ] || { echo "Destination "${directoryOf(args.path)}" does not exist" >&2; exit 1; }
t=$(mktemp ${`${directoryOf(args.path)}/.${baseName(args.path)}.hardway.XXXXXX`}) || exit 1
trap 'rm -f -- "$t"' EXIT
c=$(cat)
ok=
s=$(date +%s)
for u in ${args.urls}; do
  if ${args.by === 'curl' ? sh`h=$(printf '%s\n' "$c" | curl ${curl} -o "$t" -- "$u")` : sh`h=$(wget ${wget} -O "$t" -- "$u" 2>&1)`}; then ok=1; break; fi
done
${tellAnswer}
[ -n "$ok" ] || { ${args.by === 'curl' ? sh`:` : sh`printf '%s\n' "$h" | grep -v '^ ' >&2`}; exit 1; }
${tellFile}`,
    checksum
      ? sh`set -- $(${checksum.algorithm}sum < "$t")
[ "$1" = ${checksum.digest} ] || { echo "the file has "${checksum.algorithm}" $1, not "${checksum.digest} >&2; exit 3; }`
      : undefined,
    // As in Ansible, a file that holds just this already stays.
    sh`if [ -f "$p" ] && cmp -s -- "$t" "$p"; then
${kept.text === '' ? sh`:` : sh`{ ${kept}; } || exit 1`}
echo same; exit 0; fi`,
    sh`if [ -f "$p" ]; then chown "$(stat -L -c %u:%g -- "$p")" "$t"; chmod "$(stat -L -c %a -- "$p")" "$t"; else chmod 0644 "$t"; fi`,
    own.text === '' ? undefined : sh`{ ${own}; } || exit 1`,
    args.backup
      ? sh`if [ -e "$p" ]; then b="$p.$$.$(date +%Y-%m-%d@%H:%M:%S)~"; cp -p -- "$p" "$b" || exit 1; printf 'backup %s\n' "$b"; fi`
      : undefined,
    sh`sync "$t" 2>/dev/null
mv -f -- "$t" "$p"`,
  );
  return { script: script.text, stdin: curlConfig(args) };
}

function downloaded(output: Output, { urls, path: place }: Download): Downloaded | StepFailure {
  const said = output.stdout.toString('utf8');
  const told = output.stderr.toString('utf8').trim();
  // curl's code for what it could not write, mostly because the disk is full; it does not say so.
  const reason = told.includes('curl: (23)') ? `${told}; is there space left for it?` : told;
  if (output.rc !== 0) {
    const url = urls.at(-1) ?? '';
    const answer = readAnswer(said);
    const why =
      reason || (answer.status === undefined ? `exit code ${output.rc}` : `status ${answer.status}`);
    const refused = refusal(`Cannot fetch ${url} to ${place}: ${why}`, { url, path: place }, answer);
    const { sha1, sha1Before, source } = readFetched(said);
    if (sha1 === '') return refused;
    return {
      ...refused,
      values: { ...refused.values, src: source, checksum_src: sha1, checksum_dest: sha1Before },
    };
  }
  const backup = /^backup (.*)$/m.exec(said)?.[1];
  return {
    isSame: /^same$/m.test(said),
    ...readFetched(said),
    ...(backup === undefined ? {} : { backupFile: backup }),
  };
}

export interface Downloaded extends Fetched {
  /** The file held the same before. */
  readonly isSame: boolean;
  readonly backupFile?: string;
}

/** SHA-1 of the file that is there, as hex digits. */
async function sha1OnHost(host: HostAccess, place: string): Promise<string | null> {
  const { stdout } = await host.run({ script: sh`[ ! -f ${place} ] || sha1sum < ${place}`.text });
  return /^[0-9a-f]{40}/.exec(stdout.toString('utf8'))?.[0] ?? null;
}

/** A server that gave no file, or none that answered. */
class NotFetched extends Error {
  readonly answer: Answered;
  constructor(message: string, answer: Answered) {
    super(message);
    this.answer = answer;
  }
}

interface OnControl {
  readonly file: string;
  readonly answer: Answered;
}

function secondsSince(start: number): number {
  return Math.floor((Date.now() - start) / 1000);
}

/** The file on the control machine, fetched when it is not in the cache. Throws with the reason. */
async function fetchToControl(args: Download, signal: AbortSignal): Promise<OnControl> {
  const start = Date.now();
  const { checksum, cache } = args;
  const kept = cache !== undefined && checksum ? path.join(cache, checksum.digest) : undefined;
  if (kept !== undefined && existsSync(kept)) return { file: kept, answer: answered(undefined, '', 0) };
  const folder = cache ?? tmpdir();
  mkdirSync(folder, { recursive: true });
  const unfinished = mkdtempSync(path.join(folder, 'hardway-download-'));
  const place = path.join(unfinished, 'file');
  let failure: unknown;
  for (const url of args.urls)
    try {
      const answer = await fetch(url, { headers: args.headers, signal });
      const told = (): Answered => answered(answer.status, answer.statusText, secondsSince(start));
      if (!answer.ok || !answer.body) throw new NotFetched(`status ${answer.status} of ${url}`, told());
      await pipeline(Readable.fromWeb(answer.body as never), createWriteStream(place));
      if (kept === undefined) return { file: place, answer: told() };
      renameSync(place, kept);
      rmSync(unfinished, { recursive: true });
      return { file: kept, answer: told() };
    } catch (error) {
      failure = error;
    }
  rmSync(unfinished, { recursive: true, force: true });
  throw failure;
}

async function contentOf(
  file: string,
  algorithm: DigestName,
): Promise<{ content: Content; digest: string; sha1: string; md5: string }> {
  const sha256 = createHash('sha256');
  const sha1 = createHash('sha1');
  const md5 = createHash('md5');
  const other = createHash(algorithm);
  let size = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    sha256.update(chunk);
    sha1.update(chunk);
    md5.update(chunk);
    other.update(chunk);
    size += chunk.length;
  }
  const content: Content = { sha256: sha256.digest('hex'), size, open: () => createReadStream(file) };
  return { content, digest: other.digest('hex'), sha1: sha1.digest('hex'), md5: md5.digest('hex') };
}

async function fetchByControl(
  args: Download,
  control: Control,
  host: HostAccess,
): Promise<Downloaded | StepFailure> {
  const url = args.urls.at(-1) ?? '';
  const start = Date.now();
  let fetched: OnControl;
  try {
    fetched = await fetchToControl(args, control.signal);
  } catch (error) {
    const cause =
      error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error);
    const answer = error instanceof NotFetched ? error.answer : answered(undefined, '', secondsSince(start));
    return refusal(`Cannot fetch ${url}: ${cause}`, { url, path: args.path }, answer);
  }
  const { file, answer } = fetched;
  const { checksum } = args;
  const { content, digest, sha1, md5 } = await contentOf(file, checksum?.algorithm ?? 'sha256');
  if (checksum && digest !== checksum.digest) {
    rmSync(file, { force: true });
    const failed = `${url} has ${checksum.algorithm} ${digest}, not ${checksum.digest}`;
    return refusal(failed, { url, path: args.path }, answer);
  }
  const { owner, group, mode, backup, creator } = args;
  const sha1Before = await sha1OnHost(host, args.path);
  const isSame = sha1Before === sha1;
  const write = { path: args.path, content, owner, group, mode, backup: backup && !isSame, creator };
  const script = writeFileKind.perform?.(write);
  if (!script) throw new Error('Writing a file has no script');
  const output = await host.run(script);
  if (args.cache === undefined) rmSync(path.dirname(file), { recursive: true, force: true });
  const done = downloaded(output, args);
  return 'failed' in done
    ? done
    : { ...done, ...answer, source: file, size: content.size, sha1, md5, sha1Before, isSame };
}

export const downloadKind: StepKind<Download, Downloaded> = {
  name: 'download',
  target: 'host',
  act: (args, control, host) =>
    args.by === 'control'
      ? fetchByControl(args, control, host)
      : host.run(fetchByHost(args)).then((output) => downloaded(output, args)),
  describe: ({ urls, path: place }) => `fetch ${urls.at(-1) ?? ''} to ${place}`,
  mayFail: ({ urls }) => `what ${urls.at(-1) ?? ''} gives`,
  needs: ({ path: place, creator }) => [folderOf(place), ...groupOfCreator(creator)],
  placed: (args, lead) => ({ ...args, path: lead(args.path, 'itself') }),
  effects: fileEffects<Download>({
    path: ({ path: place }) => place,
    stat: (args, before, { digest }, told) => {
      const kept =
        before?.exists && before.type === 'file'
          ? before
          : inherited(newFile(args.creator, { size: openNumber }), told);
      const known = args.checksum?.algorithm === digest ? args.checksum?.digest : undefined;
      const file: { digest?: string } & typeof kept = {
        ...withOwnership({ ...kept, size: openNumber }, args),
      };
      delete file.digest;
      return known === undefined ? file : { ...file, digest: known };
    },
    content: () => undefined,
  }),
};

export function download(args: Download): Step<Downloaded> {
  return step(downloadKind, args);
}
