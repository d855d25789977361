// JSON and YAML in and out.
import { parseYaml } from '../../document/yaml.ts';
import { type Value, bare, KeptText } from '../../document/value.ts';
import { Failure, fail } from '../failure.ts';
import type { Filter, Table } from '../interpreter/tools.ts';
import type { Args } from '../python/arguments.ts';
import { isTruthy } from '../python/compare.ts';
import { type JsonStyle, parseJson, writeJson } from '../python/json.ts';
import { deepMarks } from '../python/marks.ts';
import { asInteger } from '../python/numbers.ts';
import { text } from '../python/printing.ts';
import { iterate } from '../python/sequence.ts';
import { writeYaml } from './yaml_writer.ts';

function kept(result: string, args: Args): Value {
  return new KeptText(result, deepMarks(args.value('value')));
}

function indentOf(value: Value | undefined): string | undefined {
  if (value === undefined || bare(value) === null) return undefined;
  const width = asInteger(value);
  return width === undefined ? text(value) : ' '.repeat(Number(width));
}

function flag(args: Args, name: string, fallback: boolean): boolean {
  const value = args.named.get(name) ?? args.optional(name);
  return value === undefined ? fallback : isTruthy(value);
}

function separators(args: Args): Pick<JsonStyle, 'separators'> {
  const given = args.named.get('separators');
  if (given === undefined || bare(given) === null) return {};
  const [item, key] = iterate(given).map(text);
  return { separators: [item ?? ',', key ?? ':'] };
}

function toJson(args: Args): Value {
  const style: JsonStyle = {
    indent: indentOf(args.named.get('indent')),
    sortsKeys: flag(args, 'sort_keys', false),
    ascii: flag(args, 'ensure_ascii', true),
    ...separators(args),
  };
  return kept(writeJson(args.value('value'), style), args);
}

function toNiceJson(args: Args): Value {
  const style: JsonStyle = {
    indent: indentOf(args.optional('indent') ?? 4),
    sortsKeys: flag(args, 'sort_keys', true),
    ascii: flag(args, 'ensure_ascii', true),
    separators: [',', ': '],
  };
  return kept(writeJson(args.value('value'), style), args);
}

function toYaml(args: Args, isNice: boolean): Value {
  const flow = args.named.get('default_flow_style');
  const result = writeYaml(args.value('value'), {
    indent: Number(asInteger(args.optional('indent') ?? args.named.get('indent') ?? (isNice ? 4 : 2)) ?? 2),
    width: Number(asInteger(args.named.get('width') ?? 80) ?? 80),
    sortsKeys: flag(args, 'sort_keys', true),
    flow:
      isNice || (flow !== undefined && bare(flow) === false)
        ? 'never'
        : flow !== undefined && isTruthy(flow)
          ? 'always'
          : 'leaves',
    indentsLists: flag(args, 'indent_sequences', false),
    explicitStart: flag(args, 'explicit_start', false),
    explicitEnd: flag(args, 'explicit_end', false),
    defaultStyle: args.named.has('default_style') ? text(args.named.get('default_style') ?? '') : '',
  });
  return kept(result, args);
}

/** A YAML text's documents. */
function readYaml(source: string): readonly Value[] {
  const { documents, diagnostics } = parseYaml(source, '(from_yaml)');
  const problem = diagnostics.find(({ severity }) => severity === 'error');
  if (problem) throw new Failure('template-failed', `from_yaml: ${problem.summary}`, problem.detail);
  return documents;
}

function fromYaml(args: Args): Value {
  const value = bare(args.value('value'));
  return typeof value === 'string' ? (readYaml(value)[0] ?? null) : args.value('value');
}

function fromYamlAll(args: Args): Value {
  const value = bare(args.value('value'));
  return typeof value === 'string' ? [...readYaml(value)] : args.value('value');
}

function fromJson(args: Args): Value {
  const value = bare(args.value('value'));
  return typeof value === 'string'
    ? parseJson(value)
    : fail('from_json needs text', `It got: ${text(value)}`);
}

export const dataFilters: Table<Filter> = {
  to_json: { parameters: 'value **options', run: toJson },
  to_nice_json: { parameters: 'value indent sort_keys **options', run: toNiceJson },
  tojson: {
    parameters: 'value indent',
    run: (args) =>
      htmlSafe(
        writeJson(args.value('value'), { indent: indentOf(args.optional('indent')), sortsKeys: true }),
      ),
  },
  from_json: { parameters: 'value', run: fromJson },
  to_yaml: { parameters: 'value **options', run: (args) => toYaml(args, false) },
  to_nice_yaml: { parameters: 'value indent **options', run: (args) => toYaml(args, true) },
  from_yaml: { parameters: 'value', run: fromYaml },
  from_yaml_all: { parameters: 'value', run: fromYamlAll },
};

/** Jinja2's own tojson escapes what HTML would read. */
function htmlSafe(json: string): string {
  return json.replace(/[<>&']/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
}
