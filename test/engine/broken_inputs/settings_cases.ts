// Broken settings, roles, and files of variables beside an inventory.
import type { Case, Files } from './place.ts';

const PB = 'playbook play.yml -i hosts';
const r = (what: string, told: string, run: string | readonly string[], files: Files = {}): Case => ({
  what,
  told,
  run,
  files,
});
const cfg = (
  what: string,
  told: string,
  text: string | Uint8Array,
  run = `${PB} --strict --syntax-check`,
): Case => r(`ansible.cfg: ${what}`, told, run, { 'ansible.cfg': text });
const role = (what: string, told: string, files: Files): Case =>
  r(`a role: ${what}`, told, `${PB} --strict`, {
    'play.yml': '- hosts: all\n  gather_facts: false\n  roles: [web]\n',
    'roles/web/tasks/main.yml': '- ping:\n',
    ...files,
  });
const spec = (what: string, told: string, text: string): Case =>
  role(`argument specs: ${what}`, told, { 'roles/web/meta/argument_specs.yml': text });
const meta = (what: string, told: string, text: string): Case =>
  role(`meta: ${what}`, told, { 'roles/web/meta/main.yml': text });
const gv = (what: string, told: string, text: string | Uint8Array, name = 'group_vars/all.yml'): Case =>
  r(what, told, PB, { [name]: text });

