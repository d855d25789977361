// Manifests as people keep them: YAML or JSON with one or many documents, in a task, a file, or the files of a folder.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseYaml } from '../../engine/document/yaml.ts';
import { readContent } from '../../engine/module/content.ts';
import type { Control, Data, Probe, ProbeFailure, ProbeKind } from '../../engine/module/contract.ts';
import { toData } from '../../engine/module/data.ts';

/** Documents of a text, empty ones left out; a message when it is no YAML. `name` is for that message. */
export function manifestsIn(text: string, name: string): readonly Data[] | string {
  const { documents, diagnostics } = parseYaml(text, name);
  const wrong = diagnostics.find(({ severity }) => severity === 'error');
  if (wrong) return `${name} line ${wrong.position?.line ?? 1}: ${wrong.summary}`;
  return flat(documents.map(toData));
}

/** Lists, and objects of kind List, give their items. */
export function flat(items: readonly Data[]): readonly Data[] {
  return items.flatMap((item) => {
    if (item === null) return [];
    if (Array.isArray(item)) return flat(item as readonly Data[]);
    const { kind, items: inner } = item as { readonly kind?: Data; readonly items?: Data };
    return kind === 'List' && Array.isArray(inner) ? flat(inner as readonly Data[]) : [item];
  });
}

/** In a folder, files whose names end so are read, in the order of their names. */
const endings = /\.(ya?ml|json)$/;

function filesAt(place: string): string[] {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place)
    .filter((name) => endings.test(name))
    .sort()
    .map((name) => path.join(place, name));
}

async function read(name: string, control: Control): Promise<readonly Data[] | ProbeFailure> {
  const place = control.find('files', name);
  if (place === undefined) return { failed: `Cannot find ${name} on the control machine`, notYet: true };
  const found: Data[] = [];
  for (const file of filesAt(place)) {
    const text = (await readContent(await control.content(file, { decrypt: true }))).toString('utf8');
    const manifests = manifestsIn(text, file);
    if (typeof manifests === 'string') return { failed: manifests };
    found.push(...manifests);
  }
  return found;
}

export const manifestFiles: ProbeKind<{ readonly name: string }, readonly Data[]> = {
  name: 'kubernetes manifests',
  stability: 'volatile',
  target: 'control',
  answer: ({ name }, control) => read(name, control),
};

export function askManifests(name: string): Probe<readonly Data[]> {
  return { kind: manifestFiles, args: { name } };
}
