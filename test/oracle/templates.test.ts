// Templates that name others, rendered by ansible-playbook and by us.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { describe } from '../support/suite.ts';
import { writeFiles } from './files.ts';
import { ranByBoth } from './ran_by_both.ts';
import { plainCopy, templatePages, templateSite } from './template_site.ts';
import { oracleMissing } from './venv.ts';

function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}

describe(
  'oracle/templates',
  ({ test, setup, teardown }) => {
    let folder = '';
    setup(() => {
      folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hardway-templates-')));
      writeFiles(folder, { ...templateSite, 'action_plugins/copy.py': plainCopy });
    });
    teardown(() => rmSync(folder, { recursive: true, force: true }));

    test('include, import, from and extends give what they give under ansible-playbook, or fail as there', async () => {
      const outs = [path.join(folder, 'theirs'), path.join(folder, 'ours')] as const;
      for (const out of outs) mkdirSync(out);
      const [theirs, ours] = await ranByBoth(folder, 'site.yml', outs, '-i', 'localhost,');
      assert.is(theirs.code, 0, theirs.output);
      assert.is(ours.code, 0, ours.stderr);
      const [expected, made] = outs.map(contents);
      assert.equal(made, expected);
      const rendered = templatePages.filter((name) => name.replace('/', '_') in (expected ?? {}));
      assert.is(rendered.length, 70);
      assert.is(templatePages.length, 97);
    });
  },
  { unless: oracleMissing() },
);
