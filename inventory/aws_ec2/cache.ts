// Instances of one account and region as they were found, on disk: how hosts are named and grouped is not kept, so a
// change of the file applies at once. Whatever could make another answer is in the name of the file.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { accessName, type AwsAccess } from '../../aws/access.ts';
import { instanceCacheFolder, instancesChangedAt } from '../../aws/instance_cache.ts';
import type { AwsRecord, AwsValue } from '../../aws/xml_values.ts';
import type { SourceRequest } from '../../engine/inventory/model.ts';
import type { WrittenOptions } from './written_options.ts';

export interface CacheSettings {
  readonly folder: string;
  readonly prefix: string;
  readonly seconds: number;
  /** Asked anew although something may be kept; what is found is kept. */
  readonly isFresh: boolean;
}

/** Told apart from what another version of this program wrote. */
const format = 1;

export function cacheSettings(
  written: WrittenOptions,
  { defaults, isFresh }: SourceRequest,
): CacheSettings | undefined {
  const isOn = written.flag('cache') ?? /^(?:1|yes|true|on|y|t)$/i.test(defaults.get('cache') ?? '');
  const seconds = written.number('cache_timeout') ?? Number(defaults.get('cache_timeout') ?? 3600);
  const folder = written.text('cache_connection') ?? defaults.get('cache_connection');
  const prefix = written.text('cache_prefix') ?? defaults.get('cache_prefix') ?? 'ansible_inventory_';
  // All caches are files here.
  written.text('cache_plugin');
  if (!isOn) return undefined;
  const place = folder?.replace(/^~(?=\/|$)/, homedir()) ?? instanceCacheFolder(process.env);
  return { folder: path.resolve(place), prefix, seconds, isFresh };
}

/** What was asked: who, where, and by which filters. */
export interface CacheKey {
  readonly access: AwsAccess;
  readonly region: string;
  readonly question: unknown;
}

function fileOf({ folder, prefix }: CacheSettings, { access, region, question }: CacheKey): string {
  // Environment and files may give other credentials under the same name.
  const key =
    access.accessKey ?? (access.profile === undefined ? process.env['AWS_ACCESS_KEY_ID'] : undefined);
  const identity = [format, accessName({ ...access, region }), key ?? '', question];
  const digest = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 24);
  return path.join(folder, `${prefix}${region}_${digest}.json`);
}

/** Maps keep the order of their keys, which objects do not where keys are digits. */
function toText(value: AwsValue): string {
  if (value instanceof Map)
    return `{${[...value].map(([key, item]) => `${JSON.stringify(key)}:${toText(item)}`).join(',')}}`;
  if (Array.isArray(value)) return `[${value.map(toText).join(',')}]`;
  return JSON.stringify(value);
}

const beginning = '[\n';
const ending = '\n]\n';

/** What is kept and still true; undefined when there is nothing of use. */
export function readCache(
  settings: CacheSettings,
  key: CacheKey,
  parse: (text: string) => AwsRecord | undefined,
): readonly AwsRecord[] | undefined {
  if (settings.isFresh) return undefined;
  const file = fileOf(settings, key);
  const askedAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  if (askedAt === undefined || Date.now() - askedAt > settings.seconds * 1000) return undefined;
  if (instancesChangedAt(key.region) >= askedAt) return undefined;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  if (!text.startsWith(beginning) || !text.endsWith(ending)) return undefined;
  const lines = text.slice(beginning.length, -ending.length).split('\n');
  const found = lines.filter((line) => line !== '').map((line) => parse(line.replace(/,$/, '')));
  const whole = found.filter((one) => one !== undefined);
  return whole.length === found.length ? whole : undefined;
}

/** Keeps what was found; `askedAt` is when the question began. Gives why it could not. */
export function writeCache(
  settings: CacheSettings,
  key: CacheKey,
  instances: readonly AwsRecord[],
  askedAt: Date,
): string | undefined {
  const file = fileOf(settings, key);
  const unfinished = `${file}.${process.pid}`;
  try {
    mkdirSync(settings.folder, { recursive: true, mode: 0o700 });
    const text = beginning + instances.map(toText).join(',\n') + ending;
    writeFileSync(unfinished, text, { mode: 0o600 });
    utimesSync(unfinished, askedAt, askedAt);
    renameSync(unfinished, file);
    return undefined;
  } catch (error) {
    rmSync(unfinished, { force: true });
    return error instanceof Error ? error.message : String(error);
  }
}
