// Each setting with its value and where that comes from: those that are honoured, and those that are set and are not.
import { dict, Float, type Value } from '../../document/value.ts';
import { expandHome } from '../../playbook/file_search.ts';
import { isFalseWord, isTrueWord } from '../setting_words.ts';
import { knownSettings, type SettingName, type Settings } from '../settings.ts';
import { type Unread, unreadKey, unreadVariable } from '../unused_settings.ts';
import type { CoreSetting, SettingKind } from './core_setting.ts';
import { coreSettings } from './core_settings.ts';

export interface ToldSetting {
  readonly name: string;
  readonly value: Value;
  /** `default`, the settings file, or `env: NAME`. */
  readonly origin: string;
  /** `core` are ansible-core's own, `plugins` those of its plugins and ours. */
  readonly group: 'core' | 'plugins' | 'not honoured';
}

function typed(text: string, kind: SettingKind): Value {
  if (kind === 'boolean' && isTrueWord(text)) return true;
  if (kind === 'boolean' && isFalseWord(text)) return false;
  if (kind === 'integer' && /^-?\d+$/.test(text)) return Number(text);
  if (kind === 'number' && /^[\d.]+$/.test(text)) return new Float(Number(text));
  if (text === '') return kind === 'list' || kind === 'paths' || kind === 'places' ? [] : '';
  if (kind === 'list') return text.split(',').map((one) => one.trim());
  if (kind === 'path') return expandHome(text);
  if (kind === 'paths') return text.split(':').map(expandHome);
  return kind === 'places' ? text.split(',').map((one) => expandHome(one.trim())) : text;
}

function valueOf(settings: Settings, name: SettingName, core: CoreSetting | undefined): Value {
  const text = settings.get(name);
  const kind = core?.kind ?? 'text';
  if (text === undefined) return core?.fallback === undefined ? null : typed(core.fallback, kind);
  // Paths are relative to the file that names them.
  if (kind === 'path') return settings.paths(name, /\n/)[0] ?? null;
  if (kind === 'paths') return [...settings.paths(name, /:/)];
  return kind === 'places' ? [...settings.paths(name, /,(?=.)/)] : typed(text, kind);
}

function byName(a: ToldSetting, b: ToldSetting): number {
  return a.name < b.name ? -1 : 1;
}

function honoured(settings: Settings): ToldSetting[] {
  const names = Object.keys(knownSettings) as SettingName[];
  return names.map((name): ToldSetting => {
    const [section, key] = knownSettings[name];
    const core = coreSettings.get(`${section}.${key}`);
    return {
      name: core?.name ?? `${section}.${key}`,
      value: valueOf(settings, name, core),
      origin: settings.origin(name) ?? 'default',
      group: core ? 'core' : 'plugins',
    };
  });
}

/** Set, and read by nothing here: told with the others where what they ask for is done anyway. */
function unread(settings: Settings, environment: NodeJS.ProcessEnv): ToldSetting[] {
  const known = Object.values(knownSettings);
  const keys = new Set(known.map(([section, key]) => `${section}.${key}`));
  const variables = new Set<string>(known.map(([, , variable]) => variable));
  const inFile = [...settings.written].flatMap(([key, text]): ToldSetting[] => {
    const judgement = keys.has(key) ? undefined : unreadKey(key, text);
    const core = coreSettings.get(key);
    const told = { name: core?.name ?? key, value: typed(text, core?.kind ?? 'text') };
    return judgement === undefined
      ? []
      : [{ ...told, origin: settings.file ?? '', group: groupOf(judgement, core) }];
  });
  const inEnvironment = Object.entries(environment).flatMap(([name, value = '']): ToldSetting[] => {
    const judgement = variables.has(name) ? undefined : unreadVariable(name, value);
    if (judgement === undefined || name === 'ANSIBLE_CONFIG') return [];
    return [{ name, value, origin: `env: ${name}`, group: groupOf(judgement, undefined) }];
  });
  return [...inFile, ...inEnvironment];
}

function groupOf(judgement: Unread, core: CoreSetting | undefined): ToldSetting['group'] {
  if (judgement === 'unused') return 'not honoured';
  return core ? 'core' : 'plugins';
}

export function toldSettings(settings: Settings, environment: NodeJS.ProcessEnv): readonly ToldSetting[] {
  const file: ToldSetting = { name: 'CONFIG_FILE', value: settings.file ?? null, origin: '', group: 'core' };
  const all = [file, ...honoured(settings), ...unread(settings, environment)].sort(byName);
  return (['core', 'plugins', 'not honoured'] as const).flatMap((group) =>
    all.filter((one) => one.group === group),
  );
}

/** What `list` tells of each setting that is honoured. */
export function describedSettings(): Value {
  const entries = Object.values(knownSettings).map(([section, key, variable]): [string, Value] => {
    const core = coreSettings.get(`${section}.${key}`);
    const described: Record<string, Value> = {
      default: core?.fallback === undefined ? null : typed(core.fallback, core.kind),
      env: [dict({ name: variable })],
      ini: [dict({ key, section })],
      type: core?.kind ?? 'text',
    };
    return [core?.name ?? `${section}.${key}`, dict(described)];
  });
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
