// A Script as the program text that the agent gives to sh: umask, directory and environment, then the script.
import type { Script } from '../module/contract.ts';
import { quote } from '../module/quote.ts';
import { adminPath } from './agent_script.ts';

/** A program that says on standard error why nothing was run, with exit code 126. */
function refusal(reason: string): string {
  return `printf '%s\\n' ${quote(reason)} >&2; exit 126\n`;
}

function exports(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}=${quote(value)}; `)
    .join('');
}

/** All of the preface stands on one line, so line numbers in sh's messages are the script's (but for long values). */
export function programText(script: Script): string {
  const environment = script.environment ?? {};
  const badName = Object.keys(environment).find((name) => !/^[A-Za-z_]\w*$/.test(name));
  if (badName !== undefined)
    return refusal(`environment: ${JSON.stringify(badName)} is no name that sh can export`);
  if ([script.script, script.cwd ?? '', ...Object.values(environment)].some((text) => text.includes('\0')))
    return refusal('a script, directory or environment value holds a NUL byte');
  const settings = script.userEnvironment === true ? '' : `export LC_ALL=C PATH=${adminPath}; `;
  const directory = script.cwd === undefined ? '' : `CDPATH= cd -- ${quote(script.cwd)} || exit; `;
  return `umask 022; ${settings}${exports(environment)}${directory}\n${script.script}\n`;
}
