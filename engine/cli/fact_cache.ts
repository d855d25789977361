// The fact cache that the settings ask for.
import { type Diagnostic } from '../document/diagnostic.ts';
import type { Inventory } from '../inventory/model.ts';
import type { RunOptions } from '../run/options.ts';
import { FactCache } from '../variables/fact_cache.ts';
import type { Settings } from './settings.ts';

/** Seconds, as in ansible-core. */
const defaultTimeout = 86_400;

export interface AskedCache {
  readonly cache?: FactCache;
  readonly problems: readonly Diagnostic[];
}

function withoutFolder(settings: Settings): Diagnostic {
  const position = settings.place('factCaching');
  return {
    code: 'bad-option',
    severity: 'error',
    summary: 'fact_caching=jsonfile needs a folder for its files',
    detail: 'Give it as fact_caching_connection, or in ANSIBLE_CACHE_PLUGIN_CONNECTION.',
    ...(position ? { position } : {}),
  };
}

/** With `isFresh` what is kept of the hosts within the limit is dropped first. */
export function askedFactCache(
  settings: Settings,
  inventory: Inventory,
  { checkMode, limit }: Pick<RunOptions, 'checkMode' | 'limit'>,
  isFresh: boolean,
): AskedCache {
  const plugin = settings.get('factCaching')?.replace(/^ansible\.(?:builtin|legacy)\./, '');
  if (plugin !== 'jsonfile') return { problems: [] };
  const [folder] = settings.paths('factCachingConnection', /\n/);
  if (folder === undefined) return { problems: [withoutFolder(settings)] };
  // Check mode writes nothing: what should be dropped is not looked at.
  if (isFresh && checkMode) return { problems: [] };
  const timeout = Number(settings.get('factCachingTimeout') ?? defaultTimeout);
  const cache = new FactCache({
    folder,
    prefix: settings.get('factCachingPrefix') ?? '',
    timeoutSeconds: Number.isFinite(timeout) ? timeout : defaultTimeout,
    readOnly: checkMode,
  });
  if (isFresh) {
    const within = inventory.match('all', limit);
    for (const { name } of within.ok ? within.value : []) cache.forget(name);
  }
  return { cache, problems: [] };
}
