// The arguments of a call that a saved plan keeps: not the values of variables, which may be secret, nor what is asked
// of this call alone. Playbooks stand last.
import { parseArguments } from '../option_table.ts';
import { playbookOptions } from '../prepare_playbooks.ts';

const ofThisCall = new Set(['plan', 'check', 'detailed-exitcode', 'output', 'report']);

export function plannedArguments(argv: readonly string[]): {
  readonly arguments: readonly string[];
  readonly extraVariables: number;
} {
  const parsed = parseArguments(argv, playbookOptions);
  if (!parsed.ok) return { arguments: [], extraVariables: 0 };
  const { given } = parsed;
  const isFile = (value: string): boolean => value.startsWith('@');
  const options = playbookOptions
    .filter(({ name }) => !ofThisCall.has(name))
    .flatMap(({ name, takes }) => {
      const values = given.all(name).filter((value) => name !== 'extra-vars' || isFile(value));
      return values.flatMap((value) => (takes === undefined ? [`--${name}`] : [`--${name}`, value]));
    });
  const inline = given.all('extra-vars').filter((value) => !isFile(value));
  return { arguments: [...options, ...given.words], extraVariables: inline.length };
}
