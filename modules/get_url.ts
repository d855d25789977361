// Keeps a file fetched by HTTP. With a checksum it is fetched again only when the file differs; without one it is
// fetched once, unless `force` asks for it each time or `dest` is a folder.
import { dataText } from '../engine/module/data.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import {
  bool,
  dict,
  int,
  list,
  oneOf,
  optional,
  path,
  secret,
  str,
  type Parameters,
} from '../engine/module/kinds.ts';
import type { PlanContext } from '../engine/module/contract.ts';
import type { Outcomes } from '../engine/module/outcomes.ts';
import { changeOwnership } from '../engine/module/vocabulary/change_ownership.ts';
import { sharedFile } from '../engine/module/vocabulary/file_effects.ts';
import { checksumFile, digestIn } from '../engine/module/vocabulary/checksum_file.ts';
import { download, downloadKind, type Download } from '../engine/module/vocabulary/download.ts';
import { fetcherOf, type Transfer } from '../engine/module/vocabulary/transfer.ts';
import { missingOwnership } from '../engine/module/vocabulary/ownership.ts';
import { baseName, joinPath } from '../engine/module/vocabulary/paths.ts';
import { isFolder, stat, type DigestName, type Stat } from '../engine/module/vocabulary/stat.ts';
import { answerResult } from './shared/answer_result.ts';
import { backupResult, fileResult, fileStateReturns, keptFileParams } from './shared/put_file.ts';

const params = {
  url: str({ doc: 'http:// or https://' }),
  mirrors: optional(list(str(), { doc: 'Other places of the same file, tried first.' }), []),
  dest: path({ doc: 'A folder when it ends in / or is one; then the file is fetched each time.' }),
  checksum: optional(
    str({
      doc: 'ALGORITHM:HEX, as sha256:9f86d08..., or ALGORITHM:URL of a file that has it, alone or on the line of the file’s name.',
    }),
  ),
  ...keptFileParams,
  force: optional(bool({ doc: 'Fetch it each time.' }), false),
  download_by: optional(
    oneOf('auto', 'host', 'control', {
      doc: 'Who fetches; auto is the host when it has curl, or wget and no headers are sent.',
    }),
    'auto',
  ),
  cache: optional(str({ doc: 'Folder of the control machine that keeps files of known checksum.' })),
  headers: optional(dict(), {}),
  url_username: optional(str({ aliases: ['username'] })),
  url_password: optional(secret({ aliases: ['password'] })),
  force_basic_auth: optional(bool(), false),
  http_agent: optional(str(), 'hardway'),
  timeout: optional(int(), 10),
  validate_certs: optional(bool(), true),
  use_proxy: optional(bool({ doc: 'False: past the proxy that the environment names.' }), true),
  tmp_dest: optional(path({ doc: 'Taken and passed over: the file is written beside dest.' })),
};

type Wish = Parameters<typeof params>;
interface Seen {
  readonly dest: Stat;
  readonly inside?: Stat;
  /** Text of the file of checksums, when `checksum` names one. */
  readonly sums?: string;
}

const algorithms: readonly DigestName[] = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'];

type Checksum = NonNullable<Download['checksum']>;

interface Named {
  readonly algorithm: DigestName;
  /** What stands behind the colon. */
  readonly value: string;
  /** It is the address of a file of checksums. */
  readonly isAddress: boolean;
}

function named({ checksum }: Wish): Named | 'wrong' | undefined {
  if (checksum === undefined || checksum.trim() === '') return undefined;
  const [name = '', value = ''] = checksum.split(/:(.*)/s);
  const algorithm = algorithms.find((one) => one === name);
  if (algorithm === undefined) return 'wrong';
  return { algorithm, value, isAddress: /^\s*(?:https?|ftp|file):/i.test(value) };
}

/** The checksum that is asked for, or why there is none. */
function checksumOf(wish: Wish, { sums }: Partial<Seen>): Checksum | { readonly fail: string } | undefined {
  const given = named(wish);
  if (given === undefined) return undefined;
  const fail = `checksum must be ALGORITHM:HEX or ALGORITHM:URL, found ${wish.checksum ?? ''}`;
  if (given === 'wrong') return { fail };
  const { algorithm, value, isAddress } = given;
  const file = nameIn(wish.url);
  const found = isAddress ? digestIn(sums ?? '', file) : value;
  if (found === undefined)
    return { fail: `Unable to find a checksum for file '${file}' in '${value.trim()}'` };
  // As in Ansible without what is no letter or digit, an unseen blank among them.
  const digest = found.replace(/[^\p{L}\p{N}_]+/gu, '').toLowerCase();
  if (/^[0-9a-f]+$/.test(digest)) return { algorithm, digest };
  return { fail: isAddress ? `${value.trim()} has no checksum for ${file}, but ${found}` : fail };
}

function digestOf(wish: Wish): DigestName {
  const given = named(wish);
  return given === undefined || given === 'wrong' ? 'sha1' : given.algorithm;
}

