// What unit files, told by their lines that matter, make of an act on one unit.
import * as assert from 'uvu/assert';
import { overlay } from '../../../engine/module/picture.ts';
import { makeLink } from '../../../engine/module/vocabulary/make_link.ts';
import { removeFile } from '../../../engine/module/vocabulary/remove_file.ts';
import { unitAct, type UnitVerb } from '../../../engine/module/vocabulary/unit_acts.ts';
import { UnitRelations } from '../../../engine/module/vocabulary/unit_relations.ts';
import { newUnit } from '../../../engine/module/vocabulary/unit_files.ts';
import { unitState, type UnitState } from '../../../engine/module/vocabulary/unit_state.ts';
import { unitTree, unitTreeKind, type UnitTree } from '../../../engine/module/vocabulary/unit_tree.ts';
import { stat } from '../../../engine/module/vocabulary/stat.ts';
import { textContent } from '../../../engine/module/content.ts';
import { writeFile } from '../../../engine/module/vocabulary/write_file.ts';
import { describe } from '../../support/suite.ts';

const own = '/etc/systemd/system';
const type = { Type: 'simple', RemainAfterExit: 'no' };
const stopped: UnitState = { ...newUnit('x'), properties: type };
const running: UnitState = { ...stopped, active: true };

function treeOf(files: Readonly<Record<string, string | readonly [link: string]>>): UnitTree {
  const told = Object.entries(files).map(([name, text]) => [
    name.startsWith('/') ? name : `${own}/${name}`,
    { now: typeof text === 'string' ? text.split('\n') : { link: text[0] } },
  ]);
  return { files: Object.fromEntries(told) as UnitTree['files'], open: [] };
}

/** `active`, `inactive`, or `open`, of a unit after an act on another. */
function after(
  tree: UnitTree | undefined,
  verb: UnitVerb,
  unit: string,
  other: string,
  now: UnitState,
): string {
  const act = { ...unitAct({ verb, unit, scope: 'system' }), ...(tree ? { outcome: { tree } } : {}) };
  const answer = overlay(unitState({ unit: other, scope: 'system' }), now, [act]) as UnitState;
  return 'uncertain' in answer
    ? 'open'
    : `${answer.active ? 'active' : 'inactive'} ${answer.enabled ? 'on' : 'off'}`;
}

