// `-e`: `name=value` text, a dict in YAML or JSON, or `@file`.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { textOfBytes } from '../document/byte_text.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import { mergedOver } from '../document/merge.ts';
import type { Sources } from '../document/source.ts';
import {
  type Dict,
  isDict,
  keyPositionOf,
  type Position,
  positionOf,
  setPosition,
  withMarks,
} from '../document/value.ts';
import { decryptVault, isVaultText, type VaultSecret } from '../document/vault.ts';
import { parseYaml } from '../document/yaml.ts';
import { parseKeyValues } from '../playbook/key_values.ts';

export interface ExtraVarsOptions {
  readonly folder: string;
  readonly vault?: readonly VaultSecret[];
  readonly texts?: Sources;
  /** hash_behaviour=merge. */
  readonly merges?: boolean;
}

/** The variables of all `-e` options, a later one before an earlier one. */
export function parseExtraVars(
  given: readonly string[],
  options: ExtraVarsOptions,
): { readonly vars: Dict; readonly diagnostics: readonly Diagnostic[] } {
  const vars: Dict = new Map();
  const diagnostics: Diagnostic[] = [];
  for (const text of given) {
    const found = readOne(text, options, diagnostics);
    for (const [name, value] of found) {
      vars.set(name, options.merges === true ? mergedOver(value, vars.get(name)) : value);
      const at = positionOf(found, name);
      if (at) setPosition(vars, name, at, keyPositionOf(found, name));
    }
  }
  return { vars, diagnostics };
}

function refuse(diagnostics: Diagnostic[], summary: string, detail: string, position?: Position): Dict {
  diagnostics.push({ code: 'bad-option', severity: 'error', summary, detail, ...(position && { position }) });
  return new Map();
}

function readOne(text: string, options: ExtraVarsOptions, diagnostics: Diagnostic[]): Dict {
  if (text.startsWith('@')) return readFile(text.slice(1), options, diagnostics);
  if (text.startsWith('/') || text.startsWith('.'))
    return refuse(diagnostics, `Extra variables ${text} look like a file`, `Write -e @${text}`);
  if (/^\s*[[{]/.test(text)) return readYaml(text, '-e', options, diagnostics);
  const parsed = parseKeyValues(text, false);
  if (!parsed.ok)
    return refuse(
      diagnostics,
      `Extra variables (-e): ${parsed.problem.summary}`,
      parsed.problem.detail ?? 'They are name=value, YAML or @file',
    );
  if (parsed.value.free !== undefined)
    return refuse(
      diagnostics,
      `Extra variable ${parsed.value.free} has no value`,
      'Write name=value; quote a value with spaces',
    );
  return new Map(parsed.value.options);
}

function readFile(name: string, options: ExtraVarsOptions, diagnostics: Diagnostic[]): Dict {
  if (name === '') return refuse(diagnostics, 'Extra variables (-e @) name no file', 'Write -e @FILE');
  const file = path.resolve(options.folder, name);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refuse(diagnostics, `Extra variables file ${name} cannot be read`, reason);
  }
  if (!isVaultText(bytes)) {
    options.texts?.add(file, textOfBytes(bytes));
    return readYaml(textOfBytes(bytes), file, options, diagnostics);
  }
  const opened = decryptVault(bytes, options.vault ?? []);
  if (!opened.ok) {
    diagnostics.push({ ...opened.problem, position: { file, line: 1, column: 1 } });
    return new Map();
  }
  const vars = readYaml(textOfBytes(opened.value), file, options, diagnostics);
  return withMarks(vars, { secret: true }) as Dict;
}

function readYaml(text: string, file: string, options: ExtraVarsOptions, diagnostics: Diagnostic[]): Dict {
  if (file === '-e') options.texts?.add(file, text);
  const parsed = parseYaml(text, file, {
    decrypt: (vaultText) => decryptVault(vaultText, options.vault ?? []),
  });
  diagnostics.push(...parsed.diagnostics);
  if (parsed.diagnostics.some(({ severity }) => severity === 'error')) return new Map();
  const second = parsed.starts[1];
  if (second)
    return refuse(diagnostics, `${file} holds more than one YAML document`, 'Only one can be read', second);
  const top = parsed.documents[0] ?? null;
  if (top === null) return new Map();
  return isDict(top)
    ? top
    : refuse(diagnostics, `Extra variables of ${file} are no dict`, 'Write name: value', parsed.starts[0]);
}
