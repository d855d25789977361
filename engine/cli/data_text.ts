// Values as JSON and YAML, in the layout of Ansible's commands: keys sorted.
import { bare, isDict, isList, type Value } from '../document/value.ts';
import { toData } from '../module/data.ts';
import { writeYaml, type YamlStyle } from '../template/filters/yaml_writer.ts';

function plain(value: Value): unknown {
  const inner = bare(value);
  if (isList(inner)) return inner.map(plain);
  if (!isDict(inner)) return toData(value);
  const entries = [...inner].map(([key, item]): [string, unknown] => [String(key), plain(item)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function jsonOf(value: Value): string {
  const written = (_key: string, item: unknown): unknown => (typeof item === 'bigint' ? Number(item) : item);
  return `${JSON.stringify(plain(value), written, 4)}\n`;
}

const yamlStyle: YamlStyle = {
  ...{ indent: 2, width: 80, flow: 'never', sortsKeys: true, indentsLists: false },
  ...{ explicitStart: false, explicitEnd: false, defaultStyle: '' },
};

export function yamlOf(value: Value): string {
  return writeYaml(value, yamlStyle);
}
