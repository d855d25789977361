// What people are told of a step. Its own words stand in results of later tasks too, where no `no_log` hides them.
import type { Step } from '../module/contract.ts';
import { stepKindOf } from './host_view.ts';

interface Hiding {
  readonly module: string;
  readonly noLog: boolean;
  /** The secret texts among its parameters. */
  readonly secrets: readonly string[];
}

export function stepWords({
  module,
  noLog,
  secrets,
}: Hiding): ((step: Step, words: string) => string) | undefined {
  if (noLog) return () => `${module} with no_log`;
  if (secrets.length === 0) return undefined;
  // A command's words are its arguments, maybe quoted: there a secret need not stand as it was.
  return (step, words) =>
    stepKindOf(step).opaque === true || secrets.some((secret) => words.includes(secret))
      ? `${module} with secret parameters`
      : words;
}
