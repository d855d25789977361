// Broken YAML: playbooks, files of tasks, and files of variables.
import { encryptVault } from '../../../engine/document/vault.ts';
import type { Case, Files } from './place.ts';

const run = 'playbook play.yml -i hosts';
const withVars = '- hosts: all\n  gather_facts: false\n  vars_files: [vars.yml]\n  tasks:\n    - ping:\n';

const v = (what: string, told: string, text: string | Uint8Array): Case => ({
  what,
  told,
  run,
  files: { 'play.yml': withVars, 'vars.yml': text },
});
const p = (what: string, told: string, text: string | Uint8Array, more: Files = {}): Case => ({
  what,
  told,
  run,
  files: { 'play.yml': text, ...more },
});

/** Each name holds the one before it nine times. */
function doubling(names: string): string {
  const lines = names.split('').map((name, index) => {
    const before = names[index - 1];
    return `${name}: &${name} [${Array(9)
      .fill(before === undefined ? 'x' : `*${before}`)
      .join(',')}]\n`;
  });
  return `${lines.join('')}z: "{{ a | uper }}"\n`;
}

export const yamlCases: readonly Case[] = [
  v('a tab in the indentation', '4 vars.yml:3:1 Tab in the indentation', 'a: 1\nb:\n\tc: 2\n'),
  v('a double quote that is not closed', '4 vars.yml:2:4 Quote is not closed', 'a: 1\nb: "open\nc: 3\n'),
  v(
    'a single quote that is not closed',
    '4 vars.yml:2:8 Text goes on after the closing quote',
    "a: 1\nb: 'it's\n",
  ),
  v('a bracket that is not closed', '4 vars.yml:1:4 Bracket is not closed', 'a: [1, 2\nb: 3\n'),
  v('a brace that is not closed', '4 vars.yml:1:4 Bracket is not closed', 'a: {b: 1\n'),
  v('a bracket that closes nothing', '4 vars.yml:2:4 Bracket closes nothing', 'a: 1]\nb: ]\n'),
  v('an alias without an anchor', '4 vars.yml:1:4 Alias *nobody has no anchor before it', 'a: *nobody\n'),
  v('an anchor of a tag that is not known', '4 vars.yml:1:12 Unknown tag !secret', 'a: !secret x\n'),
  v(
    'an escape that YAML does not have',
    '4 vars.yml:1:7 Unknown escape in double quotes',
    'a: "C:\\Users"\n',
  ),
  v('an escape cut short', '4 vars.yml:1:5 Unknown escape in double quotes', 'a: "\\x4"\n'),
  v(
    'a value that begins with braces',
    '4 vars.yml:1:4 Value begins with a template and is not quoted',
    'a: {{ b }}\n',
  ),
  v(
    'a colon in a plain value',
    '4 vars.yml:1:5 Value holds a colon and a space and is not quoted',
    'a: b: c\n',
  ),
  v('a line without a colon', '4 vars.yml:2:1 Line has no colon', 'a: 1\nb\n'),
  v('no space behind a colon', '4 vars.yml:2:2 Space is missing after a colon', 'a: 1\nb:2\nc: 3\n'),
  v('a list among keys', '4 vars.yml:2:1 List and dict are mixed', 'a: 1\n- b\n'),
  v(
    'a line that is indented too little',
    '4 vars.yml:3:3 Line is indented wrongly',
    'a:\n    b: 1\n  c: 2\n',
  ),
  v('text behind a closing quote', '4 vars.yml:1:8 Text goes on after the closing quote', 'a: "b" c\n'),
  v('a NUL', '4 vars.yml:1:5 Character U+0000 cannot stand in YAML', 'a: b\u0000c\n'),
  v('a bell', '4 vars.yml:1:5 Character U+0007 cannot stand in YAML', 'a: b\u0007c\n'),
  v(
    'bytes of Latin-1',
    '4 vars.yml:2:6 The text is not UTF-8: byte 0xfc cannot stand here',
    Buffer.from('a: 1\nb: gr\xfcn\n', 'latin1'),
  ),
  v(
    'UTF-16 with a BOM',
    '4 vars.yml:1:1 The text is not UTF-8: byte 0xff cannot stand here',
    Buffer.from('\ufeffa: 1\n', 'utf16le'),
  ),
  v(
    'a byte cut off at the end',
    '4 vars.yml:1:4 The text is not UTF-8: byte 0xe2 cannot stand here',
    Buffer.from([0x61, 0x3a, 0x20, 0xe2, 0x82]),
  ),
  v(
    'a list in place of variables',
    '4 vars.yml:1:1 File of variables must hold a dict, not a list',
    '- a: 1\n',
  ),
  v(
    'a text in place of variables',
    '4 vars.yml:1:1 File of variables must hold a dict, not text',
    'just text\n',
  ),
  v('a list as a key', '4 vars.yml:1:3 A list cannot be a key', '? [a, b]\n: c\n'),
  v(
    'a merge of what is no dict',
    '4 vars.yml:3:7 A merge key takes a dict or a list of dicts',
    'a: &x 1\nb:\n  <<: *x\n',
  ),
  v('an anchor within itself', '4 vars.yml:1:8 Alias *x stands inside its own anchor', 'a: &x [*x]\n'),
  v('a vault tag on a list', '4 vars.yml:1:11 A vault value is text', 'a: !vault [x]\n'),
  v('two documents', '4 vars.yml:3:1 File holds more than one YAML document', 'a: 1\n---\nb: 2\n'),
  v('ten thousand brackets', '4 vars.yml:1:251 Nested too deeply', '['.repeat(10000)),
  {
    ...v(
      'a filter that is misspelt, below anchors that hold each other 387 million times, where warnings count',
      "4 vars.yml:10:12 there is no filter named 'uper' / 'upper'",
      doubling('abcdefghi'),
    ),
    run: `${run} --strict`,
  },
  p(
    'a dict in place of plays',
    '4 play.yml:1:1 A playbook must be a list of plays, not a dict',
    'hosts: all\ntasks: []\n',
  ),
  p('a text in place of plays', '4 play.yml:1:1 A playbook must be a list of plays, not text', 'play\n'),
  p('nothing', '4 play.yml:1:1 A playbook must be a list of plays, not nothing', ''),
  p('a number among plays', '4 play.yml:1:3 A play must be a dict, not a number', '- 1\n'),
  p('an inventory', '4 play.yml:2:1 List and dict are mixed', '[web]\none\n'),
  p('a tab before a key', '4 play.yml:2:1 Tab in the indentation', '- hosts: all\n\ttasks: []\n'),
  p('a BOM and a tab', '4 play.yml:2:1 Tab in the indentation', '\ufeff- hosts: all\n\ttasks: []\n'),
  p(
    'a key of a play misspelt',
    '4 play.yml:2:3 Unknown keyword gather_fact in a play / gather_facts',
    '- hosts: all\n  gather_fact: false\n  tasks: []\n',
  ),
  p('tasks as a text', '4 play.yml:2:10 Tasks must be a list, not text', '- hosts: all\n  tasks: none\n'),
  p(
    'a task as a list',
    '4 play.yml:3:7 A task must be a dict, not a list',
    '- hosts: all\n  tasks:\n    - [ping]\n',
  ),
  p(
    'vars as a list of texts',
    '4 play.yml:2:9 vars must be a dict of variables, not a list',
    '- hosts: all\n  vars: [a]\n  tasks: []\n',
  ),
  p(
    'hosts as a dict',
    '4 play.yml:1:10 hosts must be text or a list of texts, not a dict',
    '- hosts: {a: b}\n  tasks: []\n',
  ),
  p('a vars file that is missing', '4 play.yml:3:16 Variables file vars.yml is not found', withVars),
  p('a vars file that is a folder', '4 play.yml:3:16 Variables file vars.yml is not found', withVars, {
    'vars.yml/x': '',
  }),
  p(
    'a file of tasks that is cut',
    '4 more.yml:2:16 Quote is not closed',
    '- hosts: all\n  tasks:\n    - import_tasks: more.yml\n',
    { 'more.yml': '- ping:\n- debug: {msg: "x\n' },
  ),
  p(
    'a file of tasks that is a dict',
    '4 more.yml:1:1 Tasks must be a list, not a dict',
    '- hosts: all\n  tasks:\n    - import_tasks: more.yml\n',
    { 'more.yml': 'ping:\n' },
  ),
  p(
    'a playbook imported that imports itself',
    '4 play.yml:1:20 Playbook play.yml imports itself',
    '- import_playbook: play.yml\n',
  ),
  p(
    'a file of tasks that imports itself',
    '4 more.yml:1:17 File more.yml imports itself',
    '- hosts: all\n  tasks:\n    - import_tasks: more.yml\n',
    { 'more.yml': '- import_tasks: more.yml\n' },
  ),
  p(
    'a playbook that is vaulted without a password',
    '4 play.yml:1:1 No vault password was given',
    encryptVault(Buffer.from('- hosts: all\n'), { id: 'default', password: Buffer.from('x') }),
  ),
];
