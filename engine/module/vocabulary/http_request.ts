// One HTTP request made by the host's curl. Its settings travel as curl's configuration on standard input, so that no
// header, password or body stands in an argv.
import { STATUS_CODES } from 'node:http';
import type { Effect, Output, Script, Step, StepFailure, StepKind } from '../contract.ts';
import { step } from '../probe_identity.ts';
import { sh, type ShellText } from '../quote.ts';
import { curlOption } from './transfer.ts';
import { fileEffects } from './file_effects.ts';
import { setOwnership, type Ownership } from './ownership.ts';

export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: Uint8Array | undefined;
  /** A file of the host that is sent instead of a body. */
  readonly bodyFile?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly followRedirects: boolean;
  readonly validateCerts: boolean;
  readonly caPath?: string | undefined;
  readonly clientCert?: string | undefined;
  readonly clientKey?: string | undefined;
  readonly unixSocket?: string | undefined;
  readonly useProxy?: boolean;
  readonly timeout: number;
  /** Where the host keeps the answer's body. */
  readonly save?: (Ownership & { readonly path: string }) | undefined;
}

export interface HttpAnswer {
  /** -1 when there was none. */
  readonly status: number;
  readonly reason?: string;
  readonly url: string;
  readonly redirected: boolean;
  /** Names in lower case; values of a name that came twice joined by a comma. */
  readonly headers: { readonly [name: string]: string };
  readonly cookies: { readonly [name: string]: string };
  readonly body: Buffer;
  readonly seconds: number;
  /** The file that was kept, and whether it is another than before. */
  readonly saved?: {
    readonly path: string;
    readonly changed: boolean;
    readonly mode: string;
    readonly owner: string;
    readonly group: string;
    readonly uid: number;
    readonly gid: number;
    readonly size: number;
  };
}

function configuration(request: HttpRequest): string {
  const { url, method, user, password, caPath, clientCert, clientKey, unixSocket, timeout } = request;
  const pairs: [string, string | undefined][] = [
    ['url', url],
    ['user', user === undefined ? undefined : `${user}:${password ?? ''}`],
    ['cacert', caPath],
    ['cert', clientCert],
    ['key', clientKey],
    ['unix-socket', unixSocket],
    ['noproxy', request.useProxy === false ? '*' : undefined],
    ['max-time', String(timeout)],
  ];
  const options = pairs.flatMap(([name, value]) => (value === undefined ? [] : [curlOption(name, value)]));
  const headers = Object.entries(request.headers).map(([name, value]) =>
    curlOption('header', `${name}: ${value}`),
  );
  // A method that is named is sent on by redirects; a POST with a body goes on as a GET where it has to.
  const sends = (request.body ?? request.bodyFile) !== undefined;
  const verb = method === 'HEAD' ? 'head\n' : method === 'POST' && sends ? '' : curlOption('request', method);
  const flags = `${request.followRedirects ? 'location\n' : ''}${request.validateCerts ? '' : 'insecure\n'}`;
  return options.join('') + headers.join('') + verb + flags;
}

/** Only an answer of success is kept; a folder gets the name of the URL's last part. */
function saveScript({ save, url }: HttpRequest): ShellText {
  if (!save) return sh`:`;
  const own = setOwnership('"$p"', save, { follow: true });
  return sh`case $code in 2*)
  p=${save.path}; if [ -d "$p" ]; then p=$p/${urlName(url)}; fi
  k=; was=$(stat -c %u:%g:%a -- "$p" 2>/dev/null)
  cmp -s -- "$d/body" "$p" || { t=$(mktemp "$p.hardway.XXXXXX") && cat "$d/body" > "$t" || exit 7
    if [ -n "$was" ]; then chmod "$(stat -c %a -- "$p")" "$t"; else chmod 0644 "$t"; fi
    mv -f -- "$t" "$p" || exit 7; k=1; }
  ${own.text === '' ? sh`:` : sh`{ ${own}; } || exit 7`}
  [ "$was" = "$(stat -c %u:%g:%a -- "$p")" ] || k=1
  printf 'saved %s %s %s\n' "${sh`$`}{k:-0}" "$(stat -c '%a %U %G %u %g %s' -- "$p")" "$p" ;;
esac`;
}

function urlName(url: string): string {
  return new URL(url).pathname.split('/').at(-1) || 'index.html';
}

export function requestScript(request: HttpRequest): Script {
  const { body, bodyFile } = request;
  const sent: ShellText =
    bodyFile === undefined ? sh`--data-binary @"$d/send"` : sh`--data-binary ${`@${bodyFile}`}`;
  const text = body === undefined ? '' : `${Buffer.from(body).toString('base64')}\n`;
  return {
    // The body's base64 comes first, up to a line with a dot; read takes no byte more, so the rest is curl's.
    script: sh`command -v curl >/dev/null || exit 127
d=$(mktemp -d) || exit 1
trap 'rm -rf -- "$d"' EXIT
while IFS= read -r l && [ "$l" != . ]; do printf '%s\n' "$l"; done | base64 -d > "$d/send" || exit 1
curl -sS -K - ${body === undefined && bodyFile === undefined ? sh`` : sent} -o "$d/body" -D "$d/head" -w '%{http_code} %{num_redirects} %{time_total} %{url_effective}\n' > "$d/told" || exit $?
[ -e "$d/body" ] || : > "$d/body"
read -r code rest < "$d/told"
${saveScript(request)}
cat "$d/told"
wc -c < "$d/head"
cat "$d/head" "$d/body"`.text,
    stdin: Buffer.from(`${text}.\n${configuration(request)}`),
    timeoutSeconds: request.timeout + 10,
  };
}

