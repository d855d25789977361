// hardway vault: encrypts, decrypts, shows and edits what Ansible Vault protects.
import { existsSync } from 'node:fs';
import { type Diagnostic, failure, type Outcome, success } from '../document/diagnostic.ts';
import { nearestName } from '../document/nearest.ts';
import { renderDiagnostic } from '../document/render.ts';
import { Sources } from '../document/source.ts';
import { decryptVault, encryptVault, isVaultText, type VaultSecret } from '../document/vault.ts';
import { commandLine } from './command_line.ts';
import { vaultOptions } from './common_options.ts';
import { exitCodes } from './exit_codes.ts';
import type { Given, Option } from './option_table.ts';
import { terminalPrompter } from './prompt.ts';
import { editText } from './vault/vault_editor.ts';
import { readInput, standard, writeOutput } from './vault/vault_files.ts';
import { closingSecret, openingSecrets, rekeyingSecret } from './vault/vault_keys.ts';

const options: readonly Option[] = [
  ...vaultOptions,
  { name: 'encrypt-vault-id', takes: 'ID', doc: 'which of several passwords encrypts' },
  { name: 'output', takes: 'FILE', doc: 'encrypt, decrypt, encrypt_string: write there, - for stdout' },
  {
    name: 'new-vault-password-file',
    takes: 'FILE',
    doc: 'rekey: file or program that gives the new password',
  },
  { name: 'new-vault-id', takes: 'ID@FILE', doc: 'rekey: the new password and its identity' },
  { name: 'name', short: 'n', takes: 'NAME', doc: 'encrypt_string: the variable that holds the text' },
  { name: 'stdin-name', takes: 'NAME', doc: 'encrypt_string: the same for a text on stdin' },
  { name: 'prompt', short: 'p', doc: 'encrypt_string: ask for the text' },
  { name: 'show-input', doc: 'encrypt_string: show the text that is typed' },
  { name: 'skip-tty-check', doc: 'taken and passed over: the editor knows whether it needs a terminal' },
  { name: 'verbose', short: 'v', doc: 'taken and passed over' },
];

const command = commandLine({
  name: 'vault',
  usage:
    'vault ACT [FILE ...] [options]\n\n' +
    '  create FILE, edit FILE          in the editor that VISUAL or EDITOR names\n' +
    '  encrypt, decrypt [FILE ...]     in their place, or from stdin to stdout\n' +
    '  view FILE ...                   what is in them\n' +
    '  rekey FILE ...                  under a new password\n' +
    '  encrypt_string [TEXT ...]       as a value for a file of variables; a text on stdin shows in no list of processes',
  options,
});

type Contents = readonly (readonly [file: string, content: Uint8Array])[];
type Done = Promise<Outcome<string | undefined>>;

function fault(summary: string, detail?: string): Outcome<never> {
  return failure({ code: 'vault', severity: 'error', summary, ...(detail === undefined ? {} : { detail }) });
}

function opened(file: string, secrets: readonly VaultSecret[]): Outcome<Uint8Array> {
  const text = readInput(file);
  if (!text.ok) return text;
  if (!isVaultText(text.value)) return fault(`${file} is not encrypted by a vault`);
  const plain = decryptVault(text.value, secrets);
  return plain.ok ? plain : failure({ ...plain.problem, summary: `${file}: ${plain.problem.summary}` });
}

/** The identity by which a text says that it was encrypted. */
function idOf(text: Uint8Array): string | undefined {
  const [header = ''] = Buffer.from(text.subarray(0, 200)).toString('latin1').split('\n');
  return header.trim().split(';')[3];
}

/** What each file holds. All are read before any is written: a mistake leaves none half-way. */
function each(files: readonly string[], read: (file: string) => Outcome<Uint8Array>): Outcome<Contents> {
  const contents: [string, Uint8Array][] = [];
  for (const file of files) {
    const content = read(file);
    if (!content.ok) return content;
    contents.push([file, content.value]);
  }
  return success(contents);
}

function writeAll(
  contents: Contents,
  change: (plain: Uint8Array) => Uint8Array | string,
  output?: string,
): Outcome<undefined> {
  for (const [file, content] of contents) {
    const written = writeOutput(output ?? file, change(content));
    if (!written.ok) return written;
  }
  return success(undefined);
}

function unencrypted(file: string): Outcome<Uint8Array> {
  const text = readInput(file);
  return text.ok && isVaultText(text.value) ? fault(`${file} is already encrypted`) : text;
}

async function openAll(files: readonly string[], given: Given): Promise<Outcome<Contents>> {
  const secrets = await openingSecrets(given);
  return secrets.ok ? each(files, (file) => opened(file, secrets.value)) : secrets;
}

async function encryptFiles(files: readonly string[], given: Given): Done {
  const plains = each(files, unencrypted);
  if (!plains.ok) return plains;
  const secret = await closingSecret(given);
  if (!secret.ok) return secret;
  const written = writeAll(plains.value, (plain) => encryptVault(plain, secret.value), given.last('output'));
  return written.ok ? success('Encryption successful') : written;
}

async function decryptFiles(files: readonly string[], given: Given): Done {
  const plains = await openAll(files, given);
  if (!plains.ok) return plains;
  const written = writeAll(plains.value, (plain) => plain, given.last('output'));
  return written.ok ? success('Decryption successful') : written;
}

async function viewFiles(files: readonly string[], given: Given): Done {
  const plains = await openAll(files, given);
  if (!plains.ok) return plains;
  return writeAll(plains.value, (plain) => plain, standard);
}

