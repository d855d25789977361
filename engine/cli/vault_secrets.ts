// The vault passwords that the command line, the settings and the terminal give.
import type { Diagnostic } from '../document/diagnostic.ts';
import type { VaultSecret } from '../document/vault.ts';
import { parseVaultId, readVaultPassword } from '../document/vault_password.ts';
import type { Asker } from '../run/services.ts';
import type { Given } from './option_table.ts';
import type { Settings } from './settings.ts';

export interface VaultSecrets {
  readonly secrets: readonly VaultSecret[];
  readonly problems: readonly Diagnostic[];
}

export async function vaultSecrets(given: Given, settings: Settings, prompter: Asker): Promise<VaultSecrets> {
  const secrets: VaultSecret[] = [];
  const problems: Diagnostic[] = [];
  const ask = async (id: string): Promise<void> => {
    const text = await prompter.ask(id === 'default' ? 'Vault password: ' : `Vault password (${id}): `, {
      hidden: true,
      piped: true,
    });
    if (text === undefined || text === '')
      problems.push({ code: 'vault', severity: 'error', summary: 'No vault password was given' });
    else secrets.push({ id, password: Buffer.from(text) });
  };
  const read = (file: string, id?: string): void => {
    const secret = readVaultPassword(file, id);
    if (secret.ok) secrets.push(secret.value);
    else problems.push(secret.problem);
  };
  for (const text of [...settings.list('vaultIdentityList'), ...given.all('vault-id')]) {
    const { id, source } = parseVaultId(text);
    if (source === 'prompt') await ask(id);
    else read(source, id);
  }
  const files = given.all('vault-password-file');
  const fallback = settings.paths('vaultPasswordFile', /\n/);
  for (const file of files.length > 0 || secrets.length > 0 ? files : fallback) read(file);
  if (given.has('ask-vault-pass') || settings.isOn('askVaultPass') === true) await ask('default');
  return { secrets, problems };
}
