// The vault passwords that the command line, the settings and the terminal give.
import { failure, type Outcome, success } from '../document/diagnostic.ts';
import type { VaultSecret } from '../document/vault.ts';
import { parseVaultId, readVaultPassword } from '../document/vault_password.ts';
import type { Asker } from '../run/services.ts';
import type { Given } from './option_table.ts';
import type { Settings } from './settings.ts';

/** The first that cannot be had is why there are none. */
export async function vaultSecrets(
  given: Given,
  settings: Settings,
  prompter: Asker,
): Promise<Outcome<readonly VaultSecret[]>> {
  const found: Outcome<VaultSecret>[] = [];
  const ask = async (id: string): Promise<void> => {
    const question = id === 'default' ? 'Vault password: ' : `Vault password (${id}): `;
    const text = await prompter.ask(question, { hidden: true, piped: true });
    found.push(
      text === undefined || text === ''
        ? failure({ code: 'vault', severity: 'error', summary: 'No vault password was given' })
        : success({ id, password: Buffer.from(text) }),
    );
  };
  for (const text of [...settings.list('vaultIdentityList'), ...given.all('vault-id')]) {
    const { id, source } = parseVaultId(text);
    if (source === 'prompt') await ask(id);
    else found.push(readVaultPassword(source, id));
  }
  const files = given.all('vault-password-file');
  const fallback = settings.paths('vaultPasswordFile', /\n/);
  for (const file of files.length > 0 || found.length > 0 ? files : fallback)
    found.push(readVaultPassword(file));
  if (given.has('ask-vault-pass') || settings.isOn('askVaultPass') === true) await ask('default');
  const secrets: VaultSecret[] = [];
  for (const one of found) {
    if (!one.ok) return one;
    secrets.push(one.value);
  }
  return success(secrets);
}
