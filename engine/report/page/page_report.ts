// The report as a page: one HTML file, written when the run has ended.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDirectory } from '../../document/file_kind.ts';
import { Redactor } from '../redact.ts';
import { inOrder, type Reporter } from '../reporter.ts';
import { pageText } from './document.ts';
import { markupFor } from './markup.ts';
import { RunRecord } from './record.ts';
import type { Topology } from './view.ts';

export interface PageOptions {
  readonly file: string;
  readonly topology: Topology;
  /** The command as it was typed, without secrets. */
  readonly command: string;
  readonly folder: string;
}

/** A diff may show more than its author knew to be secret, so the file is its owner's alone. */
const fileMode = 0o600;

function why(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Why no page can be written there; asked before a run, which would be for nothing otherwise. */
export function whyNoPage(file: string): string | undefined {
  if (isDirectory(file)) return `the page cannot be written to ${file}: it is a folder; name a file`;
  const probe = `${file}.${process.pid}.part`;
  try {
    writeFileSync(probe, '', { mode: fileMode });
    rmSync(probe);
    return undefined;
  } catch (error) {
    return `the page cannot be written to ${path.dirname(file)}: ${why(error)}`;
  }
}

/** Whoever looks while it is written sees the old page or the new one. */
function replaceFile(file: string, text: string): void {
  const part = `${file}.${process.pid}.part`;
  try {
    writeFileSync(part, text, { mode: fileMode });
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** `onWritten` gets undefined, or why the page could not be written. */
export function pageReport(options: PageOptions, onWritten: (problem?: string) => void): Reporter {
  const redactor = new Redactor();
  const record = new RunRecord(redactor);
  let began: number | undefined;
  const reporter = inOrder((event, at) => {
    began ??= at;
    return record.take(event, at - began);
  });
  return {
    take: reporter.take,
    close: async () => {
      await reporter.close();
      const { topology, command, folder } = options;
      try {
        replaceFile(
          options.file,
          pageText({ markup: markupFor(redactor), record, topology, command, folder }),
        );
        onWritten();
      } catch (error) {
        onWritten(why(error));
      }
    },
  };
}
