// Keeps a source of Debian packages in apt's lists, one line each. `ppa:` needs Launchpad and is refused.
import { textContent } from '../engine/module/content.ts';
import type { Plan, PlanContext, Step } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, int, mode, oneOf, optional, str, type Parameters } from '../engine/module/kinds.ts';
import { content, textIn, type FileContent } from '../engine/module/vocabulary/content.ts';
import { aptUpdate } from '../engine/module/vocabulary/package_acts.ts';
import { listing } from '../engine/module/vocabulary/listing.ts';
import { joinPath } from '../engine/module/vocabulary/paths.ts';
import { removeFile } from '../engine/module/vocabulary/remove_file.ts';
import { writeFile } from '../engine/module/vocabulary/write_file.ts';
import {
  sourceFileName,
  sourceOf,
  withoutSource,
  withSource,
  type SourceFile,
} from './shared/apt_sources.ts';
import { fileNames, textOf, textProbes, type FolderSeen } from './shared/folder_texts.ts';

const mainFile = '/etc/apt/sources.list';
const folder = '/etc/apt/sources.list.d';

const params = {
  repo: str({ doc: 'A line as in sources.list: deb URI suite component...' }),
  state: optional(oneOf('present', 'absent'), 'present'),
  mode: optional(mode({ doc: 'Of a file that is made; 0644.' })),
  filename: optional(str({ doc: 'Below sources.list.d, without its ending; default: made of the URI.' })),
  update_cache: optional(bool({ aliases: ['update-cache'], doc: 'Fetch the lists after a change.' }), true),
  update_cache_retries: optional(int(), 5),
  update_cache_retry_max_delay: optional(int(), 12),
  codename: optional(str({ doc: 'Of ppa: sources, which are refused.' })),
  validate_certs: optional(bool({ doc: 'Of ppa: sources, which are refused.' }), true),
  install_python_apt: optional(bool({ doc: 'Nothing is done: no Python is needed.' }), true),
};

type Wish = Parameters<typeof params>;
interface Seen extends FolderSeen {
  readonly main: FileContent;
}

function isList(name: string): boolean {
  return name.endsWith('.list') && !name.includes('/');
}

function filesIn(seen: Seen): SourceFile[] {
  const names = fileNames(seen.folder, isList);
  const more = names.map((name) => ({ path: joinPath(folder, name), text: textOf(seen, name) }));
  return [...(seen.main.found === 'file' ? [{ path: mainFile, text: textIn(seen.main) }] : []), ...more];
}

function place({ filename }: Wish, source: string): string {
  const name = `${filename ?? sourceFileName(source)}.list`;
  return name.includes('/') ? name : joinPath(folder, name);
}

interface Change {
  readonly path: string;
  readonly before: string | undefined;
  /** Undefined: the file goes. */
  readonly after: string | undefined;
}

function changes(wish: Wish, seen: Seen): readonly Change[] {
  const source = sourceOf(wish.repo)?.source ?? '';
  const files = filesIn(seen);
  const after =
    wish.state === 'present' ? withSource(files, source, place(wish, source)) : withoutSource(files, source);
  return after.flatMap(({ path, text }) => {
    const before = files.find((file) => file.path === path)?.text;
    // As in Ansible, a list that lost its last line goes.
    return before === text ? [] : [{ path, before, after: text === '' ? undefined : text }];
  });
}

function changeStep({ path, after }: Change, wish: Wish, { user }: PlanContext): Step {
  if (after === undefined) return removeFile(path);
  return writeFile({ path, content: textContent(after), mode: wish.mode ?? '0644', creator: user });
}

function plan(wish: Wish, seen: Seen, context: PlanContext): Plan {
  if (wish.repo.startsWith('ppa:'))
    return { steps: [], fail: 'apt_repository does not ask Launchpad (ppa:)' };
  if (sourceOf(wish.repo)?.isEnabled !== true)
    return { steps: [], fail: `Invalid repository string: ${wish.repo}` };
  const due = changes(wish, seen);
  const update = due.length > 0 && wish.update_cache ? [aptUpdate([])] : [];
  return {
    steps: [...due.map((change) => changeStep(change, wish, context)), ...update],
    differences: due.map(({ path, before, after }) => ({
      header: path,
      before: before ?? null,
      after: after ?? null,
    })),
  };
}

export const apt_repository = defineModule({
  name: 'apt_repository',
  fullNames: ['ansible.builtin.apt_repository'],
  summary: 'Keep a source of Debian packages',
  params,
  seen: answers<Seen>(),
  probes: (_, seen) => {
    if (!seen.folder) return { folder: listing({ path: folder }), main: content(mainFile) };
    return textProbes(folder, fileNames(seen.folder, isList));
  },
  plan,
  result: (wish, seen) => {
    const due = changes(wish, seen);
    return {
      repo: wish.repo,
      state: wish.state,
      sources_added: due.filter(({ before }) => before === undefined).map(({ path }) => path),
      sources_removed: due.filter(({ after }) => after === undefined).map(({ path }) => path),
    };
  },
});
