// What the oracle's table cannot hold: password hashes, lookups that write or use the network, dates of today.
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import type { Diagnostic } from '../../../engine/document/diagnostic.ts';
import { type Value, bare, marksOf, textOf } from '../../../engine/document/value.ts';
import { isOmit, omit } from '../../../engine/template/omit.ts';
import { shaCrypt } from '../../../engine/template/python/sha_crypt.ts';
import { evaluate } from '../../../engine/template/template.ts';
import { withEnvironment } from '../../support/environment.ts';
import { describe } from '../../support/suite.ts';
import { contextOf, withFiles } from './context.ts';

function value(text: string, folder?: string, checkMode = false): Value {
  const context = contextOf(new Map([['omit', omit]]), folder === undefined ? {} : { folder });
  const outcome = evaluate(text, { ...context, checkMode });
  if (!outcome.ok) throw new Error(`${outcome.problem.summary} ${outcome.problem.detail ?? ''}`);
  return outcome.value;
}

describe('template functions', ({ test }) => {
  test('sha256_crypt and sha512_crypt give what openssl gives', () => {
    assert.is(
      shaCrypt('sha256', 'Hello world!', 'saltstring'),
      '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5',
    );
    assert.is(
      shaCrypt('sha512', 'Hello world!', 'saltstring'),
      '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
    );
    assert.is(
      textOf(value("{{ 'Hello world!' | password_hash('sha512', 'saltstringsaltst', rounds=10000) }}")),
      '$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.',
    );
  });

  test('YAML has what a template put in twice twice, where PyYAML refers to the first', () => {
    const text = "{% set one = [1] %}{{ {'a': one, 'b': one} | to_nice_yaml }}";
    assert.is(textOf(value(text)), 'a:\n- 1\nb:\n- 1\n');
  });

  test('a password is kept in its file, readable by its owner only, and is a secret', () => {
    withFiles({}, (folder) => {
      const term = "{{ lookup('password', 'credentials/db length=30 chars=ascii_lowercase,digits') }}";
      const first = value(term, folder);
      assert.match(textOf(first) ?? '', /^[a-z0-9]{30}$/);
      assert.is(marksOf(first).secret, true);
      const file = path.join(folder, 'credentials', 'db');
      assert.is(readFileSync(file, 'utf8').trim(), textOf(first));
      assert.is(statSync(file).mode & 0o777, 0o600);
      assert.is(textOf(value(term, folder)), textOf(first));
    });
  });

  test('check mode writes no password file', () => {
    withFiles({}, (folder) => {
      assert.match(textOf(value("{{ lookup('password', 'p length=8') }}", folder, true)) ?? '', /^.{8}$/);
      assert.is(existsSync(path.join(folder, 'p')), false);
    });
  });

  test('a file tree is listed with state and mode', () => {
    withFiles({ 'a.txt': 'x' }, (folder) => {
      assert.is(
        textOf(
          value(`{{ query('community.general.filetree', '${folder}') | map(attribute='path') | join(',') }}`),
        ),
        'a.txt',
      );
    });
  });

  test('omit is recognised through a template', () => {
    assert.is(isOmit(value('{{ missing | default(omit) }}')), true);
    assert.is(isOmit(value('{{ "x" | default(omit) }}')), false);
  });

  test('a url is read as lines or as a whole', async () => {
    const server = await started();
    try {
      const { port } = server;
      assert.is(textOf(value(`{{ lookup('url', 'http://127.0.0.1:${port}/x') }}`)), 'one,two');
      assert.is(
        textOf(value(`{{ lookup('url', 'http://127.0.0.1:${port}/x', split_lines=false) }}`)),
        'one\ntwo\n',
      );
      assert.is(
        bare(value(`{{ lookup('url', 'http://127.0.0.1:${port}/missing', errors='ignore') is none }}`)),
        true,
      );
    } finally {
      server.child.kill();
    }
  });

  test('a url is read on ports that fetch refuses, and follows where it is sent, with no password to other hosts', async () => {
    const { port, child } = await started('6000', '6665', '6697', '10080', '4190');
    try {
      assert.ok([6000, 6665, 6697, 10_080, 4190].includes(port));
      const read = (path: string, more = ''): string | undefined =>
        textOf(value(`{{ lookup('url', 'http://127.0.0.1:${port}${path}'${more}) }}`));
      assert.is(read('/moved'), 'one,two');
      const account = ", username='ann', password='pw'";
      assert.is(read('/who', account), `Basic ${Buffer.from('ann:pw').toString('base64')}`);
      assert.is(read('/away', account), 'nobody');
      assert.throws(() => read('/round'), /too many redirects/);
      assert.throws(() => read('/missing'), /HTTP status 404/);
    } finally {
      child.kill();
    }
    assert.throws(() => value("{{ lookup('url', 'http://127.0.0.1:1/x') }}"), /ECONNREFUSED/);
  });

  test('a lookup that fails and is to warn says so in the words of Ansible', () => {
    const told: string[] = [];
    const onWarning = ({ summary }: Diagnostic): number => told.push(summary);
    const outcome = evaluate("{{ query('file', 'nope', errors='warn') }}", {
      ...contextOf(new Map()),
      onWarning,
    });
    assert.equal(outcome.ok && outcome.value, []);
    assert.is(told.length, 1);
    assert.match(told[0] ?? '', /^Lookup failed but the error is being ignored: .*nope/);
  });

  test('random_choice chooses among its terms, a list being one of them', () => {
    assert.is(textOf(value("{{ lookup('random_choice', [7]) | string }}")), '[7]');
    assert.is(textOf(value("{{ query('random_choice', ['a', 'a']) | string }}")), "[['a', 'a']]");
    assert.equal(value("{{ lookup('random_choice') }}"), []);
    assert.is(textOf(value("{{ lookup('random_choice', 'a', 'a') }}")), 'a');
  });

  test('now and random differ from run to run but keep their form', () => {
    assert.match(textOf(value("{{ now(utc=true, fmt='%Y-%m-%d') }}")) ?? '', /^\d{4}-\d\d-\d\d$/);
    assert.match(textOf(value("{{ '%H:%M' | strftime }}")) ?? '', /^\d\d:\d\d$/);
    assert.ok(Number(textOf(value('{{ 10 | random }}'))) < 10);
  });

  test('seconds since 1970 are those of a wall clock of this machine, as Python reads a time without zone', () => {
    const restore = withEnvironment({ TZ: 'America/New_York' });
    try {
      const seconds = (expression: string): number => Number(textOf(value(`{{ ${expression} }}`)));
      assert.ok(Math.abs(seconds("now().strftime('%s')") - Date.now() / 1000) < 60);
      const summer = "('2026-07-01 00:00:00' | to_datetime)";
      assert.is(seconds(`${summer}.strftime('%s')`), Date.UTC(2026, 6, 1, 4) / 1000);
      assert.is(seconds(`${summer}.timestamp() | int`), Date.UTC(2026, 6, 1, 4) / 1000);
    } finally {
      restore();
    }
  });
});

/** A web server in a process of its own, as a lookup blocks this one. */
function started(
  ...ports: readonly string[]
): Promise<{ readonly port: number; readonly child: ChildProcess }> {
  const child = fork(path.join(import.meta.dirname, 'web_server.mjs'), ports);
  return new Promise((resolve, reject) => {
    child.once('message', (port) => resolve({ port: Number(port), child }));
    child.once('error', reject);
  });
}
