// Manifests as people keep them: YAML or JSON with one or many documents, in a task, a file, or the files of a folder.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseYaml } from '../../engine/document/yaml.ts';
import { readContent } from '../../engine/module/content.ts';
import type { Control, Data, Probe, ProbeFailure, ProbeKind } from '../../engine/module/contract.ts';
import { probe } from '../../engine/module/probe_identity.ts';
import { toData } from '../../engine/module/data.ts';
import type { KubernetesObject } from './kubernetes_client.ts';

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

function isObject(item: Data): boolean {
  if (item === null || typeof item !== 'object' || Array.isArray(item)) return false;
  const { apiVersion, kind, metadata } = item as { readonly [key: string]: Data | undefined };
  const name = (metadata as { readonly name?: unknown } | null | undefined)?.name;
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof name === 'string';
}

/** The items as objects, those that name no namespace in this one; a message when one is none. */
export function objectsIn(
  items: readonly Data[],
  name: string,
  namespace: string | undefined,
): readonly KubernetesObject[] | string {
  const wrong = items.findIndex((item) => !isObject(item));
  if (wrong !== -1) return `${name} ${wrong + 1} has no apiVersion, kind and metadata.name`;
  const objects = items as unknown as readonly KubernetesObject[];
  return objects.map((object) =>
    namespace === undefined || object.metadata.namespace !== undefined
      ? object
      : { ...object, metadata: { ...object.metadata, namespace } },
  );
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

async function readFile(file: string, control: Control): Promise<readonly Data[] | string> {
  const text = (await readContent(await control.content(file, { decrypt: true }))).toString('utf8');
  return manifestsIn(text, file);
}

async function read(names: readonly string[], control: Control): Promise<readonly Data[] | ProbeFailure> {
  const found: Data[] = [];
  for (const name of names) {
    const place = control.find('files', name);
    if (place === undefined) return { failed: `Cannot find ${name} on the control machine`, notYet: true };
    for (const file of filesAt(place)) {
      const manifests = await readFile(file, control);
      if (typeof manifests === 'string') return { failed: manifests };
      found.push(...manifests);
    }
  }
  return found;
}

export const manifestFiles: ProbeKind<{ readonly names: readonly string[] }, readonly Data[]> = {
  name: 'kubernetes manifests',
  stability: 'volatile',
  target: 'control',
  answer: ({ names }, control) => read(names, control),
};

/** Manifests of files and folders, in this order. */
export function askManifests(names: readonly string[]): Probe<readonly Data[]> {
  return probe(manifestFiles, { names });
}
