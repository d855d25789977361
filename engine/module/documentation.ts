// What a module says of itself: text for people (`hardway doc`), JSON schema for editors. Both come from the same
// declaration that checks a playbook.
import type { Module } from './define.ts';
import { objectSchema, type Kind } from './kinds.ts';

function typeText(kind: Kind<unknown>): string {
  if (kind.choices) return kind.choices.map((choice) => JSON.stringify(choice).slice(1, -1)).join(' | ');
  if (kind.name === 'list' && kind.elements) return `list of ${typeText(kind.elements)}`;
  return kind.secret ? `${kind.name}, secret` : kind.name;
}

function defaultText({ default: fallback, required }: Kind<unknown>): string {
  if (required) return ', required';
  return fallback === undefined || typeof fallback === 'function'
    ? ''
    : `, default ${JSON.stringify(fallback)}`;
}

function paramLines(params: { readonly [name: string]: Kind<unknown> }, indent: string): string[] {
  return Object.entries(params).flatMap(([name, kind]) => {
    const aliases = kind.aliases && kind.aliases.length > 0 ? ` (or ${kind.aliases.join(', ')})` : '';
    const about = [kind.doc, kind.deprecated === undefined ? undefined : `Deprecated: ${kind.deprecated}.`];
    const inner = kind.options ?? kind.elements?.options;
    return [
      `${indent}${name}${aliases}: ${typeText(kind)}${defaultText(kind)}`,
      ...about.filter((line) => line !== undefined).map((line) => `${indent}    ${line}`),
      ...(inner ? paramLines(inner, `${indent}    `) : []),
    ];
  });
}

function ruleLines({ constraints = {} }: Module): string[] {
  const {
    mutuallyExclusive = [],
    requiredOneOf = [],
    requiredTogether = [],
    requiredIf = [],
    requiredBy = {},
  } = constraints;
  return [
    ...mutuallyExclusive.map((names) => `  Only one of ${names.join(', ')}.`),
    ...requiredOneOf.map((names) => `  One of ${names.join(', ')} is needed.`),
    ...requiredTogether.map((names) => `  ${names.join(', ')} are needed together.`),
    ...requiredIf.map(
      ([name, value, names]) => `  When ${name} is ${JSON.stringify(value)}: ${names.join(', ')}.`,
    ),
    ...Object.entries(requiredBy).map(([name, names]) => `  When ${name} is given: ${names.join(', ')}.`),
  ];
}

/** Plain text, lines not wrapped. */
export function moduleText(module: Module): string {
  const rules = ruleLines(module);
  const names =
    module.fullNames && module.fullNames.length > 0 ? [`Names: ${module.fullNames.join(', ')}`] : [];
  return [
    `${module.name}: ${module.summary}`,
    ...names,
    ...(module.description === undefined ? [] : ['', module.description]),
    ...(module.freeForm === undefined ? [] : ['', `Free text is ${module.freeForm}.`]),
    '',
    'Parameters',
    ...paramLines(module.params, '  '),
    ...(module.anyParameter ? [`  any other name: ${typeText(module.anyParameter)}`] : []),
    ...(rules.length > 0 ? ['', 'Rules', ...rules] : []),
    ...(module.returns
      ? ['', 'Returns', ...paramLines(module.returns, '  ').map((line) => line.replace(', required', ''))]
      : []),
    ...(module.examples === undefined ? [] : ['', 'Examples', module.examples.trimEnd()]),
    '',
  ].join('\n');
}

/** JSON schema of a task's arguments as the module sees them; text with a template is allowed anywhere. */
export function moduleSchema(module: Module): object {
  const schema = objectSchema(module.params) as { readonly properties: Readonly<Record<string, object>> };
  const properties = Object.fromEntries(
    Object.entries(module.params).flatMap(([name, kind]) => {
      const own = { anyOf: [schema.properties[name] ?? {}, { type: 'string', pattern: '\\{[{%]' }] };
      return [name, ...(kind.aliases ?? [])].map((word) => [word, own]);
    }),
  );
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: module.name,
    description: module.summary,
    type: 'object',
    properties,
    additionalProperties: module.anyParameter !== undefined,
  };
}
