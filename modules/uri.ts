// Makes an HTTP request from the host and looks at the answer. It counts as a change only when the answer is kept in
// `dest` and differs from what is there.
import type { Data, ModuleResult } from '../engine/module/contract.ts';
import { dataText, toData } from '../engine/module/data.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import {
  bool,
  dict,
  int,
  list,
  oneOf,
  optional,
  path,
  raw,
  secret,
  str,
  type Parameters,
} from '../engine/module/kinds.ts';
import {
  httpChangeKind,
  httpGetKind,
  httpRequest,
  httpSaveKind,
  type HttpAnswer,
  type HttpRequest,
} from '../engine/module/vocabulary/http_request.ts';
import { guardParams, guardProbes, guardReason, type GuardsSeen } from './shared/command_result.ts';
import { fileParams } from './shared/put_file.ts';
import { bodyFiles, bodyOf, filesOfBody, type BodyFiles } from './shared/request_body.ts';

const params = {
  url: str(),
  method: optional(str(), 'GET'),
  body: optional(raw()),
  body_format: optional(oneOf('raw', 'json', 'form-urlencoded', 'form-multipart'), 'raw'),
  src: optional(
    path({
      local: 'files',
      doc: 'A file that is sent, of the control machine or, with remote_src, of the host.',
    }),
  ),
  remote_src: optional(bool(), false),
  dest: optional(path({ doc: 'Where the host keeps the body of the answer.' })),
  headers: optional(dict(), {}),
  status_code: optional(list(int()), [200]),
  return_content: optional(bool(), false),
  follow_redirects: optional(oneOf('all', 'yes', 'none', 'no', 'safe', 'urllib2'), 'safe'),
  url_username: optional(str({ aliases: ['user'] })),
  url_password: optional(secret({ aliases: ['password'] })),
  force_basic_auth: optional(bool({ doc: 'Taken and passed over: it is always sent at once.' }), false),
  force: optional(bool({ doc: 'Taken and passed over: nothing is cached.' }), false),
  validate_certs: optional(bool(), true),
  ca_path: optional(path()),
  client_cert: optional(path()),
  client_key: optional(path()),
  unix_socket: optional(path()),
  timeout: optional(int(), 30),
  http_agent: optional(str(), 'ansible-httpget'),
  use_proxy: optional(bool(), true),
  use_netrc: optional(bool({ doc: 'Taken and passed over.' }), true),
  use_gssapi: optional(bool({ doc: 'Refused: not built.' }), false),
  decompress: optional(bool({ doc: 'Taken and passed over: no compression is asked for.' }), true),
  ciphers: optional(list(str({ doc: 'Taken and passed over.' }))),
  unredirected_headers: optional(list(str({ doc: 'Taken and passed over.' })), []),
  owner: fileParams.owner,
  group: fileParams.group,
  mode: fileParams.mode,
  unsafe_writes: fileParams.unsafe_writes,
  ...guardParams,
};

type Wish = Parameters<typeof params>;
interface Seen extends GuardsSeen {
  readonly files?: BodyFiles;
}

function headersOf(
  { headers, http_agent: agent }: Wish,
  type: string | undefined,
): { readonly [name: string]: string } {
  const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, dataText(value)]));
  const hasType = Object.keys(given).some((name) => name.toLowerCase() === 'content-type');
  return {
    'User-Agent': agent,
    // curl would name a form's type for a body without one, and ask before sending a long one.
    'Content-Type': hasType ? '' : (type ?? ''),
    Expect: '',
    ...given,
  };
}

function bodyData({ body }: Wish): Data {
  return body === undefined ? null : toData(body);
}

/** By default only what asks and changes nothing is sent on to another place; Python's way sends a POST on, too. */
function followsRedirects({ follow_redirects: way, method }: Wish): boolean {
  if (way === 'all' || way === 'yes') return true;
  if (way === 'none' || way === 'no') return false;
  return ['GET', 'HEAD', ...(way === 'urllib2' ? ['POST'] : [])].includes(method.toUpperCase());
}

/** Files of the control machine that are sent. */
function filesSent(wish: Wish): readonly string[] {
  if (wish.src !== undefined) return wish.remote_src ? [] : [wish.src];
  return filesOfBody(bodyData(wish), wish.body_format);
}

