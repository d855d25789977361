// What probes and steps may use of the control machine, as the running task sees it.
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { bytesContent, type Content, knowsMd5, textContent } from '../module/content.ts';
import type { Control, Rendered, TemplateOptions } from '../module/contract.ts';
import { textOfBytes } from '../document/byte_text.ts';
import type { Outcome } from '../document/diagnostic.ts';
import type { Dict } from '../document/value.ts';
import { isVaultText } from '../document/vault.ts';
import { octal } from '../module/mode.ts';
import { templateFileVariables, type TemplateFile } from '../template/template_file_variables.ts';
import { pureOnly } from '../template/pure_only.ts';
import { foreseenMode } from './foreseen_files.ts';
import type { RunState } from './state.ts';
import type { TaskScope } from './task_scope.ts';

const vaultHeader = '$ANSIBLE_VAULT;';

type Sums = Pick<Content, 'sha256' | 'sha1' | 'md5' | 'size'>;

const digests = new Map<string, { readonly key: string; readonly sums: Sums }>();

/** A file's checksum, computed again only when its size or time of change did. */
async function sumsOf(path: string): Promise<Sums> {
  const { size, mtimeMs, ino } = await stat(path);
  const key = `${size} ${mtimeMs} ${ino}`;
  const known = digests.get(path);
  if (known?.key === key) return known.sums;
  const [sha256, sha1] = [createHash('sha256'), createHash('sha1')];
  const md5 = knowsMd5() ? createHash('md5') : undefined;
  for await (const chunk of createReadStream(path))
    for (const hash of [sha256, sha1, md5]) hash?.update(chunk as Uint8Array);
  const sums = {
    ...{ sha256: sha256.digest('hex'), sha1: sha1.digest('hex'), size },
    ...(md5 ? { md5: md5.digest('hex') } : {}),
  };
  digests.set(path, { key, sums });
  return sums;
}

async function fileContent(path: string): Promise<Content> {
  return { ...(await sumsOf(path)), open: () => createReadStream(path) as AsyncIterable<Uint8Array> };
}

async function startsWithVaultHeader(path: string): Promise<boolean> {
  for await (const chunk of createReadStream(path, { end: vaultHeader.length - 1 }))
    return (chunk as Buffer).toString('latin1') === vaultHeader;
  return false;
}

function modeNow(path: string): string {
  return octal(statSync(path).mode & 0o7777);
}

export function controlFor(run: RunState, scope: TaskScope, local: Dict, signal: AbortSignal): Control {
  const { loader, templates } = run.services;
  const { files } = scope;
  const decrypted = (path: string): Uint8Array => {
    const outcome = loader.decrypt(files.readFile(path));
    if (!outcome.ok) throw new Error(`${path}: ${outcome.problem.summary}`);
    return outcome.value;
  };
  const render = (file: TemplateFile, options: TemplateOptions): Rendered => {
    const path = file.place;
    const written = files.readFile(path);
    const encrypted = isVaultText(written);
    const source = textOfBytes(encrypted ? decrypted(path) : written);
    const visible: Dict = new Map([...templateFileVariables(file), ...local]);
    const start = { file: path, line: 1, column: 1 };
    const renderNow = (): Outcome<string> =>
      templates.renderText(source, scope.context(visible), options, start);
    const rendered = scope.isEarly ? pureOnly(renderNow) : renderNow();
    if (!rendered) return { failed: 'It cannot be rendered before its turn' };
    if (!rendered.ok) {
      const { position, summary, detail } = rendered.problem;
      const place = position ? `${position.file}:${position.line}: ` : '';
      if (rendered.problem.code === 'template-unknown') return { failed: detail ?? summary, notYet: true };
      return { failed: `${place}${summary}${detail === undefined ? '' : `: ${detail}`}` };
    }
    const newline = options.newline ?? '\n';
    const text = newline === '\n' ? rendered.value : rendered.value.replaceAll(/\r?\n/g, newline);
    return {
      content: textContent(text, {
        secret: encrypted || run.secrets.isIn(text),
        secretByLines: !encrypted,
      }),
    };
  };
  return {
    signal,
    find: (kind, name) => files.find(kind, name),
    searchPath: (kind) => files.searchPath(kind),
    mode: (path) => (scope.seesPicture ? foreseenMode(run.controlView, path) : modeNow(path)),
    content: async (path, options) => {
      if (scope.seesPicture && run.controlView.predictedFile(path) !== undefined) {
        const foreseen = files.readFile(path);
        return options?.decrypt && isVaultText(foreseen)
          ? bytesContent(decrypted(path), { secret: true })
          : bytesContent(foreseen);
      }
      return options?.decrypt && (await startsWithVaultHeader(path))
        ? bytesContent(decrypted(path), { secret: true })
        : fileContent(path);
    },
    render: (place, options, name = place, destination) =>
      Promise.resolve().then(() => render({ place, name, destination }, options)),
    client: async <T>(identity: string, open: () => Promise<T>, close?: (client: T) => Promise<void>) => {
      const known = run.clients.get(identity);
      if (known) return (await known.client) as T;
      const client = open();
      run.clients.set(identity, {
        client,
        ...(close ? { close: async () => close(await client) } : {}),
      });
      try {
        return await client;
      } catch (error) {
        run.clients.delete(identity);
        throw error;
      }
    },
  };
}
