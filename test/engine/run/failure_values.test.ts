// What a step tells of its failure is registered: conditions of the same task see it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as assert from 'uvu/assert';
import { makeConnections } from '../../../engine/connection/connections.ts';
import type { Connections } from '../../../engine/connection/contract.ts';
import { toData } from '../../../engine/module/data.ts';
import { type Played, play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

describe('run/failure_values', ({ test, setup, teardown }) => {
  let connections: Connections;
  let server: Server;
  let asked = 0;
  setup(async () => {
    connections = makeConnections();
    server = createServer((request, response) => {
      asked += 1;
      if (request.url === '/late' && asked > 2) response.end('there');
      else response.writeHead(request.url === '/late' ? 503 : 404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  teardown(async () => {
    server.close();
    await connections.closeAll();
  });

  const played = (tasks: string, checkMode = false): Promise<Played> => {
    asked = 0;
    const { port } = server.address() as AddressInfo;
    return play(
      `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks.trim().replaceAll(/^/gm, '    ')}\n`,
      {
        connections,
        extraVars: ['ansible_connection=local', `base=http://127.0.0.1:${port}`],
        options: { checkMode },
      },
    );
  };
  const refusal = `
- name: refused
  get_url: {url: "{{ base }}/none", dest: /tmp/hardway-failure-values, download_by: BY}
  register: g
  failed_when: g.status_code|default(0) not in [200, 404]
- name: refused in the background
  get_url: {url: "{{ base }}/none", dest: /tmp/hardway-failure-values, download_by: BY}
  async: 20
  poll: 1
  register: g
  failed_when: g.status_code|default(0) not in [200, 404]
- {name: said, debug: {msg: "{{ g.response }} {{ g.stdout is defined }}"}}
`;
  for (const by of ['host', 'control'])
    test(`failed_when sees the status of a download that was refused, by ${by}`, async () => {
      const ran = await played(refusal.replaceAll('BY', by));
      assert.equal(ran.lines, ['one refused ok', 'one refused in the background ok', 'one said ok']);
      assert.equal(ran.said, ['HTTP Error 404: Not Found False']);
    });

  test('until sees the status of each attempt', async () => {
    const ran = await played(`
- {name: folder, tempfile: {state: directory}, register: f}
- name: awaited
  get_url: {url: "{{ base }}/late", dest: "{{ f.path }}/x"}
  register: g
  until: g.status_code == 200
  retries: 5
  delay: 0
- {name: gone, file: {path: "{{ f.path }}", state: absent}}
`);
    const { values } = ran.result('one', 'awaited');
    assert.equal(
      ['attempts', 'status_code', 'failed'].map((name) => toData(values.get(name) ?? null)),
      [3, 200, false],
    );
  });

  test('check mode cannot tell the status', async () => {
    const ran = await played(
      `
- {name: asked, get_url: {url: "{{ base }}/late", dest: /tmp/hardway-failure-values}, register: g}
- {name: hangs, file: {path: /tmp/hardway-failure-values-2, state: touch}, when: g.status_code == 200}
`,
      true,
    );
    assert.equal(ran.lines, ['one asked changed', 'one hangs unknown']);
    assert.is(asked, 0);
  });
});
