// Sound inputs of each kind, for the mutators to break.
import { encryptVault } from '../../../engine/document/vault.ts';
import type { Broken } from './place.ts';

/** A kind of input: one sound text of it, and the command that reads it. */
export interface Kind {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly run: string;
  readonly code: number;
  readonly more?: Broken['files'];
}

const play = (more: string): string => `- hosts: all\n  gather_facts: false\n${more}`;

export const ini: Kind = {
  name: 'INI',
  file: 'site.ini',
  run: 'inventory -i site.ini --list',
  code: 1,
  text: [
    'lone ansible_port=2222',
    '[web]',
    'web[01:03] note="a b" weight=2',
    "web9 words='c d'",
    '[db]',
    'db[a:c].example.org',
    '[site:children]',
    'web',
    'db',
    '[site:vars]',
    'colour = blue',
    'size=3',
    '',
  ].join('\n'),
};

export const inventoryYaml: Kind = {
  name: 'YAML inventory',
  file: 'site.yml',
  run: 'playbook play.yml -i site.yml --strict',
  code: 4,
  text: [
    'all:',
    '  vars: {colour: "blue", size: 3}',
    '  children:',
    '    web:',
    '      hosts:',
    '        web1: {note: "a b"}',
    '        web2: {weights: [1, 2]}',
    '      vars:',
    "        words: 'c d'",
    '    db:',
    '      hosts: {db1: }',
    '',
  ].join('\n'),
};

export const variables: Kind = {
  name: 'vars file',
  file: 'vars.yml',
  run: 'playbook play.yml -i hosts --strict',
  code: 4,
  more: { 'play.yml': play('  vars_files: [vars.yml]\n  tasks:\n    - ping:\n') },
  text: [
    'name: "first"',
    "other: 'second'",
    'list: [1, 2, 3]',
    'nested:',
    '  deep: {a: "b"}',
    '  more: "c"',
    'last: [x, "y"]',
    '',
  ].join('\n'),
};

export const templateFile: Kind = {
  name: 'template',
  file: 'templates/t.j2',
  run: 'playbook play.yml -i hosts --strict',
  code: 4,
  more: { 'play.yml': play('  tasks:\n    - template: {src: t.j2, dest: /nowhere/x}\n') },
  text: [
    'a {{ inventory_hostname | upper }}',
    '{% if ansible_port is defined %}',
    'port {{ (ansible_port | default(22)) | int }}',
    '{% endif %}',
    '{% for one in groups["all"] | sort %}',
    'host {{ one | replace("a", "b") }}',
    '{% endfor %}',
    '',
  ].join('\n'),
};

export const settings: Kind = {
  name: 'ansible.cfg',
  file: 'ansible.cfg',
  run: 'playbook play.yml -i hosts --strict --syntax-check',
  code: 4,
  text: [
    '[defaults]',
    'forks = 7',
    'timeout = 20',
    'host_key_checking = False',
    'gathering = explicit',
    '[privilege_escalation]',
    'become = no',
    'become_user = root',
    '[ssh_connection]',
    'retries = 2',
    '',
  ].join('\n'),
};

export const vaulted: Kind = {
  ...variables,
  name: 'vault',
  run: 'playbook play.yml -i hosts --vault-password-file password',
  text: encryptVault(
    Buffer.from('secret: word\n'),
    { id: 'default', password: Buffer.from('right') },
    Buffer.alloc(32, 3),
  ),
};

/** As they are before anything is broken: each must be taken. */
export const soundInputs: readonly Broken[] = [
  ...[ini, inventoryYaml, variables, templateFile, settings, vaulted].map((kind) => ({
    run: kind.run.startsWith('inventory') ? kind.run : `${kind.run} --syntax-check`,
    files: { ...kind.more, [kind.file]: kind.text },
  })),
];
