import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { renderDiagnostics } from '../engine/document/render.ts';
import { Sources } from '../engine/document/source.ts';
import { Float, bare, type Value } from '../engine/document/value.ts';
import { parseYaml } from '../engine/document/yaml.ts';
import { parseTopology, type TopologyResult } from './topology.ts';

/** Reads a topology by its path, or by the name of one that comes with hardway, such as `plain`. */
export async function readTopology(wanted: string): Promise<TopologyResult> {
  const file = /[/.]/.test(wanted) ? wanted : join(shippedFolder(), `${wanted}.yml`);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) {
    return {
      ok: false,
      problems: [`there is no topology ${wanted}: give a file, or plain, seven, cluster or variants`],
    };
  }
  const { documents, diagnostics } = parseYaml(text, file);
  if (diagnostics.length > 0) {
    const sources = new Sources();
    sources.add(file, text);
    return { ok: false, problems: [renderDiagnostics(diagnostics, sources)] };
  }
  return parseTopology(plain(documents[0] ?? null));
}

/** lab/topologies of the package, be this the source in lab/ or the bundle beside it. */
function shippedFolder(): string {
  const inFolder = (folder: string): string => join(folder, 'lab', 'topologies');
  let folder = import.meta.dirname;
  while (!existsSync(inFolder(folder)) && folder !== dirname(folder)) folder = dirname(folder);
  return inFolder(folder);
}

/** A value of the document as plain data, as a topology holds only text, numbers, lists and names. */
function plain(value: Value): unknown {
  const content = bare(value);
  if (content instanceof Map)
    return Object.fromEntries([...content].map(([key, item]) => [String(key), plain(item)]));
  if (Array.isArray(content)) return content.map(plain);
  return content instanceof Float ? content.value : content;
}
