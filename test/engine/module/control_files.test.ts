// What is sent of a folder of the control machine.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { textContent } from '../../../engine/module/content.ts';
import type { Control } from '../../../engine/module/contract.ts';
import { controlFileKind } from '../../../engine/module/vocabulary/control_files.ts';
import { describe } from '../../support/suite.ts';

function controlIn(folder: string): Control {
  return {
    find: (_, name) => path.join(folder, name),
    searchPath: () => [folder],
    content: (place) => Promise.resolve(textContent(readFileSync(place, 'utf8'))),
    render: () => Promise.resolve({ failed: 'no template' }),
    client: (_, open) => open(),
    signal: new AbortController().signal,
  };
}

describe('module/vocabulary/control_files', ({ test }) => {
  const links = { gone: 'nowhere', self: 'self', up: '..', beside: '../../beside', file: '../../beside/y' };

  async function sent(followLinks: boolean): Promise<Record<string, string>> {
    const root = mkdtempSync(path.join(tmpdir(), 'hardway-control-'));
    try {
      mkdirSync(path.join(root, 'odd/in'), { recursive: true });
      mkdirSync(path.join(root, 'beside'));
      writeFileSync(path.join(root, 'beside/y'), 'y');
      for (const [name, target] of Object.entries(links))
        symlinkSync(target, path.join(root, 'odd/in', name));
      const question = { name: 'odd', kind: 'files', decrypt: true, followLinks } as const;
      const found = await controlFileKind.answer?.(question, controlIn(root));
      if (!found || !('entries' in found)) throw new Error('The folder was not found');
      return Object.fromEntries(
        found.entries.map((entry) => [entry.name, entry.type === 'link' ? `-> ${entry.target}` : entry.type]),
      );
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }

  test('sends what links lead to, but links to nowhere, to themselves and to a folder around them as links', async () => {
    assert.equal(await sent(true), {
      in: 'directory',
      'in/beside': 'directory',
      'in/beside/y': 'file',
      'in/file': 'file',
      'in/gone': '-> nowhere',
      'in/self': '-> self',
      'in/up': '-> ..',
    });
  });

  test('sends links as they are when they are not followed', async () => {
    const asLinks = Object.entries(links).map(([name, target]) => [`in/${name}`, `-> ${target}`]);
    assert.equal(await sent(false), { in: 'directory', ...Object.fromEntries(asLinks) });
  });
});
