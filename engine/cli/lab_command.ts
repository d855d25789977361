// hardway lab: the lab's own command, with this process' streams.
import { runLabCommand } from '../../lab/command.ts';

export async function labCommand(argv: readonly string[]): Promise<number> {
  return runLabCommand(argv, { stdout: process.stdout, stderr: process.stderr });
}
