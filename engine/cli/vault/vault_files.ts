// Files of the vault command: read whole, replaced at once, and never readable to others.
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { failure, type Outcome, success } from '../../document/diagnostic.ts';

/** What stands for stdin and stdout. */
export const standard = '-';

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fault<T>(summary: string, detail: string): Outcome<T> {
  return failure({ code: 'vault', severity: 'error', summary, detail });
}

export function readInput(file: string): Outcome<Buffer> {
  try {
    return success(readFileSync(file === standard ? 0 : file));
  } catch (error) {
    return fault(`Cannot read ${file}`, reasonOf(error));
  }
}

/** The new content stands beside the old one until it is whole: what fails on the way loses nothing. */
export function writeOutput(file: string, content: Uint8Array | string): Outcome<undefined> {
  if (file === standard) {
    process.stdout.write(content);
    return success(undefined);
  }
  const unfinished = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
  try {
    writeFileSync(unfinished, content, { mode: 0o600, flag: 'wx' });
    chmodSync(unfinished, 0o600);
    renameSync(unfinished, file);
    return success(undefined);
  } catch (error) {
    rmSync(unfinished, { force: true });
    return fault(`Cannot write ${file}`, reasonOf(error));
  }
}
