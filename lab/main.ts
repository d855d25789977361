// The lab's commands by themselves: `npx tsx lab/main.ts up plain`.
import { runLabCommand } from './command.ts';

process.exitCode = await runLabCommand(process.argv.slice(2), process);
