// Sources behind a password, served on this machine: what is fetched, and that no password is told.
import { chmodSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { GalaxySite, roleFiles } from '../../../support/galaxy_site.ts';
import { describe } from '../../../support/suite.ts';
import { tarGzOf } from '../../../support/tar_text.ts';

const login = `Basic ${Buffer.from('me:s3cr@t').toString('base64')}`;

describe('sources by http', ({ test, setup, teardown }) => {
  let site: GalaxySite;
  let server: Server;
  let host = '';
  setup(async () => {
    site = new GalaxySite();
    site.commit('web', roleFiles('web'), 'v1');
    site.git('.', 'clone', '--quiet', '--bare', 'web', 'web.git');
    // The old way of git over http: plain files.
    site.git('web.git', 'update-server-info');
    const entries = Object.entries(roleFiles('db')).map(([name, content]) => ({
      name: `db/${name}`,
      content,
    }));
    writeFileSync(site.at('db.tar.gz'), tarGzOf(entries));
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://host');
      if (pathname === '/moved.tar.gz') {
        response.writeHead(302, { location: '/db.tar.gz' }).end();
        return;
      }
      if (request.headers.authorization !== login) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
        return;
      }
      readFile(path.join(site.folder, pathname)).then(
        (content) => void response.end(content),
        () => void response.writeHead(404).end(),
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  teardown(() => {
    server.close();
    site.remove();
  });

  test('are had by the password of their address, which stands in no lock, message or file', async () => {
    site.write({
      'requirements.yml': [
        `- { src: "git+http://me:s3cr%40t@${host}/web.git", version: v1 }`,
        `- { src: "http://me:s3cr%40t@${host}/moved.tar.gz?private_token=s3crquery", name: db }`,
      ].join('\n'),
    });
    const { code, stdout, stderr } = await site.galaxy('install', '-r', 'requirements.yml');
    assert.equal([code, stderr], [0, '']);
    assert.match(site.read('roles/web/tasks/main.yml'), 'msg: web');
    assert.match(site.read('roles/db/tasks/main.yml'), 'msg: db');
    const lock = site.read('requirements.lock.yml');
    assert.match(lock, `source: "git+http://***@${host}/web.git"`);
    assert.match(lock, `source: "http://***@${host}/moved.tar.gz?private_token=***"`);
    assert.not.match([stdout, lock, ...Object.values(site.tree('roles'))].join('\n'), 's3cr');
    assert.match((await site.galaxy('install', '-r', 'requirements.yml')).stdout, 'Nothing to do: 2 ');
  });

  test('are asked of git without a password in its arguments, by no helper transport and at no terminal', async () => {
    const said = [
      'printf "%s\\n" "$@" >> "$SAID"',
      'echo "$GIT_TERMINAL_PROMPT $GIT_ALLOW_PROTOCOL" >> "$SAID"',
    ];
    site.write({ 'bin/git': `#!/bin/sh\n${said.join('\n')}\nPATH=\${PATH#*:} exec git "$@"\n` });
    chmodSync(site.at('bin/git'), 0o755);
    const before = { ...process.env };
    Object.assign(process.env, {
      PATH: `${site.at('bin')}:${process.env['PATH'] ?? ''}`,
      SAID: site.at('said'),
    });
    try {
      const { code } = await site.galaxy(
        'role',
        'install',
        `git+http://me:s3cr%40t@${host}/web.git`,
        '-p',
        'again',
      );
      assert.is(code, 0);
    } finally {
      Object.assign(process.env, before);
      Reflect.deleteProperty(process.env, 'SAID');
    }
    const words = site.read('said');
    assert.not.match(words, 's3cr');
    assert.match(words, `clone\n--quiet\n--no-checkout\n--\nhttp://${host}/web.git\n`);
    assert.match(words, '\n0 file:git:http:https:ssh\n');
  });

  test('are refused without asking, and their passwords are stars in what is told', async () => {
    site.write({
      'wrong.yml': [
        `- src: git+http://me:s3crwrong@${host}/web.git`,
        `- { src: "http://me:s3crwrong@${host}/db.tar.gz?t=s3crquery", name: db }`,
        `- { src: "http://${host}/none.tar.gz", name: none }`,
      ].join('\n'),
    });
    const { code, stdout, stderr } = await site.galaxy('install', '-r', 'wrong.yml', '-p', 'wrong');
    assert.equal([code, stdout], [1, '']);
    assert.match(stderr, `git cannot clone http://***@${host}/web.git`);
    assert.match(stderr, `http://***@${host}/db.tar.gz?t=*** cannot be fetched`);
    assert.match(stderr, 'The server says 401 Unauthorized');
    assert.match(stderr, '3 errors');
    assert.not.match(stderr, 's3cr');
  });
});
