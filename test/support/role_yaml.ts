// What the roles of this repository say in their files, as data.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { dict, isDict, type Dict, type Value } from '../../engine/document/value.ts';
import { parseYaml } from '../../engine/document/yaml.ts';

export const rolesFolder = path.resolve(import.meta.dirname, '../../roles');

/** The dict below these keys of a file; empty where there is none. */
function inside(file: string, ...keys: readonly string[]): Dict {
  const place = path.join(rolesFolder, file);
  let value: Value = existsSync(place)
    ? (parseYaml(readFileSync(place, 'utf8'), file).documents[0] ?? null)
    : null;
  for (const key of keys) value = isDict(value) ? (value.get(key) ?? null) : null;
  return isDict(value) ? value : dict({});
}

export const defaultsOf = (role: string): Dict => inside(`${role}/defaults/main.yml`);

/** The options of its argument spec. */
export const optionsOf = (role: string): Dict =>
  inside(`${role}/meta/argument_specs.yml`, 'argument_specs', 'main', 'options');