export const settingCases: readonly Case[] = [
  cfg(
    'a key that is misspelt',
    '4 ansible.cfg:2:1 The setting forsk of [defaults] is not heeded / forks',
    '[defaults]\nforsk = 5\n',
  ),
  cfg(
    'a key in the wrong section',
    '4 ansible.cfg:2:1 The setting become of [defaults] is not heeded',
    '[defaults]\nbecome = true\n',
  ),
  cfg(
    'a section that is misspelt',
    '4 ansible.cfg:2:1 The setting forks of [default] is not heeded',
    '[default]\nforks = 5\n',
  ),
  cfg(
    'a section that is not closed',
    '4 ansible.cfg:1:1 Section header is not closed',
    '[defaults\nforks = 5\n',
  ),
  cfg('a key before any section', '4 ansible.cfg:1:1 A setting stands before any section', 'forks = 5\n'),
  cfg('a line that is no setting', '4 ansible.cfg:2:1 Line is no setting: forks', '[defaults]\nforks\n'),
  cfg(
    'forks that are no number',
    '4 ansible.cfg:2:1 The setting forks cannot be many',
    '[defaults]\nforks = many\n',
  ),
  cfg('forks of none', '4 ansible.cfg:2:1 The setting forks cannot be 0', '[defaults]\nforks = 0\n'),
  cfg(
    'a timeout that is no number',
    '4 ansible.cfg:2:1 The setting timeout cannot be soon',
    '[defaults]\ntimeout = soon\n',
  ),
  cfg(
    'a port that is no number',
    '4 ansible.cfg:2:1 The setting remote_port cannot be ssh',
    '[defaults]\nremote_port = ssh\n',
  ),
  cfg(
    'a boolean that is none',
    '4 ansible.cfg:2:1 The setting host_key_checking cannot be perhaps',
    '[defaults]\nhost_key_checking = perhaps\n',
  ),
  cfg(
    'become that is no boolean',
    '4 ansible.cfg:2:1 The setting become cannot be sometimes',
    '[privilege_escalation]\nbecome = sometimes\n',
  ),
  cfg(
    'a strategy that is misspelt',
    '4 ansible.cfg:2:1 The setting strategy cannot be liner / linear',
    '[defaults]\nstrategy = liner\n',
  ),
  cfg(
    'gathering that is misspelt',
    '4 ansible.cfg:2:1 The setting gathering cannot be impicit / implicit',
    '[defaults]\ngathering = impicit\n',
  ),
  cfg(
    'hash_behaviour that is misspelt',
    '4 ansible.cfg:2:1 The setting hash_behaviour cannot be mrge / merge',
    '[defaults]\nhash_behaviour = mrge\n',
  ),
  cfg(
    'a setting twice',
    '4 ansible.cfg:3:1 The setting forks of [defaults] stands there twice',
    '[defaults]\nforks = 5\nforks = 6\n',
  ),
  cfg(
    'a section twice',
    '4 ansible.cfg:3:1 Section [defaults] stands there twice',
    '[defaults]\nforks = 5\n[defaults]\ntimeout = 6\n',
  ),
  cfg(
    'an inventory that is missing',
    '4 ansible.cfg:2:1 Inventory nope does not exist',
    '[defaults]\ninventory = nope\n',
    'playbook play.yml',
  ),
  cfg(
    'bytes of Latin-1',
    '4 ansible.cfg:2:16 No text of UTF-8 stands here',
    Buffer.from('[defaults]\nremote_user = j\xfcrgen\n', 'latin1'),
  ),
  cfg('a NUL', '4 ansible.cfg:2:10 No text of UTF-8 stands here', '[defaults]\nforks = 5\u0000\n'),
  cfg('YAML', '4 ansible.cfg:1:1 A setting stands before any section', 'defaults:\n  forks: 5\n'),
  cfg(
    'verbosity that is no number',
    '4 ansible.cfg:2:1 The setting verbosity cannot be loud',
    '[defaults]\nverbosity = loud\n',
  ),
  cfg(
    'retries that are no number',
    '4 ansible.cfg:2:1 The setting retries cannot be few',
    '[ssh_connection]\nretries = few\n',
  ),
  cfg(
    'task_timeout that is no number',
    '4 ansible.cfg:2:1 The setting task_timeout cannot be x',
    '[defaults]\ntask_timeout = x\n',
  ),
  spec(
    'a list in place of specs',
    '4 roles/web/meta/argument_specs.yml:1:1 Argument specs must be a dict, not a list',
    '- main\n',
  ),
  spec(
    'YAML that is cut',
    '4 roles/web/meta/argument_specs.yml:2:9 Bracket is not closed',
    'argument_specs:\n  main: {\n',
  ),
  spec(
    'specs without their key',
    '4 roles/web/meta/argument_specs.yml:1:1 File holds no argument_specs',
    'main:\n  options: {}\n',
  ),
  spec(
    'options as a list',
    '4 roles/web/meta/argument_specs.yml:3:14 options must be a dict, not a list',
    'argument_specs:\n  main:\n    options: [a]\n',
  ),
  spec(
    'a type that is misspelt',
    '4 roles/web/meta/argument_specs.yml:4:17 Type sting is not known',
    'argument_specs:\n  main:\n    options:\n      a: {type: sting}\n',
  ),
  spec(
    'an option as a text',
    '4 roles/web/meta/argument_specs.yml:4:10 Option a must be a dict, not text',
    'argument_specs:\n  main:\n    options:\n      a: text\n',
  ),
  spec(
    'choices as a text',
    '4 roles/web/meta/argument_specs.yml:4:31 choices must be a list, not text',
    'argument_specs:\n  main:\n    options:\n      a: {type: str, choices: x}\n',
  ),
  spec(
    'a key that is misspelt',
    '4 roles/web/meta/argument_specs.yml:4:11 Unknown key tpye of an option of an argument spec / type',
    'argument_specs:\n  main:\n    options:\n      a: {tpye: str}\n',
  ),
  spec(
    'a required argument that is missing',
    '2 play.yml:3:11 Validation of arguments failed:',
    'argument_specs:\n  main:\n    options:\n      a: {required: true}\n',
  ),
  meta(
    'a list in place of meta',
    '4 roles/web/meta/main.yml:1:1 Role metadata must be a dict, not a list',
    '- a\n',
  ),
  meta('YAML that is cut', '4 roles/web/meta/main.yml:1:15 Bracket is not closed', 'dependencies: [\n'),
  meta(
    'dependencies as a text',
    '4 roles/web/meta/main.yml:1:15 dependencies must be a list, not text',
    'dependencies: web\n',
  ),
  meta(
    'a dependency as a number',
    '4 roles/web/meta/main.yml:1:16 Role 1 is not found',
    'dependencies: [1]\n',
  ),
  meta(
    'a dependency without a role',
    '4 roles/web/meta/main.yml:1:16 Entry names no role',
    'dependencies: [{x: 1}]\n',
  ),
  meta(
    'a dependency that is missing',
    '4 roles/web/meta/main.yml:1:16 Role wbe is not found / web',
    'dependencies: [wbe]\n',
  ),
  meta(
    'a dependency on itself',
    '4 roles/web/meta/main.yml:1:16 Role web uses itself',
    'dependencies: [web]\n',
  ),
  role(
    'defaults as a list',
    '4 roles/web/defaults/main.yml:1:1 File of variables must hold a dict, not a list',
    { 'roles/web/defaults/main.yml': '- a\n' },
  ),
  role('vars that are cut', '4 roles/web/vars/main.yml:1:4 Quote is not closed', {
    'roles/web/vars/main.yml': 'a: "b\n',
  }),
  role('handlers as a dict', '4 roles/web/handlers/main.yml:1:1 Tasks must be a list, not a dict', {
    'roles/web/handlers/main.yml': 'a: b\n',
  }),
  role('tasks as a text', '4 roles/web/tasks/main.yml:1:1 Tasks must be a list, not text', {
    'roles/web/tasks/main.yml': 'ping\n',
  }),
  role('a role that is misspelt', '4 play.yml:2:11 Role wbe is not found / web', {
    'play.yml': '- hosts: all\n  roles: [wbe]\n',
  }),
  gv('group_vars that are cut', '4 group_vars/all.yml:1:4 Quote is not closed', 'a: "b\n'),
  gv('group_vars of a list', '4 group_vars/all.yml:1:1 Variable file holds no dict', '- a\n'),
  gv('group_vars of a text', '4 group_vars/all.yml:1:1 Variable file holds no dict', 'a\n'),
  gv(
    'group_vars of two documents',
    '4 group_vars/all.yml:3:1 Variable file holds more than one YAML document',
    'a: 1\n---\nb: 1\n',
  ),
  gv('group_vars with a tab', '4 group_vars/all.yml:2:1 Tab in the indentation', 'a:\n\tb: 1\n'),
  gv(
    'group_vars with bytes of Latin-1',
    '4 group_vars/all.yml:1:6 The text is not UTF-8: byte 0xfc cannot stand here',
    Buffer.from('a: gr\xfcn\n', 'latin1'),
  ),
  gv(
    'host_vars that are cut',
    '4 host_vars/one.yml:1:4 Bracket is not closed',
    'a: [1\n',
    'host_vars/one.yml',
  ),
  gv(
    'host_vars in JSON that is cut',
    '4 host_vars/one.json:1:1 Bracket is not closed',
    '{"a": 1',
    'host_vars/one.json',
  ),
  gv(
    'a folder of group_vars with a broken file',
    '4 group_vars/web/main.yml:1:4 Bracket is not closed',
    'a: {\n',
    'group_vars/web/main.yml',
  ),
];
