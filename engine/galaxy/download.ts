// An archive from the web, into a file.
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { splitCredentials, withoutSecrets } from './address.ts';
import { isRefusal, reasonOf, refuse } from './refusal.ts';

/** Of the packed archive. */
const largest = 512 << 20;

export async function download(address: string, file: string, seconds: number): Promise<void> {
  const shown = withoutSecrets(address);
  const { bare, credentials } = splitCredentials(address);
  const login = credentials && Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
  const headers: Record<string, string> = login === undefined ? {} : { authorization: `Basic ${login}` };
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(bytes > largest ? new Error(`it is larger than ${largest >> 20} MiB`) : null, chunk);
    },
  });
  try {
    const answer = await fetch(bare, { headers, signal: AbortSignal.timeout(seconds * 1000) });
    if (!answer.ok || !answer.body)
      return refuse(
        'fetch-failed',
        `${shown} cannot be fetched`,
        `The server says ${answer.status} ${answer.statusText}`,
      );
    await pipeline(Readable.fromWeb(answer.body as never), counted, createWriteStream(file));
  } catch (error) {
    if (isRefusal(error)) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    refuse('fetch-failed', `${shown} cannot be fetched`, reasonOf(cause));
  }
}
