// hardway lab: the lab's own command, with this process' streams.
import { exitCodes } from './exit_codes.ts';
import { versionText } from './version.ts';
import { runLabCommand } from '../../lab/command.ts';

export async function labCommand(argv: readonly string[]): Promise<number> {
  if (argv[0] === '--version') {
    process.stdout.write(versionText());
    return exitCodes.success;
  }
  return runLabCommand(argv, { stdout: process.stdout, stderr: process.stderr });
}
