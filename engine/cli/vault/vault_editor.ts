// The user's editor on a plain text that is nowhere but in a file of the user's own, for as long as the editor runs.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { failure, type Outcome, success } from '../../document/diagnostic.ts';

/** In memory where the system offers that: no disk keeps the text. */
function safeFolder(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}

/** Overwritten before it goes, as a disk may keep what a removed file held. */
function wipe(file: string): void {
  if (existsSync(file)) writeFileSync(file, Buffer.alloc(statSync(file).size));
}

function run(editor: string, file: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    // EDITOR may hold arguments, as `vim -u NONE`.
    const child = spawn('sh', ['-c', `${editor} "$0"`, file], { stdio: 'inherit' });
    child.on('error', (error) => {
      resolve(error.message);
    });
    child.on('close', (code, signal) => {
      resolve(code === 0 ? undefined : `it ended with ${signal ?? `code ${String(code)}`}`);
    });
  });
}

/** What the text is when the editor ends. Its file has the name's ending, by which editors choose colours. */
export async function editText(name: string, plain: Uint8Array): Promise<Outcome<Buffer>> {
  const editor = process.env['VISUAL'] ?? process.env['EDITOR'] ?? 'vi';
  const folder = mkdtempSync(path.join(safeFolder(), 'hardway-vault-'));
  const file = path.join(folder, `plain${path.extname(name)}`);
  const leave = (): void => {
    wipe(file);
    rmSync(folder, { recursive: true, force: true });
  };
  const endedBy = (): void => {
    leave();
    process.exit(130);
  };
  process.once('SIGTERM', endedBy).once('SIGHUP', endedBy);
  // The editor is asked first what an interrupt means.
  const ignored = (): void => undefined;
  process.on('SIGINT', ignored);
  try {
    writeFileSync(file, plain, { mode: 0o600 });
    const wrong = await run(editor, file);
    if (wrong !== undefined)
      return failure({ code: 'vault', severity: 'error', summary: `The editor ${editor} failed: ${wrong}` });
    return success(readFileSync(file));
  } finally {
    process.off('SIGTERM', endedBy).off('SIGHUP', endedBy).off('SIGINT', ignored);
    leave();
  }
}
