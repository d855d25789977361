// Vault texts and passwords that open nothing.
import { encryptVault } from '../../../engine/document/vault.ts';
import type { Case } from './place.ts';

const PB = 'playbook play.yml -i hosts';
const PW = ' --vault-password-file password';
const withVars = '- hosts: all\n  gather_facts: false\n  vars_files: [vars.yml]\n  tasks:\n    - ping:\n';
const closed = (text: string, id = 'default', password = 'right'): string =>
  encryptVault(Buffer.from(text), { id, password: Buffer.from(password) }, Buffer.alloc(32, 7));
const good = closed('a: 1\n');
const named = closed('a: 1\n', 'prod', 'other');
const listed = closed('- a\n');
const cutYaml = closed('a: 1\nb: [\n');
const [, bodyFirst = ''] = good.split('\n');

const vf = (what: string, told: string, text: string, run = PB + PW): Case => ({
  what,
  told,
  run,
  files: { 'play.yml': withVars, 'vars.yml': text },
});
const view = (what: string, told: string, text: string, more = PW): Case => ({
  what,
  told,
  run: `vault view secret${more}`,
  files: { secret: text },
});

export const vaultCases: readonly Case[] = [
  vf('a password that does not fit', '4 vars.yml:1:1 No vault password given fits', named, PB + PW),
  vf('no password', '4 vars.yml:1:1 No vault password was given', good, PB),
  vf('a header cut short', '4 vars.yml:1:1 Vault header is cut short', good.replace(';AES256', '')),
  vf(
    'a format that is not known',
    '4 vars.yml:1:1 Vault format 9.9 is not known',
    good.replace('1.1', '9.9'),
  ),
  vf(
    'a cipher that is not known',
    '4 vars.yml:1:1 Vault cipher AES is not known',
    good.replace('AES256', 'AES'),
  ),
  vf(
    'hexadecimal digits cut in the middle',
    '4 vars.yml:1:1 No vault password given fits',
    good.slice(0, good.length - 30),
  ),
  vf('an odd number of digits', '4 vars.yml:1:1 Vault text is damaged', good.slice(0, good.length - 2)),
  vf(
    'a letter that is no digit',
    '4 vars.yml:1:1 Vault text is damaged',
    good.replace(bodyFirst, 'x' + bodyFirst.slice(1)),
  ),
  vf(
    'a digit that was changed',
    '4 vars.yml:1:1 No vault password given fits',
    good.replace(bodyFirst, bodyFirst.slice(0, -1) + (bodyFirst.endsWith('3') ? '4' : '3')),
  ),
  vf('a body that is missing', '4 vars.yml:1:1 Vault text is damaged', '$ANSIBLE_VAULT;1.1;AES256\n'),
  vf(
    'a header alone on its line',
    '4 vars.yml:1:1 File of variables must hold a dict, not text',
    '$ANSIBLE_VAULT\n',
  ),
  vf('a list in the vault', '4 vars.yml:1:1 File of variables must hold a dict, not a list', listed),
  vf('YAML in the vault that is cut', '4 vars.yml:2:4 Bracket is not closed', cutYaml),
  vf(
    'a vault text behind a BOM',
    '4 vars.yml:1:1 File of variables must hold a dict, not text',
    '\ufeff' + good,
  ),
  vf(
    'a password file that is missing',
    "1 - Cannot read the vault password from nope: ENOENT: no such file or directory, stat 'nope'",
    good,
    PB + ' --vault-password-file nope',
  ),
  {
    what: 'a password file that is a folder',
    told: '1 - The file folder of the vault password is no file: Name a file or a program that prints the password',
    run: PB + ' --vault-password-file folder',
    files: { 'folder/x': '' },
  },
  {
    what: 'a password file that is empty',
    told: '1 - The vault password from empty is empty: Write the password on its only line',
    run: PB + ' --vault-password-file empty',
    files: { empty: '\n' },
  },
  {
    what: 'a program of the password that fails',
    told: '1 - Cannot read the vault password from give: The program ended with exit code 3',
    run: PB + ' --vault-password-file give',
    files: { 'give+x': '#!/bin/sh\nexit 3\n' },
  },
  {
    what: 'a program of the password that prints nothing',
    told: '1 - The vault password from give is empty: Write the password on its only line',
    run: PB + ' --vault-password-file give',
    files: { 'give+x': '#!/bin/sh\n' },
  },
  {
    what: 'a program of the password without an interpreter',
    told: '1 - Cannot read the vault password from give: Its interpreter /nowhere/sh is not there',
    run: PB + ' --vault-password-file give',
    files: { 'give+x': '#!/nowhere/sh\n' },
  },
  {
    what: 'a vault id without its source',
    told: "1 - Cannot read the vault password from prod: ENOENT: no such file or directory, stat 'prod'",
    run: PB + ' --vault-id prod',
  },
  {
    what: 'a vault id whose file is missing',
    told: "1 - Cannot read the vault password from nope: ENOENT: no such file or directory, stat 'nope'",
    run: PB + ' --vault-id prod@nope',
  },
  {
    what: 'a vault id without a name',
    told: "1 - Cannot read the vault password from nope: ENOENT: no such file or directory, stat 'nope'",
    run: PB + ' --vault-id @nope',
  },
  {
    what: 'a password file of the settings that is missing',
    told: "1 - Cannot read the vault password from nope: ENOENT: no such file or directory, stat 'nope'",
    run: PB,
    files: { 'ansible.cfg': '[defaults]\nvault_password_file = nope\n' },
  },
  view('to view what no password opens', '1 - secret: No vault password given fits', named),
  view('to view what is not encrypted', '1 - secret is not encrypted by a vault', 'a: 1\n'),
  view('to view a header cut short', '1 - secret: Vault header is cut short', '$ANSIBLE_VAULT;1.1\n6162\n'),
  view('to view damaged digits', '1 - secret: Vault text is damaged', good.slice(0, -40)),
  view('to view an empty file', '1 - secret is not encrypted by a vault', ''),
  { what: 'to view what is missing', told: '1 - Cannot read nope', run: 'vault view nope' + PW },
  {
    what: 'to view a folder',
    told: '1 - Cannot read folder',
    run: 'vault view folder' + PW,
    files: { 'folder/x': '' },
  },
  {
    what: 'an act that is misspelt',
    told: '2 - there is no encrpt; did you mean encrypt?',
    run: 'vault encrpt hosts' + PW,
  },
  {
    what: 'no act',
    told: '2 - what to do is missing: it is one of create, edit, encrypt, decrypt, view, rekey, encrypt_string',
    run: 'vault',
  },
  {
    what: 'to encrypt what is encrypted',
    told: '1 - secret is already encrypted',
    run: 'vault encrypt secret' + PW,
    files: { secret: good },
  },
  {
    what: 'to encrypt for an identity that is not given',
    told: '1 - No vault password of id nope was given',
    run: 'vault encrypt hosts --encrypt-vault-id nope' + PW,
  },
  {
    what: 'to rekey without a new password',
    told: '1 - Cannot read the vault password from nope',
    run: 'vault rekey secret --new-vault-password-file nope' + PW,
    files: { secret: good },
  },
  {
    what: 'to decrypt one sound file and one broken',
    told: '1 - other is not encrypted by a vault',
    run: 'vault decrypt secret other' + PW,
    files: { secret: good, other: 'a\n' },
  },
  { what: 'to edit what is missing', told: '1 - Cannot read nope', run: 'vault edit nope' + PW },
  { what: 'to create what is there', told: '1 - hosts is there already', run: 'vault create hosts' + PW },
  {
    what: 'two files to one output',
    told: '2 - --output is for one file alone',
    run: 'vault decrypt a b --output c' + PW,
  },
  {
    what: 'group_vars that no password opens',
    told: '4 group_vars/all.yml:1:1 No vault password given fits',
    run: PB + PW,
    files: { 'group_vars/all.yml': named },
  },
  {
    what: 'an inventory that no password opens',
    told: '1 hosts.yml:1:1 No vault password given fits',
    run: 'inventory -i hosts.yml --list' + PW,
    files: { 'hosts.yml': named },
  },
];
