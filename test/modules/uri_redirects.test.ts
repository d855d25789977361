// Which requests uri sends on to the place that a redirect names, and how.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as assert from 'uvu/assert';
import type { Control } from '../../engine/module/contract.ts';
import { toValue } from '../../engine/module/data.ts';
import { tryOnHost } from '../../engine/module/try_on_host.ts';
import { uri } from '../../modules/uri.ts';
import { localShell } from '../support/local_shell.ts';
import { describe } from '../support/suite.ts';

const control = { signal: new AbortController().signal } as Control;

/** What is asked for, and what comes of it: the method that the other place sees, or the status of the redirect. */
const cases = [
  ['safe', 'GET', 302, 'GET'],
  ['safe', 'POST', 302, 302],
  ['safe', 'DELETE', 301, 301],
  ['urllib2', 'POST', 302, 'GET'],
  ['urllib2', 'PUT', 302, 302],
  ['all', 'POST', 302, 'GET'],
  ['all', 'POST', 307, 'POST'],
  ['all', 'PUT', 307, 'PUT'],
  ['none', 'GET', 302, 302],
] as const;

describe('redirects that uri meets', ({ test, setup, teardown }) => {
  let server: Server;
  let base = '';
  setup(async () => {
    server = createServer((request, response) => {
      const status = Number(request.url?.slice(1));
      if (status > 0) response.writeHead(status, { Location: '/there' }).end();
      else response.end(request.method);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  teardown(() => {
    server.close();
  });

  for (const [way, method, status, wanted] of cases)
    test(`with ${way}, a ${method} that meets ${status}`, async () => {
      const wish = {
        ...{ url: `${base}/${status}`, method, follow_redirects: way, return_content: true },
        ...{ status_code: [200, status], ...(method === 'GET' ? {} : { body: 'x' }) },
      };
      const { failed, result } = await tryOnHost(uri, toValue(wish) as never, localShell(), {
        control,
        context: { capabilities: new Set(['curl']) },
      });
      assert.is(failed, undefined);
      if (typeof wanted === 'string') assert.is(result['content'], wanted);
      else {
        assert.equal([result['status'], result['location']], [status, `${base}/there`]);
        assert.match(result['msg'] as string, `HTTP Error ${status}: `);
      }
    });
});
