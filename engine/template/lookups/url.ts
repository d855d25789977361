// lookup url. Lookups are synchronous, so a child process of this same program's runtime makes the request.
import { execFileSync } from 'node:child_process';
import type { Value } from '../../document/value.ts';
import { Failure } from '../failure.ts';
import type { Lookup, Options, Table } from '../interpreter/tools.ts';
import { asInteger } from '../python/numbers.ts';
import { text } from '../python/printing.ts';
import { flag } from './files.ts';
import { termText } from './lists.ts';

// Reads the request on stdin, so that no header or password stands in an argument list.
// By the modules of HTTP, as `fetch` refuses ports on which other services are usual.
const fetcher = `
const chunks = [];
const fail = (why) => { process.stderr.write(String(why)); process.exitCode = 1; };
const get = (at, { headers, timeout, isChecked }, redirects) => {
  const { request } = at.protocol === 'https:' ? require('https') : require('http');
  const late = AbortSignal.timeout(timeout);
  const asked = request(at, { headers, agent: false, signal: late, rejectUnauthorized: isChecked }, (response) => {
    const { statusCode, headers: { location } } = response;
    if (statusCode >= 300 && statusCode < 400 && location !== undefined) {
      response.destroy();
      if (redirects === 0) return fail('too many redirects');
      const next = new URL(location, at);
      const own = Object.entries(headers).filter(([name]) => next.host === at.host || !/^(authorization|cookie)$/i.test(name));
      return get(next, { headers: Object.fromEntries(own), timeout, isChecked }, redirects - 1);
    }
    if (statusCode < 200 || statusCode > 299) { response.destroy(); return fail('HTTP status ' + statusCode); }
    const parts = [];
    response.on('data', (part) => parts.push(part)).on('end', () => process.stdout.write(Buffer.concat(parts).toString())).on('error', (problem) => fail(problem.message));
  });
  asked.on('error', (problem) => fail(late.aborted ? 'no answer in time' : problem.message || problem.code)).end();
};
process.stdin.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
  const { url, ...wish } = JSON.parse(Buffer.concat(chunks).toString());
  try { get(new URL(url), wish, 10); } catch (problem) { fail(problem.message); }
});`;

function headersOf(options: Options): Record<string, string> {
  const given = options.get('headers');
  const headers =
    given instanceof Map ? [...given].map(([key, value]) => [String(key), text(value)] as const) : [];
  const user = options.get('username');
  if (user === undefined) return Object.fromEntries(headers);
  const account = Buffer.from(`${text(user)}:${text(options.get('password') ?? '')}`).toString('base64');
  return { ...Object.fromEntries(headers), authorization: `Basic ${account}` };
}

function request(url: string, options: Options): string {
  const timeout = 1000 * Number(asInteger(options.get('timeout') ?? 10) ?? 10);
  const isChecked = flag(options, 'validate_certs', true);
  try {
    return execFileSync(process.execPath, ['-e', fetcher], {
      input: JSON.stringify({ url, headers: headersOf(options), timeout, isChecked }),
      encoding: 'utf8',
      maxBuffer: 256 << 20,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        NODE_OPTIONS: '',
      },
    });
  } catch (problem) {
    const said = (problem as { stderr?: string }).stderr?.trim() ?? '';
    throw new Failure('template-failed', `lookup url: failed for ${url}`, said === '' ? undefined : said);
  }
}

function url(terms: readonly Value[], options: Options): Value[] {
  return terms.flatMap((term): Value[] => {
    const body = request(termText(term, 'url'), options);
    return flag(options, 'split_lines', true)
      ? body.split(/\r?\n/).filter((line, at, all) => line !== '' || at < all.length - 1)
      : [body];
  });
}

export const urlLookups: Table<Lookup> = {
  url: { run: url, impure: true },
};
