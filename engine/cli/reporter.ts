import type { Sources } from '../document/source.ts';
import { choosePaint } from '../report/colour.ts';
import { jsonLines } from '../report/json_lines.ts';
import type { Reporter } from '../report/reporter.ts';
import { terminalReport } from '../report/terminal.ts';

export function chooseReporter(output: 'text' | 'json', verbosity: number, sources: Sources): Reporter {
  if (output === 'json') return jsonLines((text) => process.stdout.write(text));
  const isTerminal = process.stdout.isTTY;
  return terminalReport(process.stdout, {
    verbosity,
    isTerminal,
    paint: choosePaint(isTerminal, process.env),
    sources,
  });
}
