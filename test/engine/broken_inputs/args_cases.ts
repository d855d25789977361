// Mistaken arguments of every command.
import type { Case, Files } from './place.ts';

const PB = 'playbook play.yml -i hosts';
const pb = (...more: readonly string[]): readonly string[] => [...PB.split(' '), ...more];
const file = (args: string): readonly string[] => ['module', 'all', '-i', 'hosts', '-m', 'file', '-a', args];
const r = (what: string, told: string, run: string | readonly string[], files: Files = {}): Case => ({
  what,
  told,
  run,
  files,
});

export const argumentCases: readonly Case[] = [
  r(
    'playbook: an option that is misspelt',
    '2 - There is no option --inventroy; did you mean --inventory?',
    PB + ' --inventroy x',
  ),
  r(
    'inventory: an option that is misspelt',
    '2 - There is no option --lst; did you mean --list?',
    'inventory --lst',
  ),
  r(
    'module: an option that is misspelt',
    '2 - There is no option --modul-name; did you mean --module-name?',
    'module all --modul-name ping',
  ),
  r('doc: an option that is misspelt', '2 - There is no option --lits; did you mean --list?', 'doc --lits'),
  r(
    'config: an option that is misspelt',
    '2 - There is no option --fromat; did you mean --format?',
    'config dump --fromat json',
  ),
  r(
    'vault: an option that is misspelt',
    '2 - There is no option --vault-pasword-file; did you mean --vault-password-file?',
    'vault view hosts --vault-pasword-file x',
  ),
  r(
    'apply: an option that is misspelt',
    '2 - There is no option --extra-vras; did you mean --extra-vars?',
    'apply site.plan --extra-vras a=1',
  ),
  r(
    'start: an option that is misspelt',
    '2 - There is no option --no-smoek; did you mean --no-smoke?',
    'start --no-smoek',
  ),
  r(
    'start: an option with one letter wrong',
    '2 - There is no option --topolgy; did you mean --topology?',
    'start --topolgy x',
  ),
  r(
    'lab: an act that is misspelt',
    '1 - hardway lab has no command uo; did you mean up?: see hardway lab --help',
    'lab uo',
  ),
  r(
    'lab: an option that is misspelt',
    '1 - hardway lab up has no option --nmae; did you mean --name?',
    'lab up --nmae x',
  ),
  r('a letter that is no option', '2 - There is no option -Z', PB + ' -Z'),
  r(
    'an option that may be several',
    '2 - Option --list may be any of --list-tasks, --list-tags, --list-hosts',
    PB + ' --list',
  ),
  r('an option without its value', '2 - Option --limit needs a value: PATTERN', PB + ' --limit'),
  r('a flag with a value', '2 - Option --check takes no value', PB + ' --check=yes'),
  r(
    'a count that is none',
    '2 - Option --forks takes a whole number above 0, not many',
    PB + ' --forks many',
  ),
  r('a count below one', '2 - Option -f takes a whole number above 0, not 0', PB + ' -f 0'),
  r('a timeout that is none', '2 - Option -T takes a whole number above 0, not 1.5', PB + ' -T 1.5'),
  r('a form of output that is misspelt', '2 - --output is text, short, json, not jsn', PB + ' --output jsn'),
  r(
    'a connection that is misspelt',
    '2 play.yml:4:7 Connection lcal is not supported. Known are ssh, openssh, local, nspawn, chroot, docker, podman',
    PB + ' -c lcal',
  ),
  r(
    'a method of become that is misspelt',
    '2 play.yml:4:7 Become method sduo is not supported. Known are sudo, su and doas',
    PB + ' -b --become-method sduo',
  ),
  r('no playbook', '2 - name a playbook', 'playbook -i hosts'),
  r('a playbook that is missing', '1 - the playbook nope.yml could not be found', 'playbook nope.yml'),
  r('a playbook that is a folder', '4 folder:1:1 Cannot read folder', 'playbook folder', { 'folder/x': '' }),
  r('-e with JSON that is cut', '4 -e:1:1 Bracket is not closed', pb('-e', '{"a": 1')),
  r('-e with YAML that is broken', '4 -e:1:5 Bracket is not closed', pb('-e', '{a: [1}')),
  r('-e with a list', '4 -e:1:1 Extra variables of -e are no dict', pb('-e', '[1, 2]')),
  r('-e with a missing file', '4 - Extra variables file nope.yml cannot be read', PB + ' -e @nope.yml'),
  r('-e with a folder', '4 - Extra variables file folder cannot be read', PB + ' -e @folder', {
    'folder/x': '',
  }),
  r('-e with a file of broken YAML', '4 more.yml:2:4 Quote is not closed', PB + ' -e @more.yml', {
    'more.yml': 'a: 1\nb: "c\n',
  }),
  r(
    '-e with a file of a list',
    '4 more.yml:1:1 Extra variables of more.yml are no dict',
    PB + ' -e @more.yml',
    { 'more.yml': '- a\n' },
  ),
  r('-e with an empty name of a file', '4 - Extra variables (-e @) name no file', PB + ' -e @'),
  r(
    '-e with a quote that is not closed',
    '4 - Extra variables (-e): Arguments end inside quotes or template braces',
    pb('-e', 'a="b c'),
  ),
  r('-e with a word alone', '4 - Extra variable verbose has no value', PB + ' -e verbose'),
  r('-e with a path', '4 - Extra variables ./more.yml look like a file', PB + ' -e ./more.yml'),
  r('-e with nothing before =', '4 - Extra variable =b has no value', PB + ' -e =b'),
  r('-e with a vault text that is broken', '4 more.yml:1:1 Vault text is damaged', PB + ' -e @more.yml', {
    'more.yml': '$ANSIBLE_VAULT;1.1;AES256\n62\n',
  }),
  r('--limit that names nobody', '4 - --limit oen leaves no host of the inventory', PB + ' --limit oen'),
  r('--limit with a missing file', '4 - Limit file nope cannot be read', PB + ' --limit @nope'),
  r('--limit with a folder', '4 - Limit file folder cannot be read', PB + ' --limit @folder', {
    'folder/x': '',
  }),
  r('--limit with a broken pattern', '4 - Host pattern ~( cannot be read', PB + ' --limit ~('),
  r(
    '--limit with a range that is no number',
    '4 - --limit web[a:b] leaves no host of the inventory',
    PB + ' --limit web[a:b]',
  ),
  r(
    '--limit that leaves nobody',
    '4 - --limit web:!web leaves no host of the inventory',
    PB + ' --limit web:!web',
  ),
  r('--tags of nobody', '4 - No task has the tag nothing', PB + ' --strict --tags nothing', {
    'play.yml': '- hosts: all\n  tasks:\n    - ping:\n      tags: [notify]\n',
  }),
  r('--tags that is misspelt', '4 - No task has the tag notfy / notify', PB + ' --strict --tags notfy', {
    'play.yml': '- hosts: all\n  tasks:\n    - ping:\n      tags: [notify]\n',
  }),
  r(
    '--start-at-task that is misspelt',
    '4 - No task is named Instal / Install',
    pb('--start-at-task', 'Instal'),
    { 'play.yml': '- hosts: all\n  tasks:\n    - name: Install\n      ping:\n' },
  ),
  r('-i that is missing', '4 - Inventory nope does not exist', 'playbook play.yml -i nope'),
  r('-i without a value', '2 - Option -i needs a value: PLACE', 'playbook play.yml -i'),
  r('-i that is misspelt', '4 - Inventory hsots does not exist / hosts', 'playbook play.yml -i hsots'),
  r(
    '--plan in a folder that is missing',
    "1 - no plan can be saved: ENOENT: no such file or directory, access 'nope'",
    PB + ' --plan nope/site.plan',
  ),
  r('--plan that is a folder', '1 - no plan can be saved: folder is a folder', PB + ' --plan folder', {
    'folder/x': '',
  }),
  r(
    'two ways of one password',
    '2 - Option --ask-pass cannot stand beside --connection-password-file',
    PB + ' -k --connection-password-file password',
  ),
  r(
    'a login password file that is missing',
    "1 - Cannot read the login password from nope: ENOENT: no such file or directory, stat 'nope'",
    PB + ' --connection-password-file nope',
  ),
  r('--module-path that is missing', '4 - --module-path nope is no folder', PB + ' -M nope --strict'),
  r('apply without a plan', '2 - name a plan', 'apply'),
  r(
    'apply of a missing plan',
    "1 - the plan nope.plan cannot be read: ENOENT: no such file or directory, open 'nope.plan'",
    'apply nope.plan',
  ),
  r(
    'apply of a folder',
    '1 - the plan folder cannot be read: EISDIR: illegal operation on a directory, read',
    'apply folder',
    { 'folder/x': '' },
  ),
  r('apply of a playbook', '1 - the plan play.yml is not whole, or no JSON at all', 'apply play.yml'),
  r(
    'apply of JSON that is cut',
    '1 - the plan site.plan is not whole, or no JSON at all',
    'apply site.plan',
    { 'site.plan': '{"format": "hardway-plan", ' },
  ),
  r('apply of other JSON', '1 - site.plan is no plan of hardway', 'apply site.plan', {
    'site.plan': '{"a": 1}',
  }),
  r('apply of a list', '1 - site.plan is no plan of hardway', 'apply site.plan', { 'site.plan': '[]' }),
  r('apply of null', '1 - the plan site.plan is not whole, or no JSON at all', 'apply site.plan', {
    'site.plan': 'null',
  }),
  r(
    'apply of a plan of another version',
    '1 - site.plan is a plan of format 1; this program reads 2',
    'apply site.plan',
    { 'site.plan': '{"format": "hardway-plan", "version": 1}' },
  ),
  r(
    'apply of a plan without its parts',
    '1 - site.plan was changed after it was saved: make it again',
    'apply site.plan',
    { 'site.plan': '{"format": "hardway-plan", "version": 2, "hardway": "0.1.0"}' },
  ),
  r('apply with too many -e', '1 - site.plan is no plan of hardway', 'apply site.plan -e a=1', {
    'site.plan': '{}',
  }),
  r('module without hosts', '2 - name the hosts', 'module'),
  r(
    'module with a misspelt name',
    '4 (module):1:1 Unknown module pnig / ping',
    'module all -i hosts -m pnig',
  ),
  r(
    'module -a with a misspelt parameter',
    '4 (module):1:1 file has no parameter pth / path',
    file('pth=/x state=touch'),
  ),
  r(
    'module -a with a wrong value',
    '4 (module):1:1 file: state must be one of file, directory, link, hard, touch, absent / touch',
    file('path=/x state=tuch'),
  ),
  r('module -a without what is needed', '4 (module):1:1 file needs the parameter path', file('state=touch')),
  r('module -a with YAML that is cut', '4 (module):1:1 file takes no free text', file('{path: /x')),
  r(
    'module -a with a quote that is not closed',
    '4 (module):1:1 Arguments end inside quotes or template braces',
    file('path="/x state=touch'),
  ),
  r('module -a with free text', '4 (module):1:1 file takes no free text', file('remove it')),
  r(
    'module -a with a broken template',
    '4 (module):1:1 Arguments end inside quotes or template braces',
    file('path={{ a state=touch'),
  ),
  r('module with a broken pattern', '4 (module):1:1 Host pattern ~( cannot be read', [
    'module',
    '~(',
    '-i',
    'hosts',
    '-m',
    'ping',
  ]),
  r(
    'module with hosts that are misspelt',
    '0 (module):1:1 oen in hosts matches no host / one',
    'module oen -i hosts -m ping',
  ),
  r(
    'module -B that is no number',
    '2 - Option -B takes a whole number from 0, not long',
    'module all -i hosts -m ping -B long',
  ),
  r(
    'module -P that is no number',
    '2 - Option -P takes a whole number from 0, not x',
    'module all -i hosts -m ping -B 5 -P x',
  ),
  r(
    'module --task-timeout that is no number',
    '2 - Option --task-timeout takes a whole number above 0, not x',
    'module all -i hosts -m ping --task-timeout x',
  ),
  r(
    'module --tree that cannot be made',
    "1 - results cannot be kept in play.yml: EEXIST: file already exists, mkdir 'play.yml'",
    'module all -i hosts -m ping --tree play.yml',
  ),
  r(
    'module --list-hosts with a broken limit',
    "1 - Limit file nope cannot be read: ENOENT: no such file or directory, open 'nope'",
    'module all -i hosts --list-hosts --limit @nope',
  ),
  r('module without command', '4 (module):1:1 command: one of cmd or argv is needed', 'module all -i hosts'),
  r(
    'module with two patterns',
    '2 - hosts are one pattern: join two to one by a comma, or name it behind an option',
    'module one two -i hosts -m ping',
  ),
  r('doc of a misspelt module', '1 - There is no module pnig; did you mean ping?', 'doc pnig'),
  r('doc of nothing', '5 - Usage: hardway doc MODULE | --list', 'doc'),
  r(
    'doc of what is not built',
    '2 - -t is not built: there are modules only; docs/language.md has the rest',
    'doc -t filter upper',
  ),
  r('config without an act', '2 - say what to do: dump, list, view', 'config'),
  r('config with a misspelt act', '2 - there is no dmp; did you mean dump?', 'config dmp'),
  r(
    'config with a missing file',
    '5 - the settings file nope is not there, or is no file',
    'config dump -c nope',
  ),
  r(
    'config with a folder',
    '5 - the settings file folder is not there, or is no file',
    'config dump -c folder',
    { 'folder/x': '' },
  ),
  r(
    'config with a form that is misspelt',
    '2 - --format is display, json, yaml, not jsn',
    'config dump --format jsn',
  ),
  r(
    'config with a type that is misspelt',
    '2 - --type is base or all, not bsae: no plugin has settings of its own here',
    'config dump --type bsae',
  ),
  r('inventory without an act', '5 - say one of --list, --graph and --host HOST', 'inventory -i hosts'),
  r(
    'inventory with two acts',
    '5 - say one of --list, --graph and --host HOST',
    'inventory -i hosts --list --graph',
  ),
  r(
    'inventory --output that cannot be written',
    "1 - nope/x cannot be written: ENOENT: no such file or directory, open 'nope/x'",
    'inventory -i hosts --list --output nope/x',
  ),
  r(
    'inventory --limit with a missing file',
    '1 - Limit file nope cannot be read',
    'inventory -i hosts --list --limit @nope',
  ),
  r(
    'inventory --limit that names nobody',
    '0 - oen in --limit matches no host / one',
    'inventory -i hosts --list --limit oen',
  ),
  r('inventory --host without a value', '2 - Option --host needs a value: HOST', 'inventory -i hosts --host'),
  r(
    'inventory --toml',
    '2 - --toml is not built: inventories in TOML are not read either; use --yaml',
    'inventory -i hosts --list --toml',
  ),
  r(
    'start: a topology that is missing',
    '1 - nope.yml: there is no topology nope.yml: give a file, or plain, seven, cluster or variants',
    'start --topology nope.yml',
  ),
];
