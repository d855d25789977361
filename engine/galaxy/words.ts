// A requirement as one text: what stands on the command line, and in short entries of files.
import path from 'node:path';
import { isDirectory, isFile } from '../document/file_kind.ts';
import { withoutSecrets, unfitForGit } from './address.ts';
import { collectionsBelow, holdsCollection } from './collection_folder.ts';
import { isCollectionName, isRoleName, type Request, type Source } from './request.ts';
import { meetsRange } from './version_range.ts';

/** The request, or why there is none: what is wrong and what to write. */
export type Read = { readonly request: Request } | { readonly wrong: string; readonly advice: string };

/** Paths are those of the working folder, as in Ansible; where there is nothing, those beside the file that names them. */
export type Place = readonly string[];

export function placed(written: string, place: Place): string {
  const home = written.replace(/^~(?=\/|$)/, process.env['HOME'] ?? '~');
  const candidates = place.map((folder) => path.resolve(folder, home));
  return candidates.find((one) => isFile(one) || isDirectory(one)) ?? candidates[0] ?? path.resolve(home);
}

export const wrong = (what: string, advice: string): Read => ({ wrong: withoutSecrets(what), advice });

interface Parts {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
}

/** What is wrong with a name or a version, whatever the source. */
function unfitParts(kind: Request['kind'], source: Source, { name, version }: Parts): Read | undefined {
  // eslint-disable-next-line no-control-regex
  if (version !== undefined && /^-|[\u0000-\u001f\u007f]/.test(version))
    return wrong(`${version} is no version`, 'A version is a tag, a branch, a commit or a number');
  const isRange = kind === 'collection' && source.type !== 'git' && version !== undefined && version !== '';
  if (isRange && meetsRange('0', version) === undefined)
    return wrong(`${version} is no range of versions`, 'It is as in 1.2.3, >=1.0.0,<2.0.0 or *');
  if (name === undefined || (kind === 'role' ? isRoleName(name) : isCollectionName(name))) return undefined;
  const form = kind === 'role' ? 'the name of one folder' : 'NAMESPACE.NAME';
  return wrong(`${name} cannot be the name of a ${kind}`, `It is ${form}, of letters, digits and _`);
}

export function made(kind: Request['kind'], source: Source, shown: string, parts: Parts): Read {
  const { name, version } = parts;
  const request: Request = {
    ...{ kind, source, shown: withoutSecrets(shown) },
    ...(name === undefined ? {} : { name }),
    ...(version === undefined || version === '' || version === '*' ? {} : { version }),
  };
  return unfitParts(kind, source, parts) ?? { request };
}

/** `ADDRESS#/subfolder`. A path of this machine becomes absolute: git is not run in the folder of the file. */
export function gitRequest(kind: Request['kind'], written: string, place: Place, parts: Parts): Read {
  const [address = '', ...fragment] = written.split('#');
  const unfit = unfitForGit(address);
  if (unfit !== undefined) return wrong(`${address} is not asked of git`, unfit);
  const subfolder = path.posix.normalize(fragment.join('#').replace(/^\/+|\/+$/g, '') || '.');
  if (subfolder === '..' || subfolder.startsWith('../'))
    return wrong(`${written} leads out of the repository`, 'The part behind # is a folder of the repository');
  const isPath = !address.includes('://') && !/^[^/]+:/.test(address);
  const whole = isPath ? placed(address, place) : address;
  const source: Source = { type: 'git', address: whole, subfolder: subfolder === '.' ? '' : subfolder };
  return made(kind, source, `git+${written}`, parts);
}

const serverAdvice = (kind: Request['kind']): string =>
  kind === 'role'
    ? 'No Galaxy server is asked here: give src the repository (git+https://..., with scm: git) or an archive'
    : 'No Galaxy server is asked here: give source a repository (type: git), an archive (type: file, url) or a folder (type: dir)';

/** Why a request cannot be met by what we have: it names what only a server knows. */
export function serverProblem(request: Request): { readonly summary: string; readonly detail: string } {
  const what = request.kind === 'role' ? 'Role' : 'Collection';
  return {
    summary: `${what} ${request.name ?? request.shown} is named, and not where it is to be had`,
    detail: serverAdvice(request.kind),
  };
}

