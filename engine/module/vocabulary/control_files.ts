// Files of the control machine that a task sends: one file, or a folder with all that is in it.
import {
  existsSync,
  lstatSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  statSync,
  type Stats,
} from 'node:fs';
import path from 'node:path';
import type { Content } from '../content.ts';
import type { Control, Probe, ProbeFailure, ProbeKind, Rendered, TemplateOptions } from '../contract.ts';
import { octal } from '../mode.ts';
import { openNumber } from './open_number.ts';
import { probe } from '../probe_identity.ts';

export interface ControlQuestion {
  readonly name: string;
  readonly kind: 'files' | 'templates';
  /** Vault-encrypted files are sent decrypted. */
  readonly decrypt: boolean;
  /** Send what links lead to. */
  readonly followLinks: boolean;
}

export type ControlEntry =
  | { readonly name: string; readonly type: 'file'; readonly mode: string; readonly content: Content }
  | { readonly name: string; readonly type: 'directory'; readonly mode: string }
  | { readonly name: string; readonly type: 'link'; readonly target: string };

/** A folder's entries stand before what is in them. */
export type ControlFile =
  | { readonly type: 'file'; readonly path: string; readonly mode: string; readonly content: Content }
  | { readonly type: 'directory'; readonly path: string; readonly entries: readonly ControlEntry[] };

function modeOf(place: string): string {
  return octal(statSync(place).mode & 0o7777);
}

/** Links that lead nowhere, to what is no file, or to a folder that they stand in are sent as links, as by Ansible. */
function isSentAsLink(place: string, above: readonly string[], { followLinks }: ControlQuestion): boolean {
  if (!lstatSync(place).isSymbolicLink()) return false;
  if (!followLinks) return true;
  const end = endOf(place);
  return end?.isDirectory() === true ? above.includes(realpathSync(place)) : end?.isFile() !== true;
}

function endOf(link: string): Stats | undefined {
  try {
    return statSync(link);
  } catch {
    // Nowhere, or round in a circle.
    return undefined;
  }
}

/** `above`: the folders that the entries stand in, where links to them lead. */
async function entriesOf(
  root: string,
  inside: string,
  question: ControlQuestion,
  control: Control,
  above: readonly string[] = [],
): Promise<ControlEntry[]> {
  const entries: ControlEntry[] = [];
  const around = [...above, realpathSync(path.join(root, inside))];
  for (const found of readdirSync(path.join(root, inside)).sort()) {
    const name = path.posix.join(inside, found);
    const place = path.join(root, name);
    if (isSentAsLink(place, around, question)) {
      entries.push({ name, type: 'link', target: readlinkSync(place) });
    } else if (statSync(place).isDirectory()) {
      entries.push({ name, type: 'directory', mode: modeOf(place) });
      entries.push(...(await entriesOf(root, name, question, control, around)));
    } else {
      const content = await control.content(place, { decrypt: question.decrypt });
      entries.push({ name, type: 'file', mode: modeOf(place), content });
    }
  }
  return entries;
}

function notFound({ name, kind }: ControlQuestion, control: Control): ProbeFailure {
  const tried = control.searchPath(kind);
  return {
    failed: `Cannot find ${name} on the control machine; looked in ${tried.join(', ') || 'no folder'}`,
    notYet: true,
    notThere: true,
  };
}

export const controlFileKind: ProbeKind<ControlQuestion, ControlFile> = {
  name: 'control file',
  stability: 'volatile',
  target: 'control',
  answer: async (question, control) => {
    const place = control.find(question.kind, question.name.replace(/(.)\/+$/, '$1'));
    // Check mode may foresee one that is not there yet: the step that makes it says what it is.
    if (place === undefined || !existsSync(place)) return notFound(question, control);
    if (statSync(place).isDirectory())
      return { type: 'directory', path: place, entries: await entriesOf(place, '', question, control) };
    const content = await control.content(place, { decrypt: question.decrypt });
    return { type: 'file', path: place, mode: control.mode?.(place) ?? modeOf(place), content };
  },
};

export function controlFile(question: ControlQuestion): Probe<ControlFile> {
  return probe(controlFileKind, question);
}

export interface RenderQuestion {
  readonly name: string;
  readonly options: TemplateOptions;
  /** Where the host is to have it, as the task says it. */
  readonly destination?: string;
}

export interface RenderedFile {
  readonly path: string;
  readonly mode: string;
  readonly content: Content;
}

/** Depends on the running task's variables, so it is never the same question twice. */
export const renderedKind: ProbeKind<RenderQuestion, RenderedFile> = {
  name: 'rendered template',
  stability: 'volatile',
  target: 'control',
  answer: async ({ name, options, destination }, control) => {
    const place = control.find('templates', name);
    if (place === undefined)
      return notFound({ name, kind: 'templates', decrypt: true, followLinks: true }, control);
    const rendered: Rendered = await control.render(place, options, name, destination);
    if ('failed' in rendered) return rendered;
    return { path: place, mode: control.mode?.(place) ?? modeOf(place), content: rendered.content };
  },
  // Text that is not known yet is that of a file which was seen, or another.
  mayBe: ({ name }, seen) => {
    const digests = seen.flatMap((one) => (Object(one) as { readonly digest?: string }).digest ?? []);
    return ['', ...digests].map((sha256) => ({ path: name, mode: '0644', content: openContent(sha256) }));
  },
};

function openContent(sha256: string): Content {
  return {
    sha256,
    size: openNumber,
    open: () => {
      throw new Error('Content that check mode does not know is not read');
    },
  };
}

export function renderedTemplate(question: RenderQuestion): Probe<RenderedFile> {
  return probe(renderedKind, question);
}
