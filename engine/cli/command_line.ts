// The frame that the commands have in common: options read by a table, --help answered, mistakes told under the
// command's name.
import { helpOption, versionOption } from './common_options.ts';
import { exitCodes } from './exit_codes.ts';
import { type Given, type Option, optionHelp, parseArguments } from './option_table.ts';
import { type OutputForm, outputForm, outputForms } from './reporter.ts';
import { versionText } from './version.ts';

export interface CommandLine {
  /** After `hardway`: 'playbook'. */
  readonly name: string;
  /** What follows `hardway` in its usage, and below it what the command does. */
  readonly usage: string;
  readonly options: readonly Option[];
}

export interface Command {
  /** What `--help` prints. */
  readonly help: string;
  /** The options given, or the exit code when that was all: help was asked for, or an option is mistaken. */
  read(argv: readonly string[]): Given | number;
  /** Tells why the command does nothing; gives the exit code, that of wrong usage unless another is named. */
  refuse(message: string, code?: number): number;
  /** The form chosen by `--output`; an exit code when there is no such form. */
  output(given: Given, usual?: OutputForm): OutputForm | number;
}

export function commandLine({ name, usage, options: own }: CommandLine): Command {
  const options = [...own, helpOption, versionOption];
  const help = `Usage: hardway ${usage}\n\n${optionHelp(options)}\n`;
  const refuse = (message: string, code: number = exitCodes.usage): number => {
    process.stderr.write(`hardway ${name}: ${message}\n`);
    return code;
  };
  return {
    help,
    refuse,
    read: (argv) => {
      const parsed = parseArguments(argv, options);
      if (!parsed.ok) return refuse(parsed.message);
      const { given } = parsed;
      if (!given.has('help') && !given.has('version')) return given;
      process.stdout.write(given.has('help') ? help : versionText());
      return exitCodes.success;
    },
    output: (given, usual = 'text') => {
      const word = given.last('output') ?? usual;
      return outputForm(word) ?? refuse(`--output is ${outputForms.join(', ')}, not ${word}`);
    },
  };
}
