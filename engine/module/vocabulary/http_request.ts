// One HTTP request made by the host's curl. Its settings travel as curl's configuration on standard input, so that no
// header, password or body stands in an argv.
import type { Output, Script, Step, StepFailure, StepKind } from '../contract.ts';
import { step } from '../probe_identity.ts';
import { sh } from '../quote.ts';
import { curlOption } from './download.ts';

export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly followRedirects: boolean;
  readonly validateCerts: boolean;
  readonly caPath?: string | undefined;
  readonly clientCert?: string | undefined;
  readonly clientKey?: string | undefined;
  readonly unixSocket?: string | undefined;
  readonly timeout: number;
}

export interface HttpAnswer {
  /** -1 when there was none. */
  readonly status: number;
  readonly reason?: string;
  readonly url: string;
  readonly redirected: boolean;
  /** Names in lower case; values of a name that came twice joined by a comma. */
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer;
  readonly seconds: number;
}

function configuration(request: HttpRequest): string {
  const { url, method, body, user, password, caPath, clientCert, clientKey, unixSocket, timeout } = request;
  const pairs: [string, string | undefined][] = [
    ['url', url],
    ['user', user === undefined ? undefined : `${user}:${password ?? ''}`],
    ['data-raw', body],
    ['cacert', caPath],
    ['cert', clientCert],
    ['key', clientKey],
    ['unix-socket', unixSocket],
    ['max-time', String(timeout)],
  ];
  const options = pairs.flatMap(([name, value]) => (value === undefined ? [] : [curlOption(name, value)]));
  const headers = Object.entries(request.headers).map(([name, value]) =>
    curlOption('header', `${name}: ${value}`),
  );
  const verb = method === 'HEAD' ? 'head\n' : curlOption('request', method);
  const flags = `${request.followRedirects ? 'location\n' : ''}${request.validateCerts ? '' : 'insecure\n'}`;
  return options.join('') + headers.join('') + verb + flags;
}

export function requestScript(request: HttpRequest): Script {
  return {
    script: sh`command -v curl >/dev/null || exit 127
d=$(mktemp -d) || exit 1
trap 'rm -rf -- "$d"' EXIT
curl -sS -K - -o "$d/body" -D "$d/head" -w '%{http_code} %{num_redirects} %{time_total} %{url_effective}\n' || exit $?
[ -e "$d/body" ] || : > "$d/body"
wc -c < "$d/head"
cat "$d/head" "$d/body"`.text,
    stdin: Buffer.from(configuration(request)),
    timeoutSeconds: request.timeout + 10,
  };
}

/** Of the last answer, when there were redirects. */
function headersOf(text: string): { [name: string]: string } {
  const headers: { [name: string]: string } = {};
  const last =
    text
      .trimEnd()
      .split(/\r?\n\r?\n/)
      .at(-1) ?? '';
  for (const line of last.split(/\r?\n/).slice(1)) {
    const at = line.indexOf(':');
    const name = line.slice(0, at).toLowerCase();
    const value = line.slice(at + 1).trim();
    if (at > 0) headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}

export function parseAnswer(output: Output, request: HttpRequest): HttpAnswer | StepFailure {
  if (output.rc === 127) return { failed: 'curl is not there: requests from this host need it' };
  if (output.rc !== 0) {
    const reason = output.stderr
      .toString('utf8')
      .trim()
      .replace(/^curl: \(\d+\) /, '');
    return {
      status: -1,
      reason,
      url: request.url,
      redirected: false,
      headers: {},
      body: Buffer.alloc(0),
      seconds: 0,
    };
  }
  const first = output.stdout.indexOf(10);
  const second = output.stdout.indexOf(10, first + 1);
  const [status, redirects, seconds, url = request.url] = output.stdout
    .subarray(0, first)
    .toString('utf8')
    .split(' ');
  const start = second + 1;
  const end = start + Number(output.stdout.subarray(first + 1, second).toString('utf8'));
  return {
    status: Number(status),
    url,
    redirected: Number(redirects) > 0,
    headers: headersOf(output.stdout.subarray(start, end).toString('latin1')),
    body: output.stdout.subarray(end),
    seconds: Number(seconds),
  };
}

const base = {
  target: 'host',
  perform: requestScript,
  parse: parseAnswer,
  describe: ({ method, url }: HttpRequest) => `${method} ${url}`,
  effects: [],
} as const;

export const httpGetKind: StepKind<HttpRequest, HttpAnswer> = {
  ...base,
  name: 'http request',
  readsOnly: true,
};
/** What a server does with it cannot be told. */
export const httpChangeKind: StepKind<HttpRequest, HttpAnswer> = {
  ...base,
  name: 'http change',
  opaque: true,
};

export function httpRequest(request: HttpRequest): Step<HttpAnswer> {
  return step(['GET', 'HEAD', 'OPTIONS'].includes(request.method) ? httpGetKind : httpChangeKind, request);
}
