import type { Sources } from '../document/source.ts';
import { choosePaint } from '../report/colour.ts';
import { jsonLines } from '../report/json_lines.ts';
import { oneLineReport } from '../report/one_line.ts';
import { allOf, type Reporter } from '../report/reporter.ts';
import { terminalReport } from '../report/terminal.ts';
import type { PageOptions } from '../report/page/page_report.ts';

export const outputForms = ['text', 'short', 'json'] as const;
type Named = (typeof outputForms)[number];
/** `one-line` is of `hardway module -o` alone. */
export type OutputForm = Named | 'one-line';

/** Undefined when there is no such form. */
export function outputForm(word: string): Named | undefined {
  return outputForms.find((form) => form === word);
}

function chosenReporter(output: OutputForm, verbosity: number, sources: Sources): Reporter {
  if (output === 'json') return jsonLines((text) => process.stdout.write(text));
  if (output === 'one-line') return oneLineReport((text) => process.stdout.write(text));
  const isTerminal = process.stdout.isTTY;
  return terminalReport(process.stdout, {
    isShort: output === 'short',
    verbosity,
    isTerminal,
    paint: choosePaint(isTerminal, process.env),
    sources,
  });
}

/** The report of the chosen form; with `page`, a page as well, whose place is told at the end. */
export async function chooseReporter(
  output: OutputForm,
  verbosity: number,
  sources: Sources,
  page: PageOptions | undefined,
): Promise<Reporter> {
  const chosen = chosenReporter(output, verbosity, sources);
  if (!page) return chosen;
  const { pageReport } = await import('../report/page/page_report.ts');
  const told = pageReport(page, (problem) => {
    if (problem !== undefined)
      process.stderr.write(`The page ${page.file} could not be written: ${problem}\n`);
    else if (output !== 'json') process.stdout.write(`\nHow the run went: ${page.file}\n`);
  });
  return allOf([chosen, told]);
}
