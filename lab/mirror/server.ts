// The mirror's HTTP server: files with ranges and entity tags (RFC 9110, sections 8.8.3 and 14), and the registry below
// /v2/. Everything that it serves is in the catalog; no path of a request becomes a path of this machine.
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream';
import type { Outcome } from '../outcome.ts';
import { refused, succeeded } from '../outcome.ts';
import type { Catalog, Content } from './catalog.ts';
import { buildCatalog } from './catalog.ts';
import type { Entry } from './entry.ts';
import { parseRange } from './range.ts';
import { answerRegistry } from './registry.ts';

export interface MirrorOptions {
  readonly entries: readonly Entry[];
  /** An address of this machine, such as the lab bridge's. */
  readonly address: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Called with a line for each request that was answered. */
  readonly log?: (line: string) => void;
}

export interface Mirror {
  /** Without a slash at the end. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

export function serveMirror(options: MirrorOptions): Promise<Outcome<Mirror>> {
  const catalog = buildCatalog(options.entries);
  const server = createServer((request, response) => {
    response.on('close', () =>
      options.log?.(`${request.method ?? ''} ${request.url ?? ''} ${response.statusCode}`),
    );
    answer(catalog, request, response);
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(
        refused({
          summary: `The mirror cannot listen on ${options.address}, port ${options.port}: ${error.message}`,
          remedy: 'see that the lab’s bridge is up and that no other program has the port',
        }),
      ),
    );
    server.listen(options.port, options.address, () => {
      const bound = server.address();
      const port = typeof bound === 'object' && bound !== null ? bound.port : options.port;
      resolve(succeeded({ url: `http://${options.address}:${port}`, close }));
    });
  });
}

function answer(catalog: Catalog, request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const pathname = decodePath(request.url ?? '/');
  if (pathname === '/v2' || pathname.startsWith('/v2/')) {
    const { status, headers, content } = answerRegistry(catalog, pathname);
    sendContent(content, status, headers, request, response);
    return;
  }
  const content = catalog.files.get(pathname.slice(1));
  if (content === undefined) sendContent(notFound(pathname), 404, {}, request, response);
  else sendContent(content, 200, {}, request, response);
}

function notFound(pathname: string): Content {
  return { kind: 'text', text: `${pathname} is not in this mirror\n`, mediaType: 'text/plain' };
}

/** The path without query; a path with a broken escape names nothing. */
function decodePath(url: string): string {
  try {
    return decodeURIComponent(url.split('?', 1)[0] ?? '/');
  } catch {
    return '/ ';
  }
}

function sendContent(
  content: Content,
  status: number,
  extra: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const headers = { ...extra, 'content-type': content.mediaType };
  if (content.kind === 'text') {
    const body = Buffer.from(content.text);
    response.writeHead(status, { ...headers, 'content-length': body.length });
    response.end(request.method === 'HEAD' ? undefined : body);
    return;
  }
  const etag = `"${content.sha256}"`;
  const common = { ...headers, etag, 'accept-ranges': 'bytes' };
  if (request.headers['if-none-match']?.includes(etag) === true) {
    response.writeHead(304, common).end();
    return;
  }
  const condition = request.headers['if-range'];
  const range = condition === undefined || condition === etag ? request.headers.range : undefined;
  const part = parseRange(range, content.size);
  if (part === 'unsatisfiable') {
    response.writeHead(416, { ...common, 'content-range': `bytes */${content.size}` }).end();
    return;
  }
  const { first, last } = part ?? { first: 0, last: content.size - 1 };
  response.writeHead(part === undefined ? status : 206, {
    ...common,
    'content-length': last - first + 1,
    ...(part === undefined ? {} : { 'content-range': `bytes ${first}-${last}/${content.size}` }),
  });
  if (request.method === 'HEAD' || content.size === 0) {
    response.end();
    return;
  }
  const file = createReadStream(content.file, {
    start: content.offset + first,
    end: content.offset + last,
    highWaterMark: 1 << 20,
  });
  // A file that went away, or a client that did: the connection is cut, which a client sees as a short answer.
  pipeline(file, response, () => undefined);
}
