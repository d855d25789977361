// Which password opens, and which one closes: from the options, the settings, or asked for.
import { failure, type Outcome, success } from '../../document/diagnostic.ts';
import type { VaultSecret } from '../../document/vault.ts';
import { parseVaultId, readVaultPassword } from '../../document/vault_password.ts';
import type { Given } from '../option_table.ts';
import { terminalPrompter } from '../prompt.ts';
import { readSettings } from '../settings.ts';
import { vaultSecrets } from '../vault_secrets.ts';

function refuse<T>(summary: string, detail?: string): Outcome<T> {
  return failure({ code: 'vault', severity: 'error', summary, ...(detail === undefined ? {} : { detail }) });
}

async function asked(question: string): Promise<string> {
  return (await terminalPrompter.ask(question, { hidden: true, piped: true })) ?? '';
}

/** A password that nobody knows yet is typed twice. */
async function newPassword(id: string): Promise<Outcome<VaultSecret>> {
  const named = id === 'default' ? '' : ` (${id})`;
  const first = await asked(`New vault password${named}: `);
  if (first === '') return refuse('No vault password was given');
  if ((await asked(`Once more${named}: `)) !== first) return refuse('The two passwords differ');
  return success({ id, password: Buffer.from(first) });
}

/** By the options and the settings. */
function namedSecrets(given: Given): Promise<Outcome<readonly VaultSecret[]>> {
  return vaultSecrets(given, readSettings(process.env, process.cwd()), terminalPrompter);
}

/** All that were named; one is asked for where none is. */
export async function openingSecrets(given: Given): Promise<Outcome<readonly VaultSecret[]>> {
  const named = await namedSecrets(given);
  if (!named.ok) return named;
  const secrets = named.value;
  if (secrets.length > 0) return success(secrets);
  const text = await asked('Vault password: ');
  if (text === '') return refuse('No vault password was given', 'Use --vault-password-file or --vault-id');
  return success([{ id: 'default', password: Buffer.from(text) }]);
}

/** The one to encrypt with: named, or the only one that was given; a new one where none was. */
export async function closingSecret(given: Given): Promise<Outcome<VaultSecret>> {
  const named = await namedSecrets(given);
  if (!named.ok) return named;
  const secrets = named.value;
  const id = given.last('encrypt-vault-id');
  if (secrets.length === 0) return newPassword(id ?? 'default');
  const found = id === undefined ? secrets : secrets.filter((secret) => secret.id === id);
  const [first, ...more] = found;
  const ids = secrets.map((secret) => secret.id).join(', ');
  if (!first) return refuse(`No vault password of id ${id ?? ''} was given`, `There are ${ids}`);
  return id === undefined && more.length > 0
    ? refuse(`There are several vault passwords: ${ids}`, 'Say by --encrypt-vault-id which one is to encrypt')
    : success(first);
}

/** The new one of `rekey`. */
export function rekeyingSecret(given: Given): Promise<Outcome<VaultSecret>> {
  const file = given.last('new-vault-password-file');
  if (file !== undefined) return Promise.resolve(readVaultPassword(file));
  const text = given.last('new-vault-id');
  if (text === undefined) return newPassword('default');
  const { id, source } = parseVaultId(text);
  return source === 'prompt' ? newPassword(id) : Promise.resolve(readVaultPassword(source, id));
}
