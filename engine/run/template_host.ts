// The control machine's files as a task's templates see them.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Outcome } from '../document/diagnostic.ts';
import { Unknown } from '../document/value.ts';
import { textContent } from '../module/content.ts';
import { keepFile } from '../module/vocabulary/control_write.ts';
import { expandHome, findFile, searchFolders } from '../playbook/file_search.ts';
import type { Node, Play } from '../playbook/model.ts';
import type { TemplateHost } from '../template/api.ts';
import { foreseenFiles } from './foreseen_files.ts';
import type { HostView } from './host_view.ts';
import { UnknownReached } from '../template/failure.ts';

/** What lookups and filters of a task may use of the control machine. */
export function templateHostFor(
  node: Node | Play,
  decrypt: (text: Uint8Array) => Outcome<Uint8Array>,
): TemplateHost {
  return {
    find: (kind, name) => findFile(node, kind, name),
    searchPath: (kind) => searchFolders(node, kind),
    readFile: (file) => readFileSync(file),
    decrypt,
  };
}

/** Check mode: files that earlier steps would have made on the control machine are read as they will be. */
export function withPredictedFiles(real: TemplateHost, predicted: HostView): TemplateHost {
  const files = foreseenFiles(predicted);
  return {
    ...real,
    files,
    foretell: (place, content) => {
      const made = keepFile({ path: place, content: textContent(content, { secret: true }), mode: '0600' });
      predicted.predict({ possible: [[made]], waitsFor: place });
    },
    find: (kind, name) => {
      if (!predicted.hasPredictions) return real.find(kind, name);
      const wanted = expandHome(name);
      const places = path.isAbsolute(wanted)
        ? [wanted]
        : real.searchPath(kind).map((folder) => path.join(folder, wanted));
      return places.find((place) => files.typeOf(place, 'end') !== undefined);
    },
    readFile: (file) => {
      const promised = predicted.predictedFile(file);
      if (promised === 'gone') throw new Error(`ENOENT: no such file or directory, open '${file}'`);
      if (promised && 'unknown' in promised) throw new UnknownReached(new Unknown(promised.unknown));
      return promised ?? real.readFile(file);
    },
  };
}