function requestOf(wish: Wish, seen: Seen): HttpRequest {
  const body = bodyOf(bodyData(wish), wish.body_format, seen.files ?? {});
  const { dest, owner, group, mode } = wish;
  return {
    url: wish.url,
    method: wish.method.toUpperCase(),
    headers: Object.fromEntries(
      Object.entries(headersOf(wish, body?.type)).filter(
        ([name, value]) => value !== '' || (name === 'Expect' && (body ?? wish.src) !== undefined),
      ),
    ),
    body: wish.src === undefined ? body?.bytes : seen.files?.[wish.src],
    bodyFile: wish.remote_src ? wish.src : undefined,
    user: wish.url_username,
    password: wish.url_password,
    followRedirects: followsRedirects(wish),
    validateCerts: wish.validate_certs,
    caPath: wish.ca_path,
    clientCert: wish.client_cert,
    clientKey: wish.client_key,
    unixSocket: wish.unix_socket,
    useProxy: wish.use_proxy,
    timeout: wish.timeout,
    save: dest === undefined ? undefined : { path: dest, owner, group, mode },
  };
}

function jsonOf(answer: HttpAnswer): Data | undefined {
  if (!(answer.headers['content-type'] ?? '').includes('json')) return undefined;
  try {
    return JSON.parse(answer.body.toString('utf8')) as Data;
  } catch {
    return undefined;
  }
}

function savedResult(saved: NonNullable<HttpAnswer['saved']>): ModuleResult {
  const { path, mode, owner, group, uid, gid, size } = saved;
  return { path, mode, owner, group, uid, gid, size, state: 'file' };
}

/** The place that a redirect names, whole. */
function whereTo({ headers: { location }, url }: HttpAnswer): ModuleResult {
  return location !== undefined && URL.canParse(location, url)
    ? { location: new URL(location, url).href }
    : {};
}

function shown(wish: Wish, answer: HttpAnswer): ModuleResult {
  const { status, url, redirected, headers, cookies, body, saved } = answer;
  const isExpected = wish.status_code.includes(status);
  const json = jsonOf(answer);
  const reason = answer.reason ?? '';
  // As in Ansible: a status that is no error has no reason but the length.
  const why =
    status >= 300
      ? `HTTP Error ${status}: ${reason}`
      : status > 0
        ? `OK (${headers['content-length'] ?? 'unknown'} bytes)`
        : reason;
  const msg = `Status code was ${status} and not [${wish.status_code.join(', ')}]: ${why}`;
  return {
    changed: saved?.changed === true,
    status,
    url,
    redirected,
    elapsed: Math.floor(answer.seconds),
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.replaceAll('-', '_'), value])),
    ...whereTo(answer),
    cookies,
    cookies_string: Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join('; '),
    ...(saved ? savedResult(saved) : {}),
    ...(wish.return_content || !isExpected ? { content: body.toString('utf8') } : {}),
    ...(json === undefined ? {} : { json }),
    ...(isExpected
      ? { msg: status >= 300 ? why : `OK (${headers['content-length'] ?? body.length} bytes)` }
      : { failed: true, msg: msg.replace(/: $/, '') }),
  };
}

export const uri = defineModule({
  name: 'uri',
  fullNames: ['ansible.builtin.uri'],
  summary: 'Make an HTTP request from the host',
  params,
  constraints: { mutuallyExclusive: [['body', 'src']] },
  returns: { status: int(), content: str(), json: raw(), msg: str(), url: str() },
  seen: answers<Seen>(),
  probes: (wish) => {
    const names = filesSent(wish);
    return { ...guardProbes(wish), ...(names.length > 0 ? { files: bodyFiles(names) } : {}) };
  },
  plan: (wish, seen) => {
    if (wish.use_gssapi) return { steps: [], fail: 'uri does not sign in by GSSAPI' };
    if (!URL.canParse(wish.url)) return { steps: [], fail: `${wish.url} is no URL` };
    if (guardReason(wish, seen) !== undefined) return { steps: [] };
    // As in Ansible only a file that is saved counts as a change, whatever the server does with a request.
    const changed = wish.dest === undefined ? { changed: false } : {};
    return { steps: [httpRequest(requestOf(wish, seen))], ...changed };
  },
  result: (wish, seen, outcomes) => {
    const reason = guardReason(wish, seen);
    if (reason !== undefined) {
      const said = `skipped, since ${reason}`;
      return { changed: false, stdout: said, stdout_lines: [said] };
    }
    return shown(wish, outcomes.one(httpGetKind, httpChangeKind, httpSaveKind));
  },
});
