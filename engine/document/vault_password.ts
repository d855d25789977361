// Where a password comes from: a file, or an executable file that prints it.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Diagnostic, failure, type Outcome, success } from './diagnostic.ts';
import { whyNotStarted } from './program_start.ts';
import type { VaultSecret } from './vault.ts';

function refuse(summary: string, detail: string): Outcome<never> {
  const problem: Diagnostic = { code: 'vault', severity: 'error', summary, detail };
  return failure(problem);
}

/** Takes `id@source` apart; without an id it is `default`. */
export function parseVaultId(text: string): { readonly id: string; readonly source: string } {
  const at = text.lastIndexOf('@');
  return at > 0
    ? { id: text.slice(0, at), source: text.slice(at + 1) }
    : { id: 'default', source: text.slice(at + 1) };
}

/**
 * Reads the password of a file. An executable file is run and what it prints is the password; one whose name ends in
 * `-client` (before its extension) is told the id with `--vault-id`, as Ansible does.
 */
export function readVaultPassword(file: string, id = 'default'): Outcome<VaultSecret> {
  const password = readPassword(file, 'vault password', id);
  return password.ok ? success({ id, password: password.value }) : password;
}

/** The password of a login or of become. */
export function readPasswordFile(file: string, what: string): Outcome<string> {
  const password = readPassword(file, what);
  return password.ok ? success(password.value.toString('utf8')) : password;
}

/** `id` is of vault passwords alone, which Ansible frees of all white space around them. */
function readPassword(file: string, what: string, id?: string): Outcome<Buffer> {
  const place = path.resolve(file);
  const program = isExecutable(place);
  let bytes: Buffer;
  try {
    if (!statSync(place).isFile() && !statSync(place).isFIFO())
      return refuse(
        `The file ${file} of the ${what} is no file`,
        'Name a file or a program that prints the password',
      );
    bytes = program ? runScript(place, id) : readFileSync(place);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refuse(`Cannot read the ${what} from ${file}`, reason);
  }
  const password =
    program || id === undefined
      ? trimLineEnds(bytes)
      : Buffer.from(bytes.toString('latin1').trim(), 'latin1');
  return password.length === 0
    ? refuse(`The ${what} from ${file} is empty`, 'Write the password on its only line')
    : success(password);
}

function isExecutable(place: string): boolean {
  try {
    accessSync(place, constants.X_OK);
    // root may execute whatever has any execute bit, and only that.
    return (statSync(place).mode & 0o111) !== 0;
  } catch {
    return false;
  }
}

function runScript(place: string, id: string | undefined): Buffer {
  const isClient = id !== undefined && path.parse(place).name.endsWith('-client');
  const { status, stdout, error, signal } = spawnSync(place, isClient ? ['--vault-id', id] : [], {
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  if (error) throw new Error(whyNotStarted(place, (error as NodeJS.ErrnoException).code) ?? error.message);
  if (status !== 0) throw new Error(`The program ended with ${signal ?? `exit code ${String(status)}`}`);
  return stdout;
}

function trimLineEnds(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/^[\r\n]+|[\r\n]+$/g, ''), 'latin1');
}
