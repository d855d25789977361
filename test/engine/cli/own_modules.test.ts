import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { playbookCommand } from '../../../engine/cli/playbook_command.ts';
import { loadOwnModules } from '../../../engine/cli/own_modules.ts';
import { called } from '../../support/called.ts';
import { describe } from '../../support/suite.ts';

const source = (types: string): string => `
import { defineModule, optional, str } from 'hardway';
const word${types} = 'hello';
export const greet = defineModule({
  name: 'greet',
  summary: 'Says hello',
  params: { who: optional(str(), word) },
  plan: () => ({ steps: [] }),
});
`;

const enlist = `
import { defineModule, str } from 'hardway';
export const enlist = defineModule({
  name: 'enlist',
  summary: 'Adds a host',
  reach: 'nothing',
  actsOnRun: true,
  onceForAll: true,
  makesHosts: true,
  params: { host: str() },
  plan: ({ host }) => ({ steps: [], effects: { addHost: { name: host, groups: ['late'], vars: {} } } }),
});
`;

const enlisting = `
- hosts: all
  gather_facts: false
  tasks:
    - enlist: {host: three}
- hosts: late
  gather_facts: false
  tasks:
    - debug: {msg: here}
    - {enlist: {host: four}, async: 5}
`;

describe('own modules', ({ test }) => {
  test('TypeScript and JavaScript files of a folder import hardway wherever they stand', async () => {
    const folder = path.join(mkdtempSync(path.join(tmpdir(), 'hardway-own-')), 'modules');
    try {
      mkdirSync(folder);
      writeFileSync(path.join(folder, 'one.ts'), source(': string'));
      writeFileSync(path.join(folder, 'two.js'), source(''));
      writeFileSync(path.join(folder, 'wrong.js'), 'export const x = ;');
      const { modules, problems } = await loadOwnModules(folder);
      assert.equal(
        modules.map(({ name }) => name),
        ['greet', 'greet'],
      );
      assert.is(problems.length, 1);
    } finally {
      rmSync(path.dirname(folder), { recursive: true, force: true });
    }
  });

  test('a module that is no program is told at the line and column of its mistake, also one that it imports', async () => {
    const folder = path.join(mkdtempSync(path.join(tmpdir(), 'hardway-own-')), 'modules');
    try {
      mkdirSync(path.join(folder, 'parts'), { recursive: true });
      const files = {
        'a.ts': "import { x } from 'hardway';\n\nexport const a = {\n  name: 'a' summary: x,\n};\n",
        'b.mjs': "import x from 'hardway';\nexport const b = {\n  c: 1 d\n};\n",
        'c.ts': "export { y } from './parts/p.ts';\n",
        'parts/p.ts': 'export const y = 1;\nexport const z = ;\n',
        'd.js': 'throw new Error("not now");\n',
      };
      for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
      const { problems } = await loadOwnModules(folder);
      assert.equal(
        problems.map(({ position, detail }) => [
          path.relative(folder, position?.file ?? ''),
          position?.line,
          position?.column,
          detail,
        ]),
        [
          ['a.ts', 4, 13, 'Expected "}" but found "summary"'],
          ['b.mjs', 3, 8, "Unexpected identifier 'd'"],
          ['parts/p.ts', 2, 18, 'Unexpected ";"'],
          ['d.js', 1, 1, 'not now'],
        ],
      );
    } finally {
      rmSync(path.dirname(folder), { recursive: true, force: true });
    }
  });

  test('a module of a user’s own may make hosts, once for all, and is refused in the background', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-own-'));
    try {
      mkdirSync(path.join(folder, 'modules'));
      writeFileSync(path.join(folder, 'modules/enlist.js'), enlist);
      writeFileSync(path.join(folder, 'play.yml'), enlisting);
      const { code, stdout, stderr } = await called(
        () => playbookCommand(['play.yml', '-i', 'one,two', '-c', 'local']),
        folder,
      );
      assert.is(code, 2);
      assert.not.match(stderr, /matches no host/);
      assert.match(stdout, /TASK \[enlist\].*\n(ok|changed): \[one\]\n\nPLAY \[late\]/);
      assert.match(stdout, /ok: \[three\]/);
      assert.match(stdout, /This action \(enlist\) does not support async/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('the modules that hardway brings along are nobody’s own', async () => {
    const folder = path.resolve(import.meta.dirname, '../../../modules');
    assert.equal(await loadOwnModules(folder), { modules: [], problems: [] });
  });
});
