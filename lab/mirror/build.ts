// `npx tsx lab/mirror/build.ts [PART ...]`: makes what the cache lacks and lists what it has. CI runs it to warm up.
import process from 'node:process';
import { describeProblem } from '../outcome.ts';
import { defaultCacheDirectory } from './cache.ts';
import { ensureBinaries } from './ensure.ts';
import { progressPrinter } from './progress_printer.ts';

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());

const only = process.argv.slice(2);
const printer = progressPrinter(process.stdout);
const result = await ensureBinaries({
  ...(only.length === 0 ? {} : { only }),
  signal: abort.signal,
  progress: printer.report,
});
printer.close();
if (result.ok) {
  for (const entry of result.value)
    console.log(
      `${entry.name} ${entry.version}: ${entry.files.map((one) => one.file).join(', ')} (${entry.source})`,
    );
  console.log(`${result.value.length} parts in ${defaultCacheDirectory()}`);
} else {
  console.error(describeProblem(result.problem));
  process.exitCode = abort.signal.aborted ? 130 : 1;
}
