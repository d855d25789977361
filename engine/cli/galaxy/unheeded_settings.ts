// Settings of [galaxy] that ask for what is not done: told when something is installed, as nobody else reads that section.
import type { Diagnostic } from '../../document/diagnostic.ts';
import { isTrueWord } from '../setting_words.ts';
import type { Settings } from '../settings.ts';
import { certificatesAreChecked, noServer, noSignatures } from './galaxy_options.ts';

const reasons: Readonly<Record<string, string>> = {
  server: noServer,
  server_list: noServer,
  ignore_certs: certificatesAreChecked,
  gpg_keyring: noSignatures,
  required_valid_signature_count: noSignatures,
};

/** Each with where it is set. */
export function unheededSettings({ written, file }: Settings, environment: NodeJS.ProcessEnv): Diagnostic[] {
  return Object.entries(reasons).flatMap(([key, reason]): Diagnostic[] => {
    const variable = `ANSIBLE_GALAXY_${key.toUpperCase()}`;
    const [named, value] = [environment[variable] ?? '', written.get(`galaxy.${key}`) ?? ''];
    const where =
      named !== '' ? `The variable ${variable}` : `The setting ${key} of [galaxy] in ${file ?? ''}`;
    const given = named !== '' ? named : value;
    if (given === '' || (key === 'ignore_certs' && !isTrueWord(given))) return [];
    return [{ code: 'unsupported', severity: 'warning', summary: `${where} is not heeded`, detail: reason }];
  });
}
