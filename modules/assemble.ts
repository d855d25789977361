// Joins the files of a folder of the host, in the order of their names, to one file.
import { textContent } from '../engine/module/content.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import { pythonRegex } from '../engine/module/python_regex.ts';
import { content, type FileContent } from '../engine/module/vocabulary/content.ts';
import { listing, type Listing } from '../engine/module/vocabulary/listing.ts';
import { stat, type Stat } from '../engine/module/vocabulary/stat.ts';
import { fileNames, textOf, textProbes, type FolderSeen } from './shared/folder_texts.ts';
import { backupResult, fileDifference, fileParams, keptResult, putFile } from './shared/put_file.ts';

const params = {
  src: path({ doc: 'A folder of the host.' }),
  dest: path(),
  ...fileParams,
  delimiter: optional(str({ doc: 'Between two files; \\n and its like are written as such.' })),
  regexp: optional(str({ pattern: true, doc: 'Only files whose names it finds.' })),
  ignore_hidden: optional(bool({ doc: 'Leave out files whose names begin with a dot.' }), false),
  remote_src: optional(bool({ doc: 'Folders of the control machine are refused.' }), true),
  decrypt: optional(bool({ doc: 'For folders of the control machine.' }), true),
};

type Wish = Parameters<typeof params>;
interface Seen extends FolderSeen {
  readonly at: Stat;
  readonly old: FileContent;
}

function fragments({ regexp, ignore_hidden: noHidden }: Wish, folder: Listing): readonly string[] {
  const made = pythonRegex(regexp ?? '');
  const isNamed = (name: string): boolean => 'failed' in made || made.regex.search(name) !== undefined;
  return fileNames(folder, (name) => isNamed(name) && !(noHidden && name.startsWith('.')));
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '0': '\0' };

function joined(wish: Wish, seen: Seen): string {
  const delimiter = wish.delimiter?.replace(/\\(.)/g, (all, word: string) => escapes[word] ?? all);
  const line = delimiter === undefined || delimiter === '' || delimiter.endsWith('\n') ? '' : '\n';
  return fragments(wish, seen.folder).reduce((text, name, index) => {
    const newline = text === '' || text.endsWith('\n') ? '' : '\n';
    const between = index === 0 ? '' : `${delimiter ?? ''}${line}`;
    return `${text}${newline}${between}${textOf(seen, name)}`;
  }, '');
}

export const assemble = defineModule({
  name: 'assemble',
  fullNames: ['ansible.builtin.assemble'],
  summary: 'Join the files of a folder to one',
  reach: ({ dest }) => ({ files: [dest] }),
  params,
  seen: answers<Seen>(),
  probes: (wish, { folder }) => {
    if (!folder)
      return {
        folder: listing({ path: wish.src }),
        at: stat({ path: wish.dest, digest: 'sha256', follow: true }),
        old: content(wish.dest),
      };
    return textProbes(wish.src, fragments(wish, folder));
  },
  plan: (wish, seen, context) => {
    const made = pythonRegex(wish.regexp ?? '');
    if ('failed' in made) return { steps: [], fail: made.failed };
    if (!wish.remote_src) return { steps: [], fail: 'assemble joins files of the host only (remote_src)' };
    if (!seen.folder.exists) return { steps: [], fail: `Source (${wish.src}) does not exist` };
    const after = textContent(joined(wish, seen));
    return {
      steps: putFile({ ...wish, path: wish.dest, content: after }, seen.at, context),
      differences: fileDifference(wish.dest, seen.old, after),
    };
  },
  result: (wish, seen, outcomes, { at }) => ({
    src: wish.src,
    msg: 'OK',
    ...keptResult(wish.dest, at, textContent(joined(wish, seen)), true),
    ...backupResult(outcomes),
  }),
});
