import assert from 'node:assert/strict';
import { deriveSuite, parseLines, parseStanzas, renderSources } from '../../../lab/debian/apt_sources.ts';
import { renderConfiguration } from '../../../lab/debian/suite.ts';
import { describe } from '../../support/suite.ts';

const stanzas = `Types: deb deb-src
# a comment in the middle
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /keys/archive.gpg

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb
URIs: http://mirror.example/security
Suites: bookworm-security
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
`;

describe('apt sources of the machine', ({ test }) => {
  test('stanzas give every enabled binary source with its key', () => {
    const sources = parseStanzas(stanzas);
    assert.equal(sources.length, 2);
    assert.deepEqual(sources[0], {
      uris: ['http://mirror.example/debian'],
      suites: ['bookworm', 'bookworm-updates'],
      components: ['main', 'contrib'],
      signedBy: '/keys/archive.gpg',
    });
    assert.match(sources[1]?.signedBy ?? '', /^-----BEGIN PGP[^]*\n \.\n abc$/);
  });

  test('lines give the same, with options or without, and comments and source packages are passed over', () => {
    const text = [
      '# deb http://no.example/debian bookworm main',
      'deb [arch=amd64 signed-by=/keys/a.gpg] http://mirror.example/debian trixie main contrib # note',
      'deb-src http://mirror.example/debian trixie main',
      'deb http://mirror.example/debian trixie-updates main',
    ].join('\n');
    assert.deepEqual(parseLines(text), [
      {
        uris: ['http://mirror.example/debian'],
        suites: ['trixie'],
        components: ['main', 'contrib'],
        signedBy: '/keys/a.gpg',
      },
      { uris: ['http://mirror.example/debian'], suites: ['trixie-updates'], components: ['main'] },
    ]);
  });

  test('another suite is derived at the same addresses, with updates and security', () => {
    const derived = deriveSuite(parseStanzas(stanzas), 'trixie');
    assert.ok(derived.ok);
    assert.deepEqual(
      derived.value.map((source) => [source.uris[0], source.suites, source.components]),
      [
        ['http://mirror.example/debian', ['trixie', 'trixie-updates'], ['main']],
        ['http://mirror.example/security', ['trixie-security'], ['main']],
      ],
    );
    assert.deepEqual(parseStanzas(renderSources(derived.value)), derived.value);
  });

  test('a vendor that uses the suite name is not taken for Debian', () => {
    const vendor = parseLines('deb http://vendor.example/debian bookworm main');
    const derived = deriveSuite([...vendor, ...parseStanzas(stanzas)], 'trixie');
    assert.ok(derived.ok);
    assert.deepEqual(derived.value[0]?.uris, ['http://mirror.example/debian']);
  });

  test('a machine without Debian sources is told how to name an archive', () => {
    const derived = deriveSuite(parseLines('deb http://archive.example/ubuntu noble main'), 'trixie');
    assert.ok(!derived.ok);
    assert.match(derived.problem.remedy ?? '', /HARDWAY_DEBIAN_MIRROR/);
    const named = deriveSuite([], 'trixie', 'http://named.example/debian');
    assert.ok(named.ok);
    assert.deepEqual(named.value[0]?.uris, ['http://named.example/debian']);
  });

  test('the private configuration keeps how archives are reached and drops hooks and directories', () => {
    const machine = [
      'Acquire::http::Proxy "http://proxy.example:3128";',
      'Acquire::Languages:: "de";',
      'APT::Architecture "amd64";',
      'APT::Update::Post-Invoke:: "rm -rf /somewhere";',
      'Dir::State "/var/lib/apt";',
    ].join('\n');
    const lines = renderConfiguration('/private', machine).split('\n');
    assert.ok(lines.includes('Acquire::http::Proxy "http://proxy.example:3128";'));
    assert.ok(lines.includes('APT::Architecture "amd64";'));
    assert.ok(lines.includes('Dir::State "/private";'));
    assert.equal(lines.filter((line) => /Post-Invoke|\/var\/lib|"de"/.test(line)).length, 0);
  });
});
