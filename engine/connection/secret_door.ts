// Gives a secret to a program that asks by running another program (SSH_ASKPASS), without writing it to a file, an
// argv or an environment: through a named pipe that only we can open.
import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { constants } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

export interface SecretDoor {
  readonly fifo: string;
  readonly program: string;
  close(): void;
}

const pollMilliseconds = 20;

/** `place` is a directory that nobody else can enter. */
export async function serveSecret(place: string, secret: string): Promise<SecretDoor> {
  const fifo = path.join(place, 'secret');
  await promisify(execFile)('mkfifo', ['-m', '600', fifo]);
  // Opened for writing without waiting, which fails as long as nobody reads: so the asker alone gets an answer.
  const timer = setInterval(() => {
    void (async () => {
      const file = await open(fifo, constants.O_WRONLY | constants.O_NONBLOCK).catch(() => undefined);
      await file?.write(`${secret}\n`).catch(() => undefined);
      await file?.close();
    })();
  }, pollMilliseconds);
  timer.unref();
  return { fifo, program: '', close: () => clearInterval(timer) };
}
