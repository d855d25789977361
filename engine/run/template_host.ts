// The control machine's files as a task's templates see them.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Outcome } from '../document/diagnostic.ts';
import { Unknown } from '../document/value.ts';
import { expandHome, findFile, searchFolders } from '../playbook/file_search.ts';
import type { Node, Play } from '../playbook/model.ts';
import type { TemplateHost } from '../template/api.ts';
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
export function withPredictedFiles(
  real: TemplateHost,
  predicted: Pick<HostView, 'predictedFile'>,
): TemplateHost {
  return {
    ...real,
    find: (kind, name) => {
      const place = expandHome(name);
      const promised = path.isAbsolute(place) ? predicted.predictedFile(place) : undefined;
      if (promised !== undefined) return promised === 'gone' ? undefined : place;
      const found = real.find(kind, name);
      return found !== undefined && predicted.predictedFile(found) === 'gone' ? undefined : found;
    },
    readFile: (file) => {
      const promised = predicted.predictedFile(file);
      if (promised === 'gone') throw new Error(`ENOENT: no such file or directory, open '${file}'`);
      if (promised && 'unknown' in promised) throw new UnknownReached(new Unknown(promised.unknown));
      return promised ?? real.readFile(file);
    },
  };
}
