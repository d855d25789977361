// What the calls fetch: a file, an answer in JSON, and an echo of what was sent.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const fileText = 'a file of the web\n';

function answer(request: IncomingMessage, body: string, response: ServerResponse): void {
  const json = { 'Content-Type': 'application/json' };
  if (request.url === '/file.txt')
    response
      .writeHead(200, { 'Content-Type': 'text/plain', 'Last-Modified': 'Mon, 05 Jan 2026 10:00:00 GMT' })
      .end(fileText);
  else if (request.url === '/data') response.writeHead(200, json).end(JSON.stringify({ n: 1, list: ['a'] }));
  else if (request.url === '/echo') {
    const { method } = request;
    const type = request.headers['content-type']?.replace(/boundary=.*/, 'boundary');
    response.writeHead(200, json).end(JSON.stringify({ method, type, body }));
  } else response.writeHead(404, { 'Content-Type': 'text/plain' }).end('nothing here');
}

/** Listens on an address of the control machine that the lab's hosts reach. */
export async function serveWeb(address: string): Promise<{ readonly server: Server; readonly web: string }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      answer(request, Buffer.concat(chunks).toString('utf8'), response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return { server, web: `http://${address}:${(server.address() as AddressInfo).port}` };
}
