// Makes an HTTP request from the host and looks at the answer. Only requests other than GET, HEAD and OPTIONS can
// change something; even they are reported unchanged, as in Ansible.
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
import { httpRequest, type HttpAnswer } from '../engine/module/vocabulary/http_request.ts';
import { guardParams, guardProbes, guardReason, type GuardsSeen } from './shared/command_result.ts';

const params = {
  url: str(),
  method: optional(str(), 'GET'),
  body: optional(raw()),
  body_format: optional(oneOf('raw', 'json', 'form-urlencoded'), 'raw'),
  headers: optional(dict(), {}),
  status_code: optional(list(int()), [200]),
  return_content: optional(bool(), false),
  follow_redirects: optional(oneOf('all', 'yes', 'none', 'no', 'safe', 'urllib2'), 'safe'),
  url_username: optional(str({ aliases: ['user'] })),
  url_password: optional(secret({ aliases: ['password'] })),
  force_basic_auth: optional(bool(), false),
  force: optional(bool(), false),
  validate_certs: optional(bool(), true),
  ca_path: optional(path()),
  client_cert: optional(path()),
  client_key: optional(path()),
  unix_socket: optional(path()),
  timeout: optional(int(), 30),
  http_agent: optional(str(), 'hardway'),
  use_proxy: optional(bool(), true),
  ...guardParams,
};

type Wish = Parameters<typeof params>;

const types = {
  json: 'application/json',
  'form-urlencoded': 'application/x-www-form-urlencoded',
  raw: undefined,
};

function formText(data: Data): string {
  if (typeof data !== 'object' || data === null) return String(data);
  return new URLSearchParams(
    Object.entries(data).flatMap(([name, value]: [string, Data]) =>
      (Array.isArray(value) ? (value as readonly Data[]) : [value]).map((one): [string, string] => [
        name,
        dataText(one),
      ]),
    ),
  ).toString();
}

function bodyText({ body, body_format: format }: Wish): string | undefined {
  if (body === undefined || body === null) return undefined;
  const data = toData(body);
  if (format === 'form-urlencoded') return formText(data);
  return dataText(data);
}

function headersOf({ headers, body_format: format, http_agent: agent }: Wish): {
  readonly [name: string]: string;
} {
  const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, dataText(value)]));
  const hasType = Object.keys(given).some((name) => name.toLowerCase() === 'content-type');
  const type = types[format];
  return {
    'User-Agent': agent,
    ...(type !== undefined && !hasType ? { 'Content-Type': type } : {}),
    ...given,
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

function shown(wish: Wish, answer: HttpAnswer): ModuleResult {
  const { status, url, redirected, headers, body } = answer;
  const isExpected = wish.status_code.includes(status);
  const json = jsonOf(answer);
  return {
    changed: false,
    status,
    url,
    redirected,
    elapsed: Math.floor(answer.seconds),
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.replaceAll('-', '_'), value])),
    ...(wish.return_content || !isExpected ? { content: body.toString('utf8') } : {}),
    ...(json === undefined ? {} : { json }),
    ...(isExpected
      ? { msg: `OK (${headers['content-length'] ?? body.length} bytes)` }
      : {
          failed: true,
          msg: `Status code was ${status} and not [${wish.status_code.join(', ')}]: ${answer.reason ?? ''}`.replace(
            /: $/,
            '',
          ),
        }),
  };
}

export const uri = defineModule({
  name: 'uri',
  fullNames: ['ansible.builtin.uri'],
  summary: 'Make an HTTP request from the host',
  params,
  returns: { status: int(), content: str(), json: raw(), msg: str(), url: str() },
  seen: answers<GuardsSeen>(),
  probes: (wish) => guardProbes(wish),
  plan: (wish, seen) => {
    if (guardReason(wish, seen) !== undefined) return { steps: [] };
    const request = httpRequest({
      url: wish.url,
      method: wish.method.toUpperCase(),
      headers: headersOf(wish),
      body: bodyText(wish),
      user: wish.url_username,
      password: wish.url_password,
      followRedirects: !['none', 'no'].includes(wish.follow_redirects),
      validateCerts: wish.validate_certs,
      caPath: wish.ca_path,
      clientCert: wish.client_cert,
      clientKey: wish.client_key,
      unixSocket: wish.unix_socket,
      timeout: wish.timeout,
    });
    return { steps: [request] };
  },
  result: (wish, seen, [answer]) => {
    const reason = guardReason(wish, seen);
    if (reason !== undefined) return { changed: false, stdout: `skipped, ${reason}`, msg: reason };
    return shown(wish, answer as HttpAnswer);
  },
});
