// vault and unvault: texts in the format of Ansible Vault, with a password of the template's own.
import { bytesOfText, textOfBytes } from '../../document/byte_text.ts';
import { textOf, type Value, withMarks } from '../../document/value.ts';
import { decryptVault, encryptVault, isVaultText, type VaultSecret } from '../../document/vault.ts';
import { Failure, fail } from '../failure.ts';
import type { Filter, Table, Tools } from '../interpreter/tools.ts';
import type { Args } from '../python/arguments.ts';
import { needed } from '../python/compare.ts';
import { typeName } from '../python/printing.ts';

function givenText(args: Args, name: string): string {
  const value = needed(args.value(name));
  return textOf(value) ?? fail(`${args.what}: ${name} must be a text, not ${typeName(value)}`);
}

function givenSecret(args: Args): VaultSecret {
  const id = args.text('vault_id', args.text('vaultid', 'filter_default'));
  return { id, password: bytesOfText(givenText(args, 'secret')) };
}

function vault(args: Args, tools: Tools): Value {
  if (args.bool('wrap_object', false))
    throw new Failure(
      'unsupported',
      'vault: wrap_object is not supported here',
      'Write the text below !vault | yourself',
    );
  const plain = bytesOfText(givenText(args, 'value'));
  const secret = givenSecret(args);
  if (args.has('salt')) {
    const salt = Buffer.from(bytesOfText(args.text('salt')));
    if (salt.length === 0) return fail('vault: the salt is empty');
    return encryptVault(plain, secret, salt);
  }
  tools.impure('vault without a salt');
  const text = encryptVault(plain, secret);
  tools.context.onPromise?.(text);
  return text;
}

/** A text that is not encrypted comes back as it is. */
function unvault(args: Args): Value {
  const text = givenText(args, 'value');
  const secret = givenSecret(args);
  if (!isVaultText(text)) return text;
  const plain = decryptVault(bytesOfText(text), [secret]);
  if (!plain.ok) return fail('unvault: the text does not open with this secret', plain.problem.summary);
  return withMarks(textOfBytes(plain.value), { secret: true });
}

export const vaultFilters: Table<Filter> = {
  vault: { parameters: 'value secret salt vault_id wrap_object vaultid', run: vault },
  unvault: { parameters: 'value secret vault_id vaultid', run: unvault },
};