async function rekeyFiles(files: readonly string[], given: Given): Done {
  const plains = await openAll(files, given);
  if (!plains.ok) return plains;
  const secret = await rekeyingSecret(given);
  if (!secret.ok) return secret;
  const written = writeAll(plains.value, (plain) => encryptVault(plain, secret.value));
  return written.ok ? success('Rekey successful') : written;
}

async function editFile([file = '']: readonly string[], given: Given): Done {
  const secrets = await openingSecrets(given);
  if (!secrets.ok) return secrets;
  const before = opened(file, secrets.value);
  if (!before.ok) return before;
  const after = await editText(file, before.value);
  if (!after.ok) return after;
  if (after.value.equals(before.value)) return success(undefined);
  const text = readInput(file);
  if (!text.ok) return text;
  // It stays with its identity, where the password of that is at hand.
  const id = given.last('encrypt-vault-id') ?? idOf(text.value) ?? 'default';
  const secret = secrets.value.find((one) => one.id === id) ?? secrets.value[0];
  if (!secret) return fault('No vault password was given');
  const written = writeOutput(file, encryptVault(after.value, secret));
  return written.ok ? success(undefined) : written;
}

async function createFile([file = '']: readonly string[], given: Given): Done {
  if (existsSync(file)) return fault(`${file} is there already`, 'Use edit to change it');
  const secret = await closingSecret(given);
  if (!secret.ok) return secret;
  const plain = await editText(file, Buffer.alloc(0));
  if (!plain.ok) return plain;
  const written = writeOutput(file, encryptVault(plain.value, secret.value));
  return written.ok ? success(undefined) : written;
}

/** `name: !vault |` and the text below it, indented as ansible-vault does. */
function yamlValue(text: string, secret: VaultSecret, name: string | undefined): string {
  const lines = encryptVault(Buffer.from(text), secret).trimEnd().split('\n');
  const head = name === undefined ? '!vault |' : `${name}: !vault |`;
  return [head, ...lines.map((line) => `${' '.repeat(10)}${line}`), ''].join('\n');
}

async function encryptStrings(words: readonly string[], given: Given): Done {
  const names = given.all('name');
  const texts: [string | undefined, string][] = words
    .filter((word) => word !== standard)
    .map((word, index) => [names[index], word]);
  if (given.has('prompt')) {
    const text = await terminalPrompter.ask('Text to encrypt: ', { hidden: !given.has('show-input') });
    if (text === undefined || text === '') return fault('No text was given');
    texts.push([names[texts.length], text]);
  }
  if (texts.length === 0 || words.includes(standard) || given.has('stdin-name')) {
    const input = readInput(standard);
    if (!input.ok) return input;
    if (input.value.length === 0) return fault('No text was given');
    texts.push([given.last('stdin-name') ?? names[texts.length], input.value.toString('utf8')]);
  }
  const secret = await closingSecret(given);
  if (!secret.ok) return secret;
  const values = texts.map(([name, text]) => yamlValue(text, secret.value, name)).join('\n');
  const written = writeOutput(given.last('output') ?? standard, values);
  return written.ok ? success('Encryption successful') : written;
}

interface Act {
  /** How many files it takes. */
  readonly files: 'none or more' | 'some' | 'one' | 'any words';
  readonly run: (files: readonly string[], given: Given) => Done;
}

const acts: Readonly<Record<string, Act>> = {
  create: { files: 'one', run: createFile },
  edit: { files: 'one', run: editFile },
  encrypt: { files: 'none or more', run: encryptFiles },
  decrypt: { files: 'none or more', run: decryptFiles },
  view: { files: 'some', run: viewFiles },
  rekey: { files: 'some', run: rekeyFiles },
  encrypt_string: { files: 'any words', run: encryptStrings },
};

/** What is wrong with the words, if anything. */
function mistake(
  word: string,
  act: Act | undefined,
  files: readonly string[],
  given: Given,
): string | undefined {
  if (!act) {
    const near = nearestName(word, Object.keys(acts));
    const known = `it is one of ${Object.keys(acts).join(', ')}`;
    return word === ''
      ? `what to do is missing: ${known}`
      : `there is no ${word}${near === undefined ? `: ${known}` : `; did you mean ${near}?`}`;
  }
  if (act.files === 'one' && files.length !== 1) return `${word} takes one file`;
  if (act.files === 'some' && files.length === 0) return `${word} takes the names of files`;
  if (given.has('output') && files.length > 1 && act.files !== 'any words')
    return '--output is for one file alone';
  return undefined;
}

function tell(problem: Diagnostic): void {
  process.stderr.write(
    `${renderDiagnostic(problem, new Sources(), { colour: false, folder: process.cwd() })}\n`,
  );
}

export async function vaultCommand(argv: readonly string[]): Promise<number> {
  const given = command.read(argv);
  if (typeof given === 'number') return given;
  const [word = '', ...files] = given.words;
  const act = Object.hasOwn(acts, word) ? acts[word] : undefined;
  const wrong = mistake(word, act, files, given);
  if (wrong !== undefined || !act) return command.refuse(wrong ?? '');
  const named = act.files === 'none or more' && files.length === 0 ? [standard] : files;
  const done = await act.run(named, given);
  if (!done.ok) {
    tell(done.problem);
    return exitCodes.error;
  }
  if (done.value !== undefined && process.stderr.isTTY) process.stderr.write(`${done.value}\n`);
  return exitCodes.success;
}
