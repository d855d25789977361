import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import type { ConnectionSpec } from '../../../engine/connection/contract.ts';
import { resolveSshSettings, type SshSettings } from '../../../engine/connection/ssh_settings.ts';
import { servicePort } from '../../../engine/connection/service_port.ts';
import { expandTokens, matchesPatterns, splitWords } from '../../../engine/connection/ssh_words.ts';
import { describe } from '../../support/suite.ts';

const place = mkdtempSync(path.join(tmpdir(), 'hardway-test-'));

function settingsOf(address: string, config: string, more: Partial<ConnectionSpec> = {}): SshSettings {
  const configFile = path.join(place, 'config');
  writeFileSync(configFile, config);
  return resolveSshSettings({
    ...{
      kind: 'ssh',
      hostName: address,
      address,
      hostKeyChecking: 'strict',
      connectTimeoutSeconds: 10,
      retries: 0,
    },
    ...{ configFile, ...more },
  });
}

describe('ssh_config', ({ test, teardown }) => {
  teardown(() => rmSync(place, { recursive: true, force: true }));

  test('gives what ssh gives where nothing is said', () => {
    const settings = settingsOf('host', '');
    assert.deepEqual([settings.hostName, settings.port, settings.user], ['host', 22, userInfo().username]);
    assert.equal(settings.hostKeyName, 'host');
    assert.deepEqual(settings.userKnownHostsFiles[0], path.join(homedir(), '.ssh/known_hosts'));
    assert.equal(settings.explicitKeyFiles.length, 0);
    assert.ok(settings.defaultKeyFiles.length > 0);
  });

  test('takes the first value of an option, and gathers IdentityFile', () => {
    const settings = settingsOf(
      'web-1',
      'Host web-*\n  User first\n  Port=2222\n  IdentityFile ~/a\nHost *\n  User second\n  IdentityFile "/with space/b"\n',
    );
    assert.deepEqual([settings.user, settings.port], ['first', 2222]);
    assert.deepEqual(settings.explicitKeyFiles, [path.join(homedir(), 'a'), '/with space/b']);
    assert.equal(settings.hostKeyName, '[web-1]:2222');
  });

  test('knows patterns with negation', () => {
    const config = 'Host *.lan !db.lan\n  User lan\n';
    assert.equal(settingsOf('web.lan', config).user, 'lan');
    assert.equal(settingsOf('db.lan', config).user, userInfo().username);
    assert.equal(matchesPatterns('a1', ['a?'], 'as written'), true);
    assert.equal(matchesPatterns('a12', ['a?'], 'as written'), false);
  });

  test('knows Match host, originalhost, user and all', () => {
    const config = [
      'Host short',
      '  HostName %h.example.org',
      'Match host *.example.org',
      '  User matched',
      'Match originalhost short user matched',
      '  Port 2200',
      'Match originalhost other',
      '  Port 1',
      'Match !host *.example.org',
      '  ProxyJump never',
      'Match all',
      '  ServerAliveInterval 7',
    ].join('\n');
    const settings = settingsOf('short', config);
    assert.deepEqual(
      [settings.hostName, settings.user, settings.port, settings.jumps, settings.keepaliveSeconds],
      ['short.example.org', 'matched', 2200, [], 7],
    );
  });

  // As `ssh -G` of OpenSSH has it.
  test('Host and Match user heed the case of letters, Match host does not', () => {
    const config = 'Host foo\n  User low\nHost FOO\n  User up\nMatch originalhost fOO user UP\n  Port 99\n';
    const { user, port } = settingsOf('FOO', `${config}Match originalhost fOO user up\n  Port 98\n`);
    assert.deepEqual([user, port], ['up', 98]);
    assert.equal(settingsOf('foo', config).user, 'low');
    assert.equal(settingsOf('Foo', config).user, userInfo().username);
  });

  test('refuses Match exec, with its place', () => {
    assert.throws(
      () => settingsOf('h', '\nMatch exec "true"\n  User x\n'),
      /config:2: `Match exec` is not understood/,
    );
  });

  test('includes files by pattern, within the block where that stands', () => {
    writeFileSync(path.join(place, 'more_1'), 'User included\n');
    writeFileSync(path.join(place, 'more_2'), 'Host x\n  Port 99\n');
    const config = `Host h x\n  Include ${place}/more_[1-3]\n  User after\n`;
    assert.equal(settingsOf('h', config).user, 'included');
    assert.deepEqual([settingsOf('x', config).port, settingsOf('y', config).user], [99, userInfo().username]);
  });

  test('a ProxyCommand gets no name on which a shell would act: a host may have given it', () => {
    const config = 'Host *\n  ProxyCommand nc %h %p # %r\n';
    for (const name of ['$(touch /x)', 'x;touch /x', '`id`', "a'b", 'a b', '-oProxyCommand=x', 'a\\'])
      assert.throws(() => settingsOf(name, config), {
        message: /^ProxyCommand is not run: .* the host name "/,
      });
    assert.throws(() => settingsOf('h', config, { user: '$(id)' }), { message: /the user name "\$\(id\)"$/ });
    assert.equal(
      settingsOf('fe80::1%eth0', config, { user: 'D\\u' }).proxyCommand,
      'nc fe80::1%eth0 22 # D\\u',
    );
    assert.equal(settingsOf('x;y', 'Host *\n  ProxyCommand nc gw 22\n').proxyCommand, 'nc gw 22');
  });

  test('replaces tokens in HostName, ProxyCommand, IdentityFile and UserKnownHostsFile', () => {
    const settings = settingsOf(
      'h',
      'Host h\n  HostName 10.0.0.1\n  Port 23\n  User u\n  ProxyCommand ssh -W "%h:%p" gw -l %r 100%%\n  IdentityFile /k/%n-%r\n  UserKnownHostsFile /a/%h /b\n',
    );
    assert.equal(settings.proxyCommand, 'ssh -W "10.0.0.1:23" gw -l u 100%');
    assert.deepEqual(settings.explicitKeyFiles, ['/k/h-u']);
    assert.deepEqual(settings.userKnownHostsFiles, ['/a/10.0.0.1', '/b']);
    assert.equal(expandTokens('%h%%%z', { h: 'x' }), 'x%%z');
  });

  test('reads chains of jump hosts, and none', () => {
    assert.deepEqual(settingsOf('h', 'ProxyJump a,u@b:23\n').jumps, ['a', 'u@b:23']);
    assert.deepEqual(settingsOf('h', 'Host h\n ProxyJump none\nHost *\n ProxyJump gw\n').jumps, []);
  });

  test('takes the first of ProxyJump and ProxyCommand, as ssh does, also when it is none', () => {
    const proxied = (config: string, ...sshArguments: readonly string[]): unknown[] => {
      const { jumps, proxyCommand } = settingsOf('h', config, { sshArguments });
      return [jumps, proxyCommand];
    };
    assert.deepEqual(proxied('ProxyJump gw\nProxyCommand nc %h %p\n'), [['gw'], undefined]);
    assert.deepEqual(proxied('ProxyCommand nc %h %p\nProxyJump gw\n'), [[], 'nc h 22']);
    assert.deepEqual(proxied('Host h\n ProxyCommand none\nHost *\n ProxyJump gw\n'), [[], undefined]);
    assert.deepEqual(proxied('Host h\n ProxyJump none\nHost *\n ProxyCommand nc x 1\n'), [[], undefined]);
    assert.deepEqual(proxied('ProxyJump gw\n', '-o', 'ProxyCommand=nc x 1'), [[], 'nc x 1']);
    assert.deepEqual(proxied('ProxyCommand nc x 1\n', '-J', 'gw'), [['gw'], undefined]);
  });

  test('reads times with units, and tells numbers and times that are none', () => {
    const times = settingsOf('h', 'ServerAliveInterval 1m30s\nConnectTimeout 2M\n', {
      connectTimeoutSeconds: 0,
    });
    assert.deepEqual([times.keepaliveSeconds, times.connectTimeoutSeconds], [90, 120]);
    const none = settingsOf('h', 'ServerAliveInterval none\nConnectTimeout none\n', {
      connectTimeoutSeconds: 0,
    });
    assert.deepEqual([none.keepaliveSeconds, none.connectTimeoutSeconds], [0, 30]);
    assert.throws(() => settingsOf('h', 'ServerAliveInterval soon\n'), {
      message: 'ServerAliveInterval of ssh is no time: soon',
    });
    assert.throws(() => settingsOf('h', 'Port sshh\n'), {
      message: 'Port of ssh is no number and no service: sshh',
    });
  });

  test('knows ports by the names of services', () => {
    const services = path.join(place, 'services');
    writeFileSync(services, '# tcp ports\ntftp 69/udp\nhttp\t80/tcp www # web\n\nssh 22/tcp\n');
    assert.deepEqual(
      ['ssh', 'www', 'tftp', 'web', ''].map((name) => servicePort(name, services)),
      [22, 80, undefined, undefined, undefined],
    );
    assert.equal(servicePort('ssh', path.join(place, 'no-such-file')), undefined);
  });

  test('names a host by its alias in known_hosts', () => {
    assert.equal(settingsOf('h', 'HostKeyAlias real\nPort 99\n').hostKeyName, 'real');
  });

  test('understands the words of ansible_ssh_common_args', () => {
    const words = [
      '-o',
      'ProxyCommand ssh -W %h:%p -q gw',
      '-oUser=o',
      '-p',
      '99',
      '-i',
      '/k',
      '-C',
      '-o',
      'StrictHostKeyChecking=no',
    ];
    const settings = settingsOf('h', 'User config\nIdentityFile /c\n', { sshArguments: words });
    assert.equal(settings.proxyCommand, 'ssh -W h:99 -q gw');
    assert.deepEqual([settings.user, settings.port, settings.hostKeyChecking], ['o', 99, 'off']);
    assert.deepEqual(settings.explicitKeyFiles, ['/k', '/c']);
    const jump = settingsOf('h', '', {
      sshArguments: ['-Ja,b', '-l', 'me', '-o', 'ControlMaster=auto', '-o', 'ControlPersist=60s'],
    });
    assert.deepEqual([jump.jumps, jump.user], [['a', 'b'], 'me']);
  });

  test('takes the file of -F in place of the usual ones', () => {
    const other = path.join(place, 'other');
    writeFileSync(other, 'User other\n');
    assert.equal(settingsOf('h', 'User config\n', { sshArguments: ['-F', other] }).user, 'other');
  });

  test('refuses words that it would have to lose', () => {
    assert.throws(() => settingsOf('h', '', { sshArguments: ['-L', '80:x:80'] }), /-L is not understood/);
  });

  test('lets the inventory win over words and files', () => {
    const settings = settingsOf('h', 'Port 1\n', {
      port: 3,
      user: 'inventory',
      sshArguments: ['-p', '2', '-l', 'words'],
    });
    assert.deepEqual([settings.port, settings.user], [3, 'inventory']);
  });

  test('splits words with quotes, escapes and comments', () => {
    assert.deepEqual(splitWords(`a "b c" 'd "e' f\\ g "" # h`), ['a', 'b c', 'd "e', 'f g', '']);
  });
});
