// The testing kit runs a module on a host and says which of its kinds' answers is not true.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import type { ProbeKind, StepKind } from '../../../engine/module/contract.ts';
import { answers, defineModule, done, type Module } from '../../../engine/module/define.ts';
import { path as pathOf } from '../../../engine/module/kinds.ts';
import { probe, step } from '../../../engine/module/probe_identity.ts';
import { sh } from '../../../engine/module/quote.ts';
import { checkOnHost, thisMachine } from '../../../engine/module/testing.ts';
import { describe } from '../../support/suite.ts';

type Word = ProbeKind<string, string>;
type Write = StepKind<string, void>;
type Effect = Write['effects'][number];

interface Kinds {
  readonly word?: Partial<Word>;
  readonly write?: Partial<Write>;
  readonly effect?: Partial<Effect>;
}

/** Keeps the word `right` in a file; one of its answers may be another. */
function keepsWord({ word = {}, write = {}, effect = {} }: Kinds): Module {
  const wordKind: Word = {
    name: 'word',
    stability: 'stable',
    target: 'host',
    ask: (file) => ({ script: sh`cat -- ${file} 2>/dev/null || :`.text }),
    parse: ({ stdout }) => stdout.toString('utf8').trim(),
    ...word,
  };
  const writeKind: Write = {
    name: 'write word',
    target: 'host',
    perform: (file) => ({ script: sh`echo right > ${file}`.text }),
    describe: (file) => `write ${file}`,
    effects: [
      {
        ...{ probe: wordKind, touches: (file: string, asked: string) => file === asked },
        predict: () => 'right',
        ...effect,
      },
    ],
    ...write,
  };
  return defineModule({
    name: 'keeps_word',
    summary: 'Keeps a word',
    params: { file: pathOf() },
    seen: answers<{ word: string }>(),
    probes: ({ file }, seen) => (seen.word === undefined ? { word: probe(wordKind, file) } : done),
    plan: ({ file }, seen) => ({ steps: seen.word === 'right' ? [] : [step(writeKind, file)] }),
  });
}

describe('module/check_on_host', ({ test }) => {
  const tried = async (kinds: Kinds, text?: string): Promise<string> => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-kinds-'));
    const file = path.join(folder, 'word');
    if (text !== undefined) writeFileSync(file, text);
    try {
      const { steps } = await checkOnHost(keepsWord(kinds), { file }, thisMachine);
      assert.ok(existsSync(file));
      return steps.join(' ').replace(folder, '');
    } catch (error) {
      return (error as Error).message.replaceAll(folder, '');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  test('kinds whose answers are true pass, whatever is there before', async () => {
    assert.is(await tried({}), 'write /word');
    assert.is(await tried({}, 'wrong\n'), 'write /word');
    assert.is(await tried({}, 'right\n'), '');
    assert.is(await tried({ effect: { predict: () => ({ uncertain: [], waitsFor: 'it' }) } }), 'write /word');
  });

  test('a picture that the host does not show is named', async () => {
    assert.is(
      await tried({ effect: { predict: () => 'Right' } }, 'wrong'),
      'pictured: write word pictures word as "Right", yet it was "wrong" and is "right"',
    );
    assert.is(
      await tried({ effect: { predict: () => ({ uncertain: ['left', 'up'], waitsFor: 'it' }) } }),
      'pictured: write word pictures word as "left" or "up", yet it was "" and is "right"',
    );
  });

  test('an answer that changes though no effect touches it is named', async () => {
    const said = 'made stale: write word says that it does not touch word, yet it was "" and is "right"';
    assert.is(await tried({ effect: { touches: () => false } }), said);
    assert.is(await tried({ write: { effects: [] } }), said);
  });

  test('a stable answer that is another each time, or changes what it asks about, is named', async () => {
    const parse = (): string => String((count += 1));
    let count = 0;
    assert.match(
      await tried({ word: { parse } }),
      /^asked: word is stable, yet asked twice it answers "\d" and then/,
    );
    const ask: Word['ask'] = (file) => ({ script: sh`echo x >> ${file}; cat ${file}`.text });
    assert.match(await tried({ word: { ask } }), 'asked: word is stable');
  });

  test('an answer that is no data is named', async () => {
    assert.match(
      await tried({ word: { parse: () => Symbol('word') as never } }),
      'parsed: word gives no plain data',
    );
  });

  test('a step that does not do it, or not for good, is named', async () => {
    assert.match(
      await tried({ write: { perform: () => ({ script: 'echo no >&2; exit 3' }) } }),
      /^done: .*no/,
    );
    const predict = (_: unknown, __: never, before: unknown): unknown => before;
    assert.is(
      await tried({ write: { perform: () => ({ script: 'true' }) }, effect: { predict } }),
      'done: a second run would write /word again',
    );
  });
});
