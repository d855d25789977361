// `hardway module --tree FOLDER`: the result of each host in a file of its name, without what is secret.
import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Emit } from '../run/events.ts';
import { jsonText } from './json_text.ts';
import { writePrivate } from './private_file.ts';
import { Redactor } from './redact.ts';
import { dataAlone } from './shown_values.ts';

function why(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Makes the folder where it is missing; asked before a run, which would be for nothing otherwise. */
export function whyNoTree(folder: string): string | undefined {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    return `results cannot be kept in ${folder}: ${why(error)}`;
  }
}

export function resultTree(folder: string): Emit {
  const redactor = new Redactor();
  return (event) => {
    redactor.take(event);
    if (event.type !== 'result') return;
    const text = jsonText(dataAlone(event.result, redactor), 1)
      .replaceAll(/,\n */g, ', ')
      .replaceAll(/\n */g, '');
    // A host's name may hold what a path means by it.
    const file = path.join(folder, event.host.replaceAll('/', '_'));
    try {
      writePrivate(file, text);
    } catch (error) {
      process.stderr.write(`The result of ${redactor.told(event.host)} was not kept: ${why(error)}\n`);
    }
  };
}
