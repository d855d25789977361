import { textContent } from '../../engine/module/content.ts';
import type { Output } from '../../engine/module/contract.ts';
import { seenDirectory, seenFile } from '../../engine/module/seen_files.ts';
import { checkModule } from '../../engine/module/testing.ts';
import { absent } from '../../engine/module/vocabulary/stat.ts';
import { command } from '../../modules/command.ts';
import { raw } from '../../modules/raw.ts';
import { script } from '../../modules/script.ts';
import { shell } from '../../modules/shell.ts';
import { describe } from '../support/suite.ts';

function output(rc: number, stdout: string, stderr = ''): Output {
  return {
    rc,
    stdout: Buffer.from(stdout),
    stderr: Buffer.from(stderr),
    start: '2026-11-21T12:00:00.000Z',
    end: '2026-11-21T12:01:01.250Z',
  };
}

describe('modules/command and its kin', ({ test }) => {
  checkModule(
    command,
    [
      {
        name: 'command splits its line as a shell would and registers what came out',
        params: { cmd: "ls -l 'a b' c\\ d" },
        steps: ['run ls -l a b c d'],
        outcomes: [output(0, 'one\ntwo\n\n')],
        result: {
          cmd: ['ls', '-l', 'a b', 'c d'],
          rc: 0,
          changed: true,
          stdout: 'one\ntwo',
          stdout_lines: ['one', 'two'],
          delta: '0:01:01.250000',
        },
      },
      {
        name: 'command fails by its exit code',
        params: { argv: ['false'] },
        steps: ['run false'],
        outcomes: [output(1, '', 'no')],
        result: { failed: true, rc: 1, stderr: 'no', msg: 'non-zero return code' },
      },
      {
        name: 'command does not run when what it creates is there',
        params: { cmd: 'make', creates: 'out', chdir: '/src' },
        seen: { folder: seenDirectory(), created: seenFile() },
        result: { changed: false, rc: 0, msg: "Did not run command since 'out' exists" },
      },
      {
        name: 'command enters its folder before it looks for what it creates',
        params: { cmd: 'make', creates: '/out', chdir: '/src' },
        seen: { folder: absent, created: seenFile() },
        steps: [],
        result: {
          ...{ failed: true, changed: false, rc: null, stdout: '' },
          msg: "Unable to change directory before execution: [Errno 2] No such file or directory: b'/src'",
        },
      },
      {
        name: 'command says that it would not run, where nothing is done anyway',
        params: { cmd: 'make', removes: 'out', chdir: '/src' },
        context: { checkMode: true },
        seen: { folder: seenDirectory(), removed: absent },
        result: { msg: "Would not run command since 'out' does not exist" },
      },
      {
        name: 'command does not run when a pattern of what it creates matches',
        params: { cmd: 'make', creates: '/out/*.bin' },
        seen: { created: ['/out/a.bin'] },
      },
      {
        name: 'command runs only when what it removes is there',
        params: { cmd: 'rm x', removes: '/x' },
        seen: { removed: absent },
      },
      { name: 'command says which quotation is open', params: { cmd: "echo 'a" }, fail: /' is not closed/ },
      {
        name: 'command takes a line or words, not both, not neither',
        params: { cmd: 'a', argv: ['b'] },
        refused: ['command: cmd and argv exclude each other'],
      },
      {
        name: 'command needs a line or words',
        params: {},
        refused: ['command: one of cmd or argv is needed'],
      },
    ],
    test,
  );
  checkModule(
    shell,
    [
      {
        name: 'shell hands its text over as it is',
        params: { cmd: 'a | b > "$c"', executable: '/bin/bash' },
        steps: ['run a | b > "$c"'],
        outcomes: [output(0, '')],
        result: { cmd: 'a | b > "$c"', stdout_lines: [] },
      },
    ],
    test,
  );
  checkModule(
    raw,
    [
      {
        name: 'raw keeps the ends of its output',
        params: { cmd: 'echo' },
        steps: ['run echo'],
        outcomes: [output(0, 'x\n')],
        result: { stdout: 'x\n', stdout_lines: ['x'], rc: 0 },
      },
    ],
    test,
  );
  checkModule(
    script,
    [
      {
        name: 'script sends its file and arguments',
        params: { cmd: 'setup.sh -v' },
        seen: { source: { type: 'file', path: '/p/setup.sh', mode: '0755', content: textContent('true') } },
        steps: ['run the script setup.sh'],
        outcomes: [output(0, '')],
        result: { rc: 0 },
      },
      {
        name: 'script need not be there when what it makes is',
        params: { cmd: 'gone.sh', creates: '/made' },
        seen: { created: seenFile() },
        skip: '/made exists, matching creates option',
      },
      {
        name: 'script enters folders from the root only',
        params: { cmd: 'setup.sh', chdir: 'folder' },
        seen: { source: { type: 'file', path: '/p/setup.sh', mode: '0755', content: textContent('true') } },
        fail: 'chdir must be a path from the root, and folder is none',
      },
      {
        name: 'script takes no folder',
        params: { cmd: 'folder' },
        seen: { source: { type: 'directory', path: '/p/folder', entries: [] } },
        fail: 'folder is no script: it is a directory',
      },
    ],
    test,
  );
});
