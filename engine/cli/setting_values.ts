// Values of settings that are not of their kind. ansible-core refuses a number that is none and takes any other word than
// those of truth for no; of a few words it takes no other.
import type { Diagnostic } from '../document/diagnostic.ts';
import { nearestName } from '../document/nearest.ts';
import { isFalseWord, isTrueWord } from './setting_words.ts';
import type { SettingEntry } from './settings_text.ts';
import type { SettingName } from './settings.ts';

/** The first is what holds when none is set. */
const choices: { readonly [name in SettingName]?: readonly string[] } = {
  hashBehaviour: ['replace', 'merge'],
  factCaching: ['memory', 'jsonfile'],
  gathering: ['implicit', 'explicit', 'smart'],
  strategy: ['linear', 'free', 'host_pinned', 'debug'],
};

/** With the smallest that they may be. */
const numbers: { readonly [name in SettingName]?: number } = {
  forks: 1,
  timeout: 0,
  remotePort: 0,
  verbosity: 0,
  sshRetries: 0,
  taskTimeout: 0,
  factCachingTimeout: 0,
};

const flags: readonly SettingName[] = [
  'hostKeyChecking',
  'forceHandlers',
  'become',
  'retryFiles',
  'anyErrorsFatal',
  'diff',
  'askPass',
  'askVaultPass',
  'becomeAskPass',
  'becomeAllowSameUser',
];

interface Wrong {
  readonly severity: Diagnostic['severity'];
  readonly detail: string;
}

function wrongChoice(value: string, words: readonly string[]): Wrong | undefined {
  const word = value.replace(/^ansible\.builtin\./, '');
  if (words.includes(word)) return undefined;
  const near = nearestName(word, words);
  const meant = near === undefined ? '' : `; did you mean ${near}?`;
  return {
    severity: 'warning',
    detail: `It takes one of ${words.join(', ')}; ${words[0] ?? ''} holds${meant}`,
  };
}

function wrongNumber(value: string, least: number): Wrong | undefined {
  if (/^[+-]?\d+(?:\.0*)?$/.test(value) && Number(value) >= least) return undefined;
  return { severity: 'error', detail: `It takes a whole number from ${least}` };
}

function wrongFlag(name: SettingName, value: string): Wrong | undefined {
  if (isTrueWord(value) || isFalseWord(value)) return undefined;
  if (name === 'hostKeyChecking' && value === 'accept-new') return undefined;
  return { severity: 'warning', detail: 'It takes yes or no' };
}

function wrongOf(name: SettingName, value: string): Wrong | undefined {
  const [words, least] = [choices[name], numbers[name]];
  if (words) return wrongChoice(value, words);
  if (least !== undefined) return wrongNumber(value, least);
  return flags.includes(name) ? wrongFlag(name, value) : undefined;
}

/** `known` gives section, key and variable of each name, `get` the value that holds. */
export function wrongValues(
  known: Readonly<Record<SettingName, readonly [string, string, string]>>,
  entries: readonly SettingEntry[],
  get: (name: SettingName) => string | undefined,
): Diagnostic[] {
  return Object.entries(known).flatMap(([name, [section, key]]): Diagnostic[] => {
    const value = get(name as SettingName);
    const wrong = value === undefined ? undefined : wrongOf(name as SettingName, value);
    if (value === undefined || !wrong) return [];
    const entry = entries.findLast((each) => each.section === section && each.key === key);
    return [
      {
        code: 'bad-option',
        ...wrong,
        summary: `The setting ${key} cannot be ${value}`,
        ...(entry?.value === value ? { position: entry.position } : {}),
      },
    ];
  });
}
