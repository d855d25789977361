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
const fetcher = `
const chunks = [];
process.stdin.on('data', (chunk) => chunks.push(chunk)).on('end', async () => {
  const { url, headers, timeout } = JSON.parse(Buffer.concat(chunks).toString());
  try {
    const response = await fetch(url, { headers, redirect: 'follow', signal: AbortSignal.timeout(timeout) });
    const body = await response.text();
    if (!response.ok) { process.stderr.write('HTTP status ' + response.status); process.exitCode = 1; }
    else process.stdout.write(body);
  } catch (problem) {
    process.stderr.write(String(problem.cause?.message ?? problem.message));
    process.exitCode = 1;
  }
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
      input: JSON.stringify({ url, headers: headersOf(options), timeout }),
      encoding: 'utf8',
      maxBuffer: 256 << 20,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        ...(isChecked ? {} : { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' }),
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
