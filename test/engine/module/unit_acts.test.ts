// What a unit that cannot start says for itself, by the script of the step with programs of the test in systemd's place.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { unitActKind, type UnitVerb } from '../../../engine/module/vocabulary/unit_acts.ts';
import { describe } from '../../support/suite.ts';

describe('a unit that cannot be started', ({ test, setup, teardown }) => {
  let folder: string;
  const program = (name: string, script: string): void => {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(folder, name), 0o755);
  };
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-unit-'));
    program('systemctl', 'echo "Job for web.service failed." >&2; exit 3');
    program('journalctl', 'echo "asked: $*"; echo "web: no such file"');
  });
  teardown(() => {
    rmSync(folder, { recursive: true });
  });

  function told(verb: UnitVerb): { script: string; rc: number | null; message: string | undefined } {
    const act = { verb, unit: 'web.service', scope: 'system' } as const;
    const { script } = unitActKind.perform?.(act) as { script: string };
    const environment = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { env: environment });
    const answer = unitActKind.parse?.({ rc: status ?? 1, stdout, stderr }, act);
    return { script, rc: status, message: (answer as { failed?: string } | undefined)?.failed };
  }

  test('is told with the last lines of its log', () => {
    const { rc, message } = told('restart');
    assert.is(rc, 3);
    assert.is(
      message,
      'Cannot restart web.service: Job for web.service failed.\nits log ends with\nasked: --quiet --no-pager --output=cat --lines=10 --unit=web.service\nweb: no such file',
    );
  });

  test('is told by systemctl alone where there is no journalctl, and where nothing was started', () => {
    assert.is(told('enable').message, 'Cannot enable web.service: Job for web.service failed.');
    program('journalctl', 'exit 127');
    assert.is(told('start').message, 'Cannot start web.service: Job for web.service failed.');
    assert.is(told('start').rc, 3);
  });
});