describe('module/unit relations', ({ test }) => {
  const tree = treeOf({
    'web.service':
      '[Unit]\nRequires=db.service\nWants=log.service\nConflicts=old.service\n[Install]\nAlso=db.service\nAlias=www.service\nWantedBy=multi-user.target',
    'db.service': '[Install]\nWantedBy=multi-user.target',
    'log.service': '',
    'part.service': '[Unit]\nPartOf=db.service',
    'old.service': '',
    'job@.service': '[Unit]\nBindsTo=%i.service',
    'www.service': [`${own}/web.service`],
    'web.service.d/more.conf': '[Unit]\nWants=part.service',
    'log.service.requires/extra.service': [`${own}/extra.service`],
    'extra.service': '',
  });

  test('a start starts what is required and wanted, through drop-ins and folders of links too', () => {
    for (const other of ['db', 'log', 'part', 'extra'])
      assert.is(after(tree, 'start', 'web.service', `${other}.service`, stopped), 'active off', other);
    assert.is(after(tree, 'start', 'www.service', 'db.service', stopped), 'active off');
    assert.is(after(tree, 'start', 'db.service', 'web.service', stopped), 'inactive off');
    assert.is(after(tree, 'start', 'job@log.service', 'log.service', stopped), 'active off');
  });

  test('a stop stops what requires it, is bound to it or a part of it, and nothing else', () => {
    assert.is(after(tree, 'stop', 'db.service', 'web.service', running), 'inactive off');
    assert.is(after(tree, 'stop', 'db.service', 'part.service', running), 'inactive off');
    assert.is(after(tree, 'stop', 'log.service', 'web.service', running), 'active off');
    assert.is(after(tree, 'stop', 'log.service', 'job@log.service', running), 'inactive off');
    assert.is(after(tree, 'restart', 'db.service', 'part.service', running), 'active off');
  });

  test('a stop takes along what has it as a requisite', () => {
    const asked = treeOf({ 'db.service': '', 'web.service': '[Unit]\nRequisite=db.service' });
    assert.is(after(asked, 'stop', 'db.service', 'web.service', running), 'inactive off');
    assert.is(after(asked, 'start', 'web.service', 'db.service', stopped), 'inactive off');
  });

  test('drop-ins of all units that begin so, and of all of a type, are read', () => {
    const wide = treeOf({
      'web-front-a.service': '',
      'other.service': '',
      'log.service': '',
      'db.service': '',
      'web-.service.d/x.conf': '[Unit]\nWants=log.service',
      'service.d/x.conf': '[Unit]\nWants=db.service',
      '/usr/lib/systemd/system/-.slice': '',
    });
    assert.is(after(wide, 'start', 'web-front-a.service', 'log.service', stopped), 'active off');
    assert.is(after(wide, 'start', 'other.service', 'log.service', stopped), 'inactive off');
    assert.is(after(wide, 'start', 'other.service', 'db.service', stopped), 'active off');
    const write = (path: string): UnitState => {
      const step = writeFile({ path: `${own}/${path}`, content: textContent('[Unit]\n'), creator: 'root' });
      const asked = unitState({ unit: 'web-front-a.service', scope: 'system' });
      return overlay(asked, running, [step]) as UnitState;
    };
    for (const path of ['web-.service.d/y.conf', 'web-front-.service.d/y.conf', 'service.d/y.conf'])
      assert.is(write(path).needsReload, true, path);
    for (const path of ['web-.service', 'front-.service.d/y.conf', 'web-back-.service.d/y.conf'])
      assert.is(write(path).needsReload, false, path);
  });

  test('what conflicts, what a package brings, and what was never asked is not told', () => {
    assert.is(after(tree, 'start', 'web.service', 'old.service', running), 'open');
    assert.is(after({ ...tree, open: ['db'] }, 'start', 'web.service', 'old.service', stopped), 'open');
    assert.is(after(undefined, 'start', 'web.service', 'log.service', stopped), 'open');
  });

  test('enabling makes links for the unit and those named by Also, disabling takes them away', () => {
    const relations = UnitRelations.of(tree);
    assert.equal(Object.fromEntries(relations.linksOf('web.service') ?? []), {
      [`${own}/multi-user.target.wants/web.service`]: `${own}/web.service`,
      [`${own}/www.service`]: `${own}/web.service`,
      [`${own}/multi-user.target.wants/db.service`]: `${own}/db.service`,
    });
    assert.is(after(tree, 'enable', 'web.service', 'db.service', stopped), 'inactive on');
    assert.is(after(tree, 'enable', 'web.service', 'log.service', stopped), 'inactive off');
    const enable = { ...unitAct({ verb: 'enable', unit: 'db.service', scope: 'system' }), outcome: { tree } };
    const link = stat({ path: `${own}/multi-user.target.wants/db.service` });
    assert.is(
      (overlay(link, { exists: false }, [enable]) as { target?: string }).target,
      `${own}/db.service`,
    );
    const disable = {
      ...unitAct({ verb: 'disable', unit: 'web.service', scope: 'system' }),
      outcome: { tree },
    };
    assert.equal(overlay(stat({ path: `${own}/www.service` }), { exists: true }, [disable]), {
      exists: false,
    });
  });

  test('systemd may still hold by a file that was changed until it reads it again', () => {
    const gone = overlay(unitTree(), tree, [removeFile(`${own}/web.service.d`)]) as UnitTree;
    assert.is(after(gone, 'start', 'web.service', 'part.service', stopped), 'open');
    const read = overlay(unitTree(), gone, [
      { ...unitAct({ verb: 'enable', unit: 'db.service', scope: 'system' }) },
    ]) as UnitTree;
    assert.is(after(read, 'start', 'web.service', 'part.service', stopped), 'inactive off');
  });

  test('a link made by hand in a folder of links enables its unit', () => {
    const path = `${own}/multi-user.target.wants/log.service`;
    const step = makeLink({ path, target: `${own}/log.service`, kind: 'symbolic', creator: 'root' });
    const answer = overlay(unitState({ unit: 'log.service', scope: 'system' }), stopped, [step]) as UnitState;
    assert.is(answer.enabled, true);
  });

  test('a unit whose requirement is missing or masked cannot start', () => {
    const relations = UnitRelations.of(
      treeOf({
        'a.service': '[Unit]\nRequires=none.service',
        'b.service': '[Unit]\nBindsTo=c.service',
        'c.service': ['/dev/null'],
        'd.service': '[Unit]\nWants=none.service c.service',
      }),
    );
    assert.is(relations.whyNot('a.service'), 'Unit none.service not found.');
    assert.is(relations.whyNot('b.service'), 'Unit c.service is masked.');
    assert.is(relations.whyNot('d.service'), undefined);
  });

  test('the answer of a host: links as ls tells them, and lines as grep does', () => {
    const stdout = Buffer.from(
      `lrwxrwxrwx 1 root root 9 Nov 30 21:27 ${own}/c.service -> /dev/null\n${own}/a.service:[Unit]\n${own}/a.service:Wants=b.service\n`,
    );
    assert.equal(unitTreeKind.parse?.({ rc: 0, stdout, stderr: Buffer.alloc(0) }, {}), {
      files: {
        [`${own}/c.service`]: { now: { link: '/dev/null' } },
        [`${own}/a.service`]: { now: ['[Unit]', 'Wants=b.service'] },
      },
      open: [],
    });
  });
});
