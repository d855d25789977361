// Facts that a host says of itself: `.fact` files in JSON or INI, or what they print when they can be run.
import { parseJson } from '../../engine/document/json.ts';
import type { ResultData } from '../../engine/module/contract.ts';
import { baseName } from '../../engine/module/vocabulary/paths.ts';
import type { Texts } from './fact_texts.ts';
import type { Facts } from './facts_system.ts';

type Section = Map<string, string>;

/** Sections of an INI text as Python's configparser reads them, but for `%(name)s`; undefined when it is none. */
export function parseIni(text: string): Map<string, Section> | undefined {
  const sections = new Map<string, Section>();
  const defaults: Section = new Map();
  let section: Section | undefined;
  let last: string | undefined;
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '' || /^[#;]/.test(trimmed)) continue;
    const header = /^\[(.+)\]/.exec(trimmed)?.[1];
    if (/^\s/.test(line) && section && last !== undefined) {
      section.set(last, `${section.get(last) ?? ''}\n${trimmed}`);
    } else if (header !== undefined) {
      section = header === 'DEFAULT' ? defaults : (sections.get(header) ?? new Map());
      if (header !== 'DEFAULT') sections.set(header, section);
      last = undefined;
    } else {
      const [, name, value = ''] = /^(.*?)\s*[=:]\s*(.*)$/.exec(trimmed) ?? [];
      if (!section || name === undefined || name === '') return undefined;
      last = name.toLowerCase();
      section.set(last, value);
    }
  }
  return new Map([...sections].map(([name, own]) => [name, new Map([...defaults, ...own])]));
}

interface Local {
  readonly facts: Facts;
  readonly warnings: readonly string[];
}

function readFact(file: string, code: string, text: string): { value: ResultData; warning?: string } {
  if (code !== '-' && code !== '0') {
    const warning = `Failure executing fact script (${file}), rc: ${code}`;
    return { value: warning, warning };
  }
  const json = parseJson(text.trim());
  if ('value' in json) return { value: json.value };
  const ini = parseIni(text);
  if (ini) return { value: ini };
  const warning = `error loading facts as JSON or ini - please check content: ${file}`;
  return { value: warning, warning };
}

export function localFacts(texts: Texts): Local {
  const local = new Map<string, ResultData>();
  const warnings: string[] = [];
  for (const part of `\n${texts.local ?? ''}`.split('\n\u0002').slice(1)) {
    const [, code = '', file = '', text = ''] = /^(\S+) ([^\n]*)\n?(.*)$/s.exec(part) ?? [];
    const { value, warning } = readFact(file, code, text);
    local.set(baseName(file).replace('.fact', ''), value);
    if (warning !== undefined) warnings.push(warning);
  }
  return { facts: { local: Object.fromEntries(local) }, warnings };
}
