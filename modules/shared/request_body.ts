// Bodies of HTTP requests: JSON, forms, and forms with files, as ansible-core writes them.
import { createHash } from 'node:crypto';
import { readContent } from '../../engine/module/content.ts';
import type { Control, Data, Probe, ProbeKind } from '../../engine/module/contract.ts';
import { dataText } from '../../engine/module/data.ts';
import { probe } from '../../engine/module/probe_identity.ts';
import { pythonJson } from '../../engine/module/python_text.ts';

export type BodyFormat = 'raw' | 'json' | 'form-urlencoded' | 'form-multipart';

interface Part {
  readonly filename?: string;
  readonly content?: string;
  readonly mime_type?: string;
  readonly multipart_encoding?: string;
}

/** Files of the control machine by the names that the body uses. */
export type BodyFiles = { readonly [name: string]: Uint8Array };

const bodyFilesKind: ProbeKind<{ readonly names: readonly string[] }, BodyFiles> = {
  name: 'files to send',
  stability: 'volatile',
  target: 'control',
  answer: async ({ names }, control: Control) => {
    const files: { [name: string]: Uint8Array } = {};
    for (const name of names) {
      const place = control.find('files', name);
      const tried = control.searchPath('files').join(', ');
      if (place === undefined)
        return { failed: `Cannot find ${name} on the control machine; looked in ${tried}`, notYet: true };
      files[name] = await readContent(await control.content(place, { decrypt: true }));
    }
    return files;
  },
};

export function bodyFiles(names: readonly string[]): Probe<BodyFiles> {
  return probe(bodyFilesKind, { names });
}

/** A field with a file whose content is not in the task. */
function isFile(value: Data): value is { readonly filename: string } {
  return typeof value === 'object' && value !== null && 'filename' in value && !('content' in value);
}

export function filesOfBody(body: Data, format: BodyFormat): readonly string[] {
  if (format !== 'form-multipart' || typeof body !== 'object' || body === null) return [];
  return Object.values(body as { readonly [name: string]: Data })
    .filter(isFile)
    .map(({ filename }) => filename);
}

function formText(data: Data): string {
  if (typeof data !== 'object' || data === null) return dataText(data);
  const pairs = Array.isArray(data)
    ? (data as readonly (readonly [string, Data])[])
    : Object.entries(data as { readonly [name: string]: Data });
  return new URLSearchParams(
    pairs.flatMap(([name, value]) =>
      (Array.isArray(value) ? (value as readonly Data[]) : [value]).map((one): [string, string] => [
        name,
        dataText(one),
      ]),
    ),
  ).toString();
}

function partBytes(name: string, value: Data, files: BodyFiles): Buffer {
  const part: Part =
    typeof value === 'object' && value !== null ? (value as Part) : { content: dataText(value) };
  const { filename } = part;
  const bytes =
    part.content === undefined ? (files[filename ?? ''] ?? Buffer.alloc(0)) : Buffer.from(part.content);
  const file = filename === undefined ? '' : `; filename="${filename.split('/').at(-1) ?? ''}"`;
  const type = part.mime_type ?? (filename === undefined ? 'text/plain' : 'application/octet-stream');
  const head = `Content-Type: ${type}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n')]);
}

function multipart(data: Data, files: BodyFiles): { readonly bytes: Buffer; readonly type: string } {
  const fields =
    typeof data === 'object' && data !== null ? Object.entries(data as { [name: string]: Data }) : [];
  const parts = fields.map(([name, value]) => partBytes(name, value, files));
  // Of the content itself, so that equal requests are equal.
  const boundary = `==${createHash('sha256').update(Buffer.concat(parts)).digest('hex').slice(0, 24)}==`;
  const start = Buffer.from(`--${boundary}\r\n`);
  const bytes = Buffer.concat([
    ...parts.flatMap((part) => [start, part]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  return { bytes, type: `multipart/form-data; boundary="${boundary}"` };
}

/** The bytes that are sent and their type. */
export function bodyOf(
  data: Data,
  format: BodyFormat,
  files: BodyFiles,
): { readonly bytes: Uint8Array; readonly type?: string } | undefined {
  if (data === null) return undefined;
  if (format === 'form-multipart') return multipart(data, files);
  if (format === 'form-urlencoded')
    return { bytes: Buffer.from(formText(data)), type: 'application/x-www-form-urlencoded' };
  const text = typeof data === 'object' ? pythonJson(data) : dataText(data);
  return { bytes: Buffer.from(text), ...(format === 'json' ? { type: 'application/json' } : {}) };
}
