// What check mode foretells of the home of a new user, by what its needs are told; data alone.
import * as assert from 'uvu/assert';
import { bytesContent } from '../../../engine/module/content.ts';
import { isUncertain, overlay } from '../../../engine/module/picture.ts';
import type { Probe, Step } from '../../../engine/module/contract.ts';
import { userAct } from '../../../engine/module/vocabulary/account_acts.ts';
import { content } from '../../../engine/module/vocabulary/content.ts';
import { listing, type Listing } from '../../../engine/module/vocabulary/listing.ts';
import { newDirectory } from '../../../engine/module/vocabulary/make_directory.ts';
import { absent, stat, type ExistingFile, type Stat } from '../../../engine/module/vocabulary/stat.ts';
import { newFile } from '../../../engine/module/vocabulary/write_file.ts';
import { describe } from '../../support/suite.ts';

const text = (words: string): unknown => ({ found: 'file', content: bytesContent(Buffer.from(words)) });
const skeleton: Listing = {
  exists: true,
  entries: [
    { name: '.profile', file: newFile('root', { size: 10 }) },
    { name: 'bin', file: newDirectory('root') },
    { name: 'bin/run', file: { ...newFile('root', { size: 4 }), mode: '0755' } },
  ],
};
const host: Readonly<Record<string, unknown>> = {
  '/usr/sbin/useradd': newFile('root', { size: 1 }),
  '/etc/default/useradd': text('SHELL=/bin/sh\n# HOME=/home\n'),
  '/etc/login.defs': text('UMASK 022\n#HOME_MODE 0700\n'),
  '/etc/skel': skeleton,
};

/** The step as check mode keeps it: with what its needs foretell on a host that answers so. */
function foretold(answers: Readonly<Record<string, unknown>>, more: object = {}): Step {
  const step: Step = userAct({ act: 'add', name: 'ada', createHome: true, ...more });
  let outcome = {};
  for (const { probe, foretells } of step.kind.needs?.(step.args as never) ?? []) {
    const { path } = probe.args as { readonly path: string };
    outcome = { ...outcome, ...foretells?.((answers[path] ?? absent) as never) };
  }
  return { ...step, outcome };
}

const after = <Answer>(step: Step, probe: Probe<Answer>, before: Answer): unknown =>
  overlay(probe, before, [step]);

describe('module/vocabulary/new_home', ({ test }) => {
  test('a new home is a folder of its user, with the mode of login.defs', () => {
    for (const [defs, defaults, mode] of [
      ['UMASK 022\n#HOME_MODE 0700\n', [], '0755'],
      ['UMASK 027\n', [], '0750'],
      ['UMASK 022\nHOME_MODE\t0700\n', [], '0700'],
      ['UMASK 022\n', ['UMASK=077'], '0700'],
    ] as const) {
      const step = foretold({ ...host, '/etc/login.defs': text(defs) }, { defaults, uid: 2000 });
      const home = after(step, stat({ path: '/home/ada' }), absent) as ExistingFile;
      assert.equal(
        [home.type, home.mode, home.owner, home.uid, home.group],
        ['directory', mode, 'ada', 2000, 'ada'],
      );
    }
  });

  test('it holds what the skeleton folder holds, and nothing else', () => {
    const step = foretold(host, { group: 'staff' });
    assert.equal(after(step, stat({ path: '/home/ada/.ssh' }), absent), absent);
    assert.equal(after(step, content('/home/ada/.ssh/authorized_keys'), { found: 'nothing' }), {
      found: 'nothing',
    });
    const run = after(step, stat({ path: '/home/ada/bin/run' }), absent) as ExistingFile;
    assert.equal([run.mode, run.owner, run.group, run.size], ['0755', 'ada', 'staff', 4]);
    assert.ok(isUncertain(after(step, content('/home/ada/.profile'), { found: 'nothing' })));
    const nothing: Listing = { exists: false, entries: [] };
    const names = (path: string, recurse: boolean): string[] =>
      (after(step, listing({ path, recurse }), nothing) as Listing).entries.map(({ name }) => name);
    assert.equal(names('/home/ada', true), ['.profile', 'bin', 'bin/run']);
    assert.equal(names('/home/ada', false), ['.profile', 'bin']);
    assert.equal(names('/home/ada/bin', true), ['run']);
  });

  test('a folder that is there already stays as it is', () => {
    const there: Stat = { ...newDirectory('root'), mode: '0711' };
    const step = foretold({ ...host, '/home/ada': there });
    assert.is(after(step, stat({ path: '/home/ada' }), there), there);
    assert.is(after(step, stat({ path: '/home/ada/.profile' }), absent), absent);
  });

  test('where the host makes homes in its own way nothing is foretold', () => {
    for (const other of [
      { '/usr/sbin/useradd': absent },
      { '/etc/default/useradd': text('SKEL=/etc/skeleton\n') },
      { '/etc/default/useradd': text('HOME=/srv\n') },
    ])
      assert.ok(isUncertain(after(foretold({ ...host, ...other }), stat({ path: '/home/ada' }), absent)));
  });

  test('a home by a link is foretold at the place where it stands', () => {
    const step = foretold(host);
    const args = step.kind.placed?.(step.args as never, (path) => path.replace(/^\/home/, '/data/homes'));
    const placed = { ...step, args } as Step;
    assert.is((after(placed, stat({ path: '/data/homes/ada' }), absent) as Stat).exists, true);
    assert.equal(after(placed, stat({ path: '/data/homes/ada/.ssh' }), absent), absent);
  });
});
