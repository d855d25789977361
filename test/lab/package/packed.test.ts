// The package as its users get it: packed, installed into an empty folder without a network, imported from JavaScript
// and TypeScript, and its command run.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe } from '../../support/suite.ts';

const root = path.resolve(import.meta.dirname, '../../..');

const playbook = `
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - copy: { content: "packed\\n", dest: "{{ folder }}/packed" }
`;

/** Declares a module, checks a case of it, and runs a playbook: what the README promises of the library. */
const program = (types: boolean): string => `
import { content, defineModule, runPlaybook, str, writeFile } from 'hardway';
import { checkCase } from 'hardway/testing';
${types ? "import type { HostRecap, RunEvent } from 'hardway';\n" : ''}
const note = defineModule({
  name: 'note',
  summary: 'Keep a line in /tmp/note',
  params: { text: str() },
  probes: () => ({ file: content('/tmp/note') }),
  plan: (params, seen) => ({
    steps: [],
    ...(seen.file.found === 'file' ? {} : { skip: \`There is nothing to say \${params.text} to\` }),
  }),
});
checkCase(note, { name: 'nothing to do', params: { text: 'x' }, seen: { file: { found: 'nothing' } }, skip: 'There is nothing to say x to' });

const events${types ? ': RunEvent[]' : ''} = [];
const report = await runPlaybook({
  playbooks: [process.argv[2] ?? ''],
  arguments: ['-i', 'localhost,', '-e', \`folder=\${process.argv[3] ?? ''}\`],
  onEvent: (event) => void events.push(event),
});
const counts${types ? ': HostRecap | undefined' : ''} = report.recap.get('localhost');
console.log(JSON.stringify({ ran: report.ran, changed: counts?.changed, ends: events.at(-1)?.type, steps: typeof writeFile }));
`;

/** The module with kinds of its own that CONTRIBUTING.md shows whole. */
function moduleOfContributing(): string {
  const text = readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8');
  const [, code = ''] = /^```ts\n(import \{ answers[^]*?)^```$/m.exec(text) ?? [];
  assert.match(code, /defineModule/);
  return code;
}

interface Done {
  readonly code: number | null;
  readonly stdout: string;
  readonly said: string;
}

function run(folder: string, command: string, ...args: readonly string[]): Done {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  return { code: status, stdout, said: `${stdout}${stderr}` };
}

describe('the packed package', ({ test, setup, teardown }) => {
  let folder = '';
  const installed = (...parts: readonly string[]): string =>
    path.join(folder, 'node_modules', 'hardway', ...parts);
  const node = (...args: readonly string[]): Done => run(folder, process.execPath, ...args);

  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-packed-'));
    const packed = run(root, 'npm', 'pack', '--silent', '--pack-destination', folder);
    assert.equal(packed.code, 0, packed.said);
    const tarball = packed.stdout.trim().split('\n').at(-1) ?? '';
    mkdirSync(installed(), { recursive: true });
    const unpacked = run(folder, 'tar', '-xzf', tarball, '-C', installed(), '--strip-components=1');
    assert.equal(unpacked.code, 0, unpacked.said);
    // What npm would fetch: the one dependency, and what every TypeScript project on Node has.
    mkdirSync(path.join(folder, 'node_modules', '@types'));
    for (const name of ['typebox', '@types/node', 'undici-types'])
      symlinkSync(path.join(root, 'node_modules', name), path.join(folder, 'node_modules', name));
    writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(path.join(folder, 'site.yml'), playbook);
    writeFileSync(path.join(folder, 'plain.js'), program(false));
    writeFileSync(path.join(folder, 'typed.ts'), program(true));
    writeFileSync(path.join(folder, 'level.ts'), moduleOfContributing());
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  test('holds what runs and what users read, and no tests, sources or tools of its makers', () => {
    const files = readdirSync(installed(), { recursive: true, encoding: 'utf8' });
    const unwanted = files.filter(
      (file) =>
        /\.test\.|\.map$|^test|^bench|^bin\/(?!hardway)/.test(file) ||
        (/\.ts$/.test(file) && !file.endsWith('.d.ts') && !file.startsWith('examples/')),
    );
    assert.deepEqual(unwanted, []);
    for (const needed of [
      ...['README.md', 'LICENSE', 'CHANGELOG.md', 'bin/hardway.mjs', 'dist/THIRD_PARTY_NOTICES.txt'],
      ...['playbooks/site.yml', 'roles/controller/tasks/main.yml', 'templates/unit.service.j2'],
      ...['inventory/example/hosts.yml', 'lab/topologies/cluster.yml', 'lab/mirror/kubernetes/main.go'],
      ...['docs/flags.md', 'examples/site-with-own-module/site.yml'],
    ])
      assert.ok(files.includes(needed), `${needed} is missing`);
  });

  test('runs from JavaScript: a module, its check, a playbook on this machine', () => {
    const ran = node('plain.js', 'site.yml', folder);
    assert.equal(ran.code, 0, ran.said);
    assert.deepEqual(JSON.parse(ran.stdout), { ran: true, changed: 1, ends: 'run-end', steps: 'function' });
    assert.ok(existsSync(path.join(folder, 'packed')));
  });

  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])
    test(`has types by which a strict program is checked, and a wrong one refused (${moduleResolution})`, () => {
      const options = {
        ...{ module, moduleResolution, target: 'es2022', strict: true, noEmit: true, types: ['node'] },
        ...{ exactOptionalPropertyTypes: true, skipLibCheck: false },
      };
      const check = (...files: readonly string[]): Done => {
        writeFileSync(
          path.join(folder, 'tsconfig.json'),
          JSON.stringify({ compilerOptions: options, files }),
        );
        return node(path.join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json');
      };
      const right = check('typed.ts', 'level.ts');
      assert.equal(right.code, 0, right.said);
      writeFileSync(path.join(folder, 'wrong.ts'), program(true).replace('str()', 'str({ alias: 1 })'));
      assert.match(check('wrong.ts').said, /wrong\.ts.*alias/);
      const wrongCase = program(true).replace("skip: 'There", "skipped: 'There");
      writeFileSync(path.join(folder, 'wrong_case.ts'), wrongCase);
      assert.match(check('wrong_case.ts').said, /wrong_case\.ts.*skipped/);
    });

  test('runs its command: the version, a playbook, the roles that come along', () => {
    const hardway = (...args: readonly string[]): Done => node(installed('bin/hardway.mjs'), ...args);
    assert.match(hardway('--version').stdout, /^hardway \d+\.\d+\.\d+\n$/);
    const ran = hardway('playbook', 'site.yml', '-i', 'localhost,', '-e', `folder=${folder}`);
    assert.equal(ran.code, 0, ran.said);
    assert.match(ran.stdout, /localhost +: ok=1 +changed=0/);
    const site = hardway(
      ...['playbook', installed('playbooks/site.yml'), '-i', installed('inventory/example')],
      '--syntax-check',
    );
    assert.equal(site.code, 0, site.said);
  });
});
