// Keeps a file on the host equal to a template rendered with the task's variables.
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, oneOf, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import type { TemplateOptions } from '../engine/module/contract.ts';
import { content, type FileContent } from '../engine/module/vocabulary/content.ts';
import { renderedTemplate, type RenderedFile } from '../engine/module/vocabulary/control_files.ts';
import { baseName, joinPath } from '../engine/module/vocabulary/paths.ts';
import { isFolder, stat, type Stat } from '../engine/module/vocabulary/stat.ts';
import {
  backupResult,
  fileDifference,
  fileParams,
  fileReturns,
  isWritten,
  keptResult,
  putFile,
} from './shared/put_file.ts';

const params = {
  src: str({ local: 'templates', doc: 'A template of the control machine, sought in templates/.' }),
  dest: path({ doc: 'A folder when it ends in / or is one.' }),
  ...fileParams,
  force: optional(bool({ doc: 'Replace a file that differs.' }), true),
  follow: optional(bool({ doc: 'When dest is a link, write what it leads to.' }), false),
  newline_sequence: optional(oneOf('\n', '\r\n', '\r'), '\n'),
  trim_blocks: optional(bool(), true),
  lstrip_blocks: optional(bool(), false),
  block_start_string: optional(str()),
  block_end_string: optional(str()),
  variable_start_string: optional(str()),
  variable_end_string: optional(str()),
  comment_start_string: optional(str()),
  comment_end_string: optional(str()),
  output_encoding: optional(oneOf('utf-8', 'UTF-8'), 'utf-8'),
};

interface Seen {
  readonly rendered: RenderedFile;
  readonly dest: Stat;
  readonly inside?: Stat;
  readonly before?: FileContent;
}

type Wish = Parameters<typeof params>;

function optionsOf(wish: Wish): TemplateOptions {
  const marks = {
    blockStart: wish.block_start_string,
    blockEnd: wish.block_end_string,
    variableStart: wish.variable_start_string,
    variableEnd: wish.variable_end_string,
    commentStart: wish.comment_start_string,
    commentEnd: wish.comment_end_string,
  };
  const given = Object.entries(marks).filter(([, mark]) => mark !== undefined);
  return {
    trimBlocks: wish.trim_blocks,
    lstripBlocks: wish.lstrip_blocks,
    newline: wish.newline_sequence,
    ...(Object.fromEntries(given) as TemplateOptions),
  };
}

/** Where the file will stand: dest, or the template's name in it. */
function place(wish: Wish, dest: Stat): string {
  if (wish.dest.endsWith('/') || isFolder(dest)) return joinPath(wish.dest, baseName(wish.src));
  return wish.follow && dest.exists && dest.resolved ? dest.resolved : wish.dest;
}

export const template = defineModule({
  name: 'template',
  fullNames: ['ansible.builtin.template'],
  summary: 'Keep a file equal to a rendered template',
  reach: ({ dest }) => ({ files: [dest] }),
  params,
  returns: fileReturns,
  seen: answers<Seen>(),
  probes: (wish, { dest, inside }, context) => {
    if (!dest) return { dest: stat({ path: wish.dest, digest: 'sha256', follow: wish.follow }) };
    const target = place(wish, dest);
    // Rendered when the file is seen: what check mode cannot render yet is compared with it.
    if (target !== wish.dest && !inside) return { inside: stat({ path: target, digest: 'sha256' }) };
    return {
      rendered: renderedTemplate({ name: wish.src, options: optionsOf(wish), destination: wish.dest }),
      ...(context.diff ? { before: content(target) } : {}),
    };
  },
  plan: (wish, { rendered, dest, inside, before }, context) => {
    const at = inside ?? dest;
    if (!wish.force && at.exists) return { steps: [] };
    const target = place(wish, dest);
    const mode = wish.mode === 'preserve' ? rendered.mode : wish.mode;
    const steps = putFile({ ...wish, mode, path: target, content: rendered.content }, at, context);
    return { steps, differences: fileDifference(target, before, rendered.content) };
  },
  result: (wish, { rendered, dest }, outcomes, after) => ({
    ...keptResult(place(wish, dest), after.inside ?? after.dest, rendered.content, isWritten(outcomes)),
    src: rendered.path,
    ...backupResult(outcomes),
  }),
});
