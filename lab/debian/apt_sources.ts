// The package archives that this machine itself is set up to use, read from apt's own files in both of their formats
// (sources.list(5)), and from them the archives of another Debian suite. So no archive's address stands in this repository.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Outcome } from '../outcome.ts';
import { refused, succeeded } from '../outcome.ts';

export interface AptSource {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** A keyring's path or an inline key block, as the source has it. */
  readonly signedBy?: string;
}

const codenames = ['bullseye', 'bookworm', 'trixie', 'forky', 'sid', 'oldstable', 'stable', 'testing'];
const archiveKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** All enabled binary sources below `root`; files that cannot be read count as absent. */
export async function readAptSources(root = '/etc/apt'): Promise<AptSource[]> {
  const parts = await readdir(path.join(root, 'sources.list.d')).catch(() => []);
  const files = ['sources.list', ...parts.sort().map((name) => path.join('sources.list.d', name))];
  const sources: AptSource[] = [];
  for (const file of files) {
    const text = await readFile(path.join(root, file), 'utf8').catch(() => '');
    if (file.endsWith('.sources')) sources.push(...parseStanzas(text));
    else if (file.endsWith('.list')) sources.push(...parseLines(text));
  }
  return sources;
}

/** One-line format: `deb [signed-by=FILE] URI SUITE COMPONENT...`. */
export function parseLines(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (match === null) return [];
    const [, options = '', uri = '', suite = '', components = ''] = match;
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1];
    return [source([uri], [suite], words(components), signedBy)];
  });
}

/** Stanza format (deb822): fields `Types`, `URIs`, `Suites`, `Components`, `Signed-By`, `Enabled`. */
export function parseStanzas(text: string): AptSource[] {
  const withoutComments = text.replace(/^#.*\n?/gm, '');
  return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string): string =>
      new RegExp(`^${name}:[ \\t]*(.*(?:\\n[ \\t].*)*)`, 'im').exec(stanza)?.[1]?.trim() ?? '';
    if (!words(field('Types')).includes('deb') || /^(no|false|0)$/i.test(field('Enabled'))) return [];
    return [
      source(words(field('URIs')), words(field('Suites')), words(field('Components')), field('Signed-By')),
    ];
  });
}

/**
 * The archives of Debian suite `suite`: the same addresses as the machine's own Debian sources (main, updates and, where
 * the machine has them, security) with the suite's name put in. `mirror` replaces the main archive's address.
 */
export function deriveSuite(
  sources: readonly AptSource[],
  suite: string,
  mirror?: string,
): Outcome<AptSource[]> {
  const main = findMain(sources);
  if (mirror !== undefined && mirror !== '')
    return succeeded([source([mirror], [suite, `${suite}-updates`], ['main'], main?.signedBy ?? keyring())]);
  if (main === undefined)
    return refused({
      summary: 'The apt sources of this machine name no Debian archive',
      remedy: 'set HARDWAY_DEBIAN_MIRROR to the address of one',
    });
  const security = sources.find((one) => one.suites.some((name) => /^[a-z]+-security$/.test(name)));
  const derived = [source(main.uris, [suite, `${suite}-updates`], ['main'], main.signedBy ?? keyring())];
  if (security !== undefined)
    derived.push(source(security.uris, [`${suite}-security`], ['main'], security.signedBy ?? keyring()));
  return succeeded(derived);
}

/** Other vendors use Debian's suite names too; only Debian itself has an updates suite or its archive's key. */
function findMain(sources: readonly AptSource[]): AptSource | undefined {
  const candidates = sources.filter(
    (one) =>
      one.components.includes('main') &&
      one.suites.some((suite) => codenames.includes(suite)) &&
      one.uris.some((uri) => !uri.startsWith('cdrom:')),
  );
  const isDebian = (one: AptSource): boolean =>
    one.signedBy?.includes('debian-archive') === true ||
    sources.some(
      (other) => other.uris[0] === one.uris[0] && other.suites.some((suite) => suite.endsWith('-updates')),
    );
  return candidates.find(isDebian) ?? candidates[0];
}

/** The sources as text in stanza format. */
export function renderSources(sources: readonly AptSource[]): string {
  return sources
    .map((one) =>
      [
        'Types: deb',
        `URIs: ${one.uris.join(' ')}`,
        `Suites: ${one.suites.join(' ')}`,
        `Components: ${one.components.join(' ')}`,
        ...(one.signedBy === undefined ? [] : [`Signed-By: ${one.signedBy}`]),
      ].join('\n'),
    )
    .join('\n\n')
    .concat('\n');
}

function keyring(): string | undefined {
  return existsSync(archiveKeyring) ? archiveKeyring : undefined;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function source(
  uris: readonly string[],
  suites: readonly string[],
  components: readonly string[],
  signedBy: string | undefined,
): AptSource {
  const plain = { uris, suites, components };
  return signedBy === undefined || signedBy === '' ? plain : { ...plain, signedBy };
}
