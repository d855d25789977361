import * as assert from 'uvu/assert';
import { textContent } from '../../../engine/module/content.ts';
import { isUncertain, mayTouch, overlay } from '../../../engine/module/picture.ts';
import { identityOf } from '../../../engine/module/probe_identity.ts';
import { resolveMode } from '../../../engine/module/mode.ts';
import { seenDirectory, seenFile } from '../../../engine/module/seen_files.ts';
import { content, textIn, type FileContent } from '../../../engine/module/vocabulary/content.ts';
import { listing } from '../../../engine/module/vocabulary/listing.ts';
import { makeDirectory } from '../../../engine/module/vocabulary/make_directory.ts';
import { packageAct } from '../../../engine/module/vocabulary/package_acts.ts';
import { removeFile } from '../../../engine/module/vocabulary/remove_file.ts';
import { runCommand } from '../../../engine/module/vocabulary/run_command.ts';
import { absent, stat } from '../../../engine/module/vocabulary/stat.ts';
import { unitState } from '../../../engine/module/vocabulary/unit_state.ts';
import { newUnit } from '../../../engine/module/vocabulary/unit_files.ts';
import { writeFile } from '../../../engine/module/vocabulary/write_file.ts';
import { splitWords } from '../../../engine/module/words.ts';
import { describe } from '../../support/suite.ts';

const write = (path: string): ReturnType<typeof writeFile> =>
  writeFile({ path, content: textContent('new'), creator: 'root', owner: 'web', group: 'web', mode: '0600' });
const install = packageAct({ act: 'install', packages: ['haproxy'], flags: [], versions: {} });

describe('module/picture', ({ test }) => {
  test('a written file has its content, owner and mode, whatever was there', () => {
    const asked = stat({ path: '/etc/x', digest: 'sha256' });
    const after = overlay(asked, absent, [write('/etc/x')]) as ReturnType<typeof seenFile>;
    assert.is(after.digest, textContent('new').sha256);
    assert.equal([after.owner, after.mode, after.size], ['web', '0600', 3]);
    const doubtful = { uncertain: [], waitsFor: 'a command' };
    assert.not(isUncertain(overlay(asked, doubtful, [write('/etc/x')])));
    const text = overlay(content('/etc/x'), { found: 'nothing' }, [write('/etc/x')]) as FileContent;
    assert.is(textIn(text), 'new');
  });

  test('what is removed takes along what is in it, and a new folder brings those above it', () => {
    assert.equal(overlay(stat({ path: '/srv/a/b' }), seenFile(), [removeFile('/srv')]), absent);
    const made = overlay(stat({ path: '/srv/a' }), absent, [
      makeDirectory({ path: '/srv/a/b', creator: 'root' }),
    ]);
    assert.is((made as { type: string }).type, 'directory');
    const seen = { exists: true, entries: [{ name: 'x', file: seenFile() }] };
    const list = overlay(listing({ path: '/srv' }), seen, [
      removeFile('/srv/x'),
      write('/srv/y'),
      write('/srv/d/z'),
    ]);
    assert.equal(
      (list as typeof seen).entries.map(({ name }) => name),
      ['y'],
    );
  });

  test('steps make stale what they may touch, also by another way through links', () => {
    assert.is(mayTouch(write('/run/app/x'), stat({ path: '/var/run/app/x' })), true);
    assert.is(mayTouch(write('/run/app/x'), stat({ path: '/etc/y' })), false);
    assert.is(mayTouch(write('/etc/x'), stat({ path: '/etc/y', follow: true })), true);
    assert.is(mayTouch(removeFile('/etc/x'), stat({ path: '/var/y' })), true);
    assert.is(
      mayTouch(runCommand({ command: ['true'] }), unitState({ unit: 'x.service', scope: 'system' })),
      true,
    );
  });

  test('a unit file makes a unit known', () => {
    const asked = unitState({ unit: 'app.service', scope: 'system' });
    const missing = { ...newUnit('app.service'), exists: false };
    const after = overlay(asked, missing, [write('/etc/systemd/system/app.service')]);
    assert.is((after as typeof missing).exists, true);
    assert.is(mayTouch(write('/etc/systemd/system/app.service.d/x.conf'), asked), true);
    assert.is(mayTouch(write('/etc/systemd/system/other.service'), asked), false);
  });

  test('a package that is not installed yet leaves in doubt what carries its name, and nothing else', () => {
    const config = overlay(stat({ path: '/etc/haproxy/haproxy.cfg' }), absent, [install]);
    assert.ok(isUncertain(config) && config.uncertain.length > 1);
    assert.equal(overlay(stat({ path: '/etc/hosts' }), seenDirectory(), [install]), seenDirectory());
    assert.equal(overlay(stat({ path: '/srv/app' }), absent, [install]), absent);
  });

  test('equal questions have one identity, in any order of their words', () => {
    assert.is(identityOf(stat({ path: '/x', follow: true })), identityOf(stat({ follow: true, path: '/x' })));
    assert.is.not(identityOf(stat({ path: '/x' })), identityOf(stat({ path: '/y' })));
  });
});

describe('module: modes, words and patterns', ({ test }) => {
  test('symbolic modes are what chmod makes of them', () => {
    assert.is(resolveMode('u=rwX,go=rX', '0600', true), '0755');
    assert.is(resolveMode('u=rwX,go=rX', '0600', false), '0644');
    assert.is(resolveMode('a+x', '0644', false), '0755');
    assert.is(resolveMode('g=u,o-rwx', '0741', false), '0770');
    assert.is(resolveMode('u+s,+t', '0755', false), '5755');
    assert.is(resolveMode('644', '0000', false), '0644');
  });

  test('a line is split into words as a shell does it', () => {
    assert.equal(splitWords(`a 'b c' "d \\" e"f\\ g '' h\\\\i`), ['a', 'b c', 'd " ef g', '', 'h\\i']);
  });
});