/** What the server calls the last status; HTTP/2 has no such text, so that the usual one is told. */
function reasonOf(text: string, status: number): string {
  const said = [...text.matchAll(/^HTTP\/\S+ \d{3} *(.*?)\r?$/gm)].at(-1)?.[1] ?? '';
  return said || (STATUS_CODES[status] ?? '');
}

/** Of the last answer, when there were redirects. */
function headerLines(text: string): (readonly [string, string])[] {
  const last =
    text
      .trimEnd()
      .split(/\r?\n\r?\n/)
      .at(-1) ?? '';
  return last
    .split(/\r?\n/)
    .slice(1)
    .flatMap((line) => {
      const at = line.indexOf(':');
      return at > 0 ? [[line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const] : [];
    });
}

function joined(lines: readonly (readonly [string, string])[]): { [name: string]: string } {
  const headers: { [name: string]: string } = {};
  for (const [name, value] of lines)
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  return headers;
}

function cookiesOf(lines: readonly (readonly [string, string])[]): { [name: string]: string } {
  const set = lines.filter(([name]) => name === 'set-cookie').map(([, value]) => value.split(';')[0] ?? '');
  return Object.fromEntries(
    set.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

function savedFrom(line: string): HttpAnswer['saved'] {
  const [word, changed, mode = '', owner = '', group = '', uid, gid, size, ...path] = line.split(' ');
  if (word !== 'saved') return undefined;
  const numbers = { uid: Number(uid), gid: Number(gid), size: Number(size) };
  return {
    ...{ path: path.join(' '), changed: changed === '1', mode: mode.padStart(4, '0') },
    ...{ owner, group, ...numbers },
  };
}

function noAnswer(request: HttpRequest, output: Output): HttpAnswer {
  const said = output.stderr.toString('utf8').trim();
  return {
    status: -1,
    reason: said.replace(/^curl: \(\d+\) /, ''),
    url: request.url,
    redirected: false,
    headers: {},
    cookies: {},
    body: Buffer.alloc(0),
    seconds: 0,
  };
}

export function parseAnswer(output: Output, request: HttpRequest): HttpAnswer | StepFailure {
  if (output.rc === 127)
    return {
      failed:
        'curl is not on this host, and requests are made with it: install it, or delegate the task to a machine that has it',
    };
  if (output.rc === 7 && request.save && !output.stderr.includes('curl:'))
    return { failed: `Cannot write ${request.save.path}: ${output.stderr.toString('utf8').trim()}` };
  if (output.rc !== 0) return noAnswer(request, output);
  let rest = output.stdout;
  const line = (): string => {
    const end = rest.indexOf(10);
    const text = rest.subarray(0, end).toString('utf8');
    rest = rest.subarray(end + 1);
    return text;
  };
  let told = line();
  const saved = savedFrom(told);
  if (saved) told = line();
  const [status, redirects, seconds, url = request.url] = told.split(' ');
  const size = Number(line());
  const head = rest.subarray(0, size).toString('latin1');
  const lines = headerLines(head);
  return {
    status: Number(status),
    reason: reasonOf(head, Number(status)),
    url,
    redirected: Number(redirects) > 0,
    headers: joined(lines),
    cookies: cookiesOf(lines),
    body: rest.subarray(size),
    seconds: Number(seconds),
    ...(saved ? { saved } : {}),
  };
}

const base = {
  target: 'host',
  perform: requestScript,
  parse: parseAnswer,
  describe: ({ method, url, save }: HttpRequest) => `${method} ${url}${save ? ` to ${save.path}` : ''}`,
} as const;

export const httpGetKind: StepKind<HttpRequest, HttpAnswer> = {
  ...base,
  name: 'http request',
  readsOnly: true,
  effects: [],
};
/** What a server does with it cannot be told. */
export const httpChangeKind: StepKind<HttpRequest, HttpAnswer> = {
  ...base,
  name: 'http change',
  opaque: true,
  effects: [],
};
const savedFile: readonly Effect<HttpRequest>[] = fileEffects<HttpRequest>({
  path: ({ save }) => save?.path ?? '',
  stat: () => undefined,
  content: () => undefined,
});
/** What comes cannot be told before, so neither can the file. */
export const httpSaveKind: StepKind<HttpRequest, HttpAnswer> = {
  ...base,
  name: 'http to file',
  mayFail: ({ url }) => `what ${url} gives`,
  placed: (args, lead) =>
    args.save ? { ...args, save: { ...args.save, path: lead(args.save.path, 'itself') } } : args,
  effects: savedFile,
};

export function httpRequest(request: HttpRequest): Step<HttpAnswer> {
  if (!['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return step(httpChangeKind, request);
  return step(request.save ? httpSaveKind : httpGetKind, request);
}