function nameIn(url: string): string {
  return baseName(new URL(url).pathname) || 'index.html';
}

function place({ dest, url }: Wish, at: Stat): string {
  return dest.endsWith('/') || isFolder(at) ? joinPath(dest, nameIn(url)) : dest;
}

function whoFetches(wish: Wish, { capabilities }: PlanContext): Download['by'] {
  if (wish.download_by === 'control') return 'control';
  const hasHeaders = Object.keys(headersOf(wish)).some((name) => name !== 'User-Agent');
  return fetcherOf(capabilities, hasHeaders) ?? 'control';
}

function headersOf({
  headers,
  http_agent: agent,
  url_username: user,
  url_password: password,
}: Wish): Download['headers'] {
  const basic = Buffer.from(`${user ?? ''}:${password ?? ''}`).toString('base64');
  return {
    'User-Agent': agent,
    ...(user === undefined ? {} : { Authorization: `Basic ${basic}` }),
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, dataText(value)])),
  };
}

function transferOf(wish: Wish): Transfer {
  return {
    headers: headersOf(wish),
    timeout: wish.timeout,
    validateCerts: wish.validate_certs,
    useProxy: wish.use_proxy ? undefined : false,
  };
}

/** It was fetched, and is what was there. */
function isAsItWas(wish: Wish, at: Stat, outcomes: Outcomes): boolean {
  const isSame = outcomes.of(downloadKind).some((fetched) => fetched.isSame);
  return isSame && at.exists && missingOwnership(at, wish) === undefined;
}

/** Where the checksum was foretold the file is not looked at again. */
function fetchedSize(outcomes: Outcomes): { readonly size?: number } {
  const [fetched] = outcomes.of(downloadKind);
  return fetched ? { size: fetched.size } : {};
}

export const get_url = defineModule({
  name: 'get_url',
  fullNames: ['ansible.builtin.get_url'],
  summary: 'Keep a file fetched by HTTP',
  reach: ({ dest }) => ({ files: [dest] }),
  params,
  returns: {
    dest: str({ doc: 'The file' }),
    url: str(),
    status_code: int({ doc: '304 where the file is there; none where its checksum is right already' }),
    response: str({ doc: 'Where the server refused: its status and reason' }),
    msg: str(),
    elapsed: int({ doc: 'Seconds' }),
    src: str({ doc: 'Where what was fetched was, until it was put in its place' }),
    checksum_src: str({ doc: 'SHA-1 of what was fetched' }),
    checksum_dest: str({ doc: 'SHA-1 of what was there before' }),
    md5sum: str({ doc: 'MD5 of what was fetched' }),
    checksum: str({ doc: 'Of the file, where it is known: by the algorithm of the parameter, else SHA-1' }),
    ...fileStateReturns,
  },
  seen: answers<Seen>(),
  probes: (wish, { dest }, context) => {
    if (!dest) {
      const given = named(wish);
      const asked =
        given !== undefined && given !== 'wrong' && given.isAddress
          ? {
              sums: checksumFile({
                url: given.value.trim(),
                by: whoFetches(wish, context),
                ...transferOf(wish),
              }),
            }
          : {};
      return { dest: stat({ path: wish.dest, follow: true, digest: digestOf(wish) }), ...asked };
    }
    const target = URL.canParse(wish.url) ? place(wish, dest) : wish.dest;
    return target === wish.dest ? {} : { inside: stat({ path: target, digest: digestOf(wish) }) };
  },
  plan: (wish, seen, context) => {
    if (!URL.canParse(wish.url)) return { steps: [], fail: `${wish.url} is no URL` };
    const checksum = checksumOf(wish, seen);
    if (checksum && 'fail' in checksum) return { steps: [], fail: checksum.fail };
    const at = seen.inside ?? seen.dest;
    const target = place(wish, seen.dest);
    // As in Ansible a file in a folder is compared with what the server has now.
    const isRight = checksum
      ? at.exists && at.digest === checksum.digest
      : !wish.force && target === wish.dest;
    if (at.exists && isRight) {
      const missing = missingOwnership(at, wish);
      return {
        steps: missing ? [changeOwnership({ path: target, ...missing, pictured: sharedFile(at) })] : [],
      };
    }
    const { owner, group, mode, backup, cache } = wish;
    const fetching = download({
      urls: [...wish.mirrors, wish.url],
      path: target,
      checksum,
      by: whoFetches(wish, context),
      cache,
      ...transferOf(wish),
      backup,
      creator: context.user,
      owner,
      group,
      mode,
    });
    return { steps: [fetching] };
  },
  result: (wish, { dest, inside }, outcomes, after) => ({
    ...(isAsItWas(wish, inside ?? dest, outcomes) ? { changed: false } : {}),
    url: wish.url,
    ...answerResult(wish.url, named(wish) !== undefined, outcomes),
    ...fileResult(URL.canParse(wish.url) ? place(wish, dest) : wish.dest, after.inside ?? after.dest),
    ...fetchedSize(outcomes),
    ...backupResult(outcomes, downloadKind),
  }),
});
