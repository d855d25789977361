// A file of checksums beside a download, as `sha256sum` writes it: `DIGEST  NAME` on each line, or a lone digest. Asked of
// its server each time, by whoever fetches the file itself.
import type { Control, Output, Probe, ProbeFailure, ProbeKind, Script } from '../contract.ts';
import { probe } from '../probe_identity.ts';
import { lines, sh } from '../quote.ts';
import { curlConfig, curlWords, pastProxy, wgetWords, type Transfer } from './transfer.ts';

export interface ChecksumQuestion extends Transfer {
  readonly url: string;
  readonly by: 'curl' | 'wget' | 'control';
}

function failed({ url }: ChecksumQuestion, reason: string): ProbeFailure {
  // In check mode the server may be what an earlier task would have started.
  return { failed: `Cannot fetch the checksums ${url}: ${reason}`, notYet: true };
}

function ask(question: ChecksumQuestion): Script {
  const { url, by } = question;
  const get =
    by === 'wget'
      ? sh`wget ${wgetWords(question)} -S -O - -- ${url}`
      : sh`curl ${curlWords(question)} -K - -- ${url}`;
  return { script: lines(pastProxy(question), get).text, stdin: curlConfig(question) };
}

function parse({ rc, stdout, stderr }: Output, question: ChecksumQuestion): string | ProbeFailure {
  if (rc === 0) return stdout.toString('utf8');
  const told = stderr.toString('utf8').trim();
  // wget says no more than the headers.
  const status = [...told.matchAll(/^ *HTTP\/\S+ (\d{3}.*)$/gm)].at(-1)?.[1];
  return failed(question, status === undefined ? told || `exit code ${rc}` : `status ${status.trim()}`);
}

async function answer(question: ChecksumQuestion, { signal }: Control): Promise<string | ProbeFailure> {
  try {
    const said = await fetch(question.url, { headers: question.headers, signal });
    return said.ok ? await said.text() : failed(question, `status ${said.status}`);
  } catch (error) {
    const { message, cause } = error as Error;
    return failed(question, (cause as Error | undefined)?.message ?? message);
  }
}

const checksumFileKind: ProbeKind<ChecksumQuestion, string> = {
  name: 'checksum file',
  stability: 'volatile',
  target: ({ by }) => (by === 'control' ? 'control' : 'host'),
  ask,
  parse,
  answer,
};

export function checksumFile(question: ChecksumQuestion): Probe<string> {
  return probe(checksumFileKind, question);
}

/**
 * The digest that the text has for a file of this name: of its first line, also where that names it from the folder
 * (`./NAME`) or as binary (`*NAME`), as Ansible reads it.
 */
export function digestIn(text: string, name: string): string | undefined {
  const all = text.replace(/\n$/, '').split('\n');
  const [only = ''] = all;
  if (all.length === 1 && /^\s*\S+\s*$/.test(only)) return only.trim();
  for (const line of all) {
    const [, digest, named] = /^([^ ]*) [ *]?(.*)$/.exec(line.replace(/\r$/, '')) ?? [];
    if (named?.replace(/^[./]+/, '') === name) return digest;
  }
  return undefined;
}