/** The last part of an address, as Ansible calls a role without a name. */
export function nameOfAddress(address: string): string {
  const bare = address.replace(/[?#].*$/, '').replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1');
  const last = bare.split(/[/:]/).at(-1) ?? bare;
  return last.replace(/\.git$|\.tar\.gz$|\.tgz$/, '');
}

const scheme = /^[a-z][a-z0-9+.-]*:\/\//i;

export interface RoleParts extends Parts {
  readonly src: string;
  readonly scm?: string | undefined;
}

/** A role by its parts. */
export function roleRequest({ src, scm, name, version }: RoleParts, place: Place): Read {
  if (scm !== undefined && scm !== 'git')
    return wrong(`scm: ${scm} is not taken`, 'Roles come from git, an archive or a folder');
  if (scm === 'git') {
    const called = name ?? nameOfAddress(src);
    return gitRequest('role', src, place, { name: called, version });
  }
  const local = src.replace(/^file:\/\//, '');
  if (scheme.test(src) && local === src)
    return /^https?:/i.test(src)
      ? made('role', { type: 'download', address: src }, src, { name: name ?? nameOfAddress(src), version })
      : wrong(`${src} is not fetched`, 'Taken are http, https and file; write git+ before a repository');
  const target = placed(local, place);
  if (isFile(target))
    return name === undefined
      ? wrong(
          `The role of ${src} has no name`,
          'Say name: in the file, or ARCHIVE,,NAME on the command line: the name of its folder',
        )
      : made('role', { type: 'file', path: target }, src, { name, version });
  if (local.includes('/')) {
    if (!isDirectory(target)) return wrong(`${src} is not there`, `Sought as ${target}`);
    return made('role', { type: 'folder', path: target }, src, {
      name: name ?? path.basename(target),
      version,
    });
  }
  return made('role', { type: 'server' }, src, { name: name ?? src, version });
}

/** `SRC[,VERSION[,NAME]]`, with `git+` before a repository. */
export function roleOfWord(word: string, place: Place): Read {
  const [src = '', version, name, ...more] = word.trim().split(',');
  if (more.length > 0) return wrong(`${word} has too many commas`, 'It is SRC[,VERSION[,NAME]]');
  const [, scm, address] = /^(\w+)\+(.*)$/.exec(src) ?? [];
  const given = { version: version || undefined, name: name || undefined };
  return roleRequest({ src: address ?? src, scm, ...given }, place);
}

export type CollectionType = 'file' | 'dir' | 'git' | 'subdirs' | 'url' | 'galaxy';
export const collectionTypes: readonly CollectionType[] = ['file', 'dir', 'git', 'subdirs', 'url', 'galaxy'];

/** What kind of source a text names; undefined when it names none. */
export function typeOfSource(text: string, place: Place): CollectionType | undefined {
  if (/^git[+@]/.test(text)) return 'git';
  if (/^https?:\/\//i.test(text)) return 'url';
  const target = placed(text.replace(/^file:\/\//, ''), place);
  if (isFile(target)) return 'file';
  if (!isDirectory(target)) return undefined;
  if (holdsCollection(target)) return 'dir';
  return collectionsBelow(target).length > 0 ? 'subdirs' : undefined;
}

/** A collection from a source of a known type. */
export function collectionRequest(type: CollectionType, text: string, place: Place, parts: Parts): Read {
  if (type === 'galaxy') return made('collection', { type: 'server' }, parts.name ?? text, parts);
  if (type === 'git') {
    const [address = '', version] = text.replace(/^git\+/, '').split(/,(.*)/s);
    return gitRequest('collection', address, place, { ...parts, version: version ?? parts.version });
  }
  if (type === 'url') return made('collection', { type: 'download', address: text }, text, parts);
  const target = placed(text.replace(/^file:\/\//, ''), place);
  const fits = type === 'file' ? isFile(target) : isDirectory(target);
  if (!fits) return wrong(`${text} is not there`, `Sought as ${target}`);
  const sourceTypes = { file: 'file', dir: 'folder', subdirs: 'folders' } as const;
  return made('collection', { type: sourceTypes[type], path: target }, text, parts);
}

/** A name, `name:version`, a repository, an address, an archive or a folder. */
export function collectionOfWord(word: string, place: Place, version?: string): Read {
  const type = typeOfSource(word, place);
  if (type !== undefined) return collectionRequest(type, word, place, { version });
  const [name = '', range] = word.split(/:(.*)/s);
  if (isCollectionName(name))
    return collectionRequest('galaxy', name, place, { name, version: range ?? version });
  return isDirectory(placed(word, place))
    ? wrong(
        `${word} holds no collection`,
        'A folder of a collection has a galaxy.yml or a MANIFEST.json, itself or in its folders',
      )
    : wrong(
        `${word} is no collection`,
        'It is NAMESPACE.NAME[:VERSION], git+ADDRESS[#/FOLDER][,VERSION], the address or path of an archive, or a folder',
      );
}
