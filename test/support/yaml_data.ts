// YAML as plain data, for tests that look into rendered files.
import type { Data } from '../../engine/module/contract.ts';
import { toData } from '../../engine/module/data.ts';
import { parseYaml } from '../../engine/document/yaml.ts';

export type Fields = { readonly [key: string]: Data | undefined };

export function yamlData(text: string): Fields {
  return toData(parseYaml(text, 'rendered.yml').documents[0] ?? null) as Fields;
}

/** A value below nested keys; undefined when one of them is not there. */
export function at(data: Data | Fields | undefined, ...keys: readonly (string | number)[]): Data | undefined {
  let found: unknown = data;
  for (const key of keys) found = (found as Record<string | number, unknown> | null | undefined)?.[key];
  return found as Data | undefined;
}
