// A fetched collection: from an archive, verified against its sums, or built from a folder.
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Diagnostic } from '../document/diagnostic.ts';
import { whatStands } from '../document/file_kind.ts';
import { shellPattern } from '../document/shell_pattern.ts';
import { pythonStr } from '../document/python_text.ts';
import type { Sources } from '../document/source.ts';
import { bare, isDict, isList, type Position, textOf, type Value } from '../document/value.ts';
import { error, keyPlace, suggestion, warning } from '../playbook/problem.ts';
import {
  builtManifests,
  type CollectionInfo,
  collectionInfo,
  readManifest,
  verifiedFiles,
} from './collection_manifest.ts';
import { filesName, manifestName, sourceName } from './collection_folder.ts';
import { refuse } from './refusal.ts';
import { readYamlFile } from './requirements_file.ts';
import { checkLinks, copyEntries, entriesOf, type Entry } from './tree.ts';

const modeOf = ({ mode }: Entry): number => ((mode & 0o100) === 0 ? 0o644 : 0o755);

/** Copies what an unpacked archive lists, and nothing else. */
export function stageArchive(unpacked: string, to: string): CollectionInfo {
  const info = readManifest(unpacked);
  const listed = new Set([manifestName, filesName, ...verifiedFiles(unpacked)]);
  const entries = entriesOf(unpacked).filter(({ name }) => listed.has(name));
  copyEntries(unpacked, to, entries, modeOf);
  return info;
}

const texts = ['namespace', 'name', 'version', 'readme', 'description', 'license_file', 'repository'];
const moreTexts = ['documentation', 'homepage', 'issues'];
const lists = ['authors', 'license', 'tags', 'build_ignore'];
const required = ['namespace', 'name', 'version', 'readme', 'authors'];
const known = [...texts, ...moreTexts, ...lists, 'dependencies', 'manifest'];

function plain(value: Value | undefined): unknown {
  const inner = bare(value ?? null);
  if (isList(inner)) return inner.map(plain);
  if (isDict(inner)) return Object.fromEntries([...inner].map(([key, item]) => [String(key), plain(item)]));
  if (inner === null || typeof inner === 'boolean' || typeof inner === 'number') return inner;
  return textOf(inner) ?? pythonStr(inner);
}

interface Described {
  readonly info: CollectionInfo;
  readonly ignored: readonly string[];
}

function readSource(file: string, sources: Sources, problems: Diagnostic[]): Described {
  const parsed = readYamlFile(file, sources, problems);
  if (!parsed) return refuse('fetch-failed', `${file} cannot be read`);
  const { value, start } = parsed;
  if (!isDict(value)) return refuse('wrong-type', `${sourceName} must be a dict`, undefined, start);
  checkSource([...value.keys()].map(String), (key) => keyPlace(value, key, start), start, problems);
  const all: Record<string, unknown> = {};
  for (const key of [...texts, ...moreTexts]) all[key] = plain(value.get(key));
  for (const key of lists) {
    const given = plain(value.get(key));
    all[key] = given === null ? [] : Array.isArray(given) ? given : [given];
  }
  all['dependencies'] = plain(value.get('dependencies')) ?? {};
  if (bare(value.get('manifest') ?? null) !== null)
    refuse(
      'unsupported',
      'manifest: of a galaxy.yml is not built',
      'Say by build_ignore what stays out',
      keyPlace(value, 'manifest', start),
    );
  const info = collectionInfo(all, sourceName);
  return {
    info: { ...info, all: { ...all, version: info.version } },
    ignored: all['build_ignore'] as string[],
  };
}

function checkSource(
  keys: readonly string[],
  placeOf: (key: string) => Position,
  start: Position,
  problems: Diagnostic[],
): void {
  for (const key of keys.filter((one) => !known.includes(one)))
    problems.push(warning('unknown-keyword', `Unknown key ${key}`, placeOf(key), suggestion(key, known)));
  const missing = required.filter((key) => !keys.includes(key));
  if (missing.length > 0)
    problems.push(error('missing-keyword', `${sourceName} lacks ${missing.join(', ')}`, start));
}

const neverBuilt = [
  'MANIFEST.json',
  'FILES.json',
  'galaxy.yml',
  'galaxy.yaml',
  '.git',
  '*.pyc',
  '*.retry',
  'tests/output',
];
const neverFolders = ['CVS', '.bzr', '.hg', '.git', '.svn', '__pycache__', '.tox'];

/** Builds the collection of a folder, from its galaxy.yml or as it was installed, into `to`. */
export function stageFolder(
  folder: string,
  to: string,
  sources: Sources,
  problems: Diagnostic[],
): CollectionInfo {
  const [source, manifest] = [sourceName, manifestName].map((name) => path.join(folder, name));
  for (const file of [source ?? '', manifest ?? ''])
    if (whatStands(file, 'itself')?.isSymbolicLink() === true)
      refuse(
        'unsafe-content',
        `${path.basename(file)} of the collection is a link`,
        'Nothing of it was installed',
      );
  if (existsSync(source ?? '') && existsSync(manifest ?? ''))
    refuse(
      'requirement',
      `${folder} has both ${sourceName} and ${manifestName}`,
      'It is a source or an installed collection, not both',
    );
  const { info, ignored } = existsSync(manifest ?? '')
    ? { info: readManifest(folder), ignored: [] }
    : readSource(source ?? '', sources, problems);
  const patterns = [...neverBuilt, `${info.namespace}-${info.name}-*.tar.gz`, ...ignored].map(shellPattern);
  const entries = entriesOf(
    folder,
    (name, isFolder) =>
      (isFolder && neverFolders.includes(path.basename(name))) ||
      patterns.some((pattern) => pattern.test(name)),
  );
  checkLinks(entries);
  copyEntries(folder, to, entries, modeOf);
  const built = builtManifests(to, entries, info);
  for (const [name, text] of [
    [manifestName, built.manifest],
    [filesName, built.files],
  ] as const) {
    writeFileSync(path.join(to, name), text);
    chmodSync(path.join(to, name), 0o644);
  }
  return info;
}
