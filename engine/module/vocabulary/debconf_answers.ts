// Answers that debconf keeps for the questions of a package, and giving it others. They travel on standard input.
import { textContent } from '../content.ts';
import type { Output, Probe, ProbeFailure, ProbeKind, Step, StepKind } from '../contract.ts';
import { effect, probe, step } from '../probe_identity.ts';
import { sh } from '../quote.ts';

export interface DebconfQuestion {
  readonly package: string;
}

/** By question; a password that is kept shows as `(password omitted)`. */
export type DebconfAnswers = {
  readonly [question: string]: { readonly value: string; readonly isSeen: boolean };
};

export const debconfKind: ProbeKind<DebconfQuestion, DebconfAnswers> = {
  name: 'debconf',
  stability: 'stable',
  target: 'host',
  ask: ({ package: name }) => ({
    script: sh`command -v debconf-show >/dev/null || exit 127
debconf-show -- ${name}`.text,
  }),
  parse: ({ rc, stdout, stderr }: Output): DebconfAnswers | ProbeFailure => {
    if (rc === 127) return { failed: 'debconf-show is not on this host' };
    if (rc !== 0) return { failed: `Cannot ask debconf: ${stderr.toString('utf8').trim()}` };
    const answers = stdout
      .toString('utf8')
      .split('\n')
      .flatMap((line) => {
        const [, mark, name = '', value = ''] = /^([* ])\s*([^:]+):\s?(.*)$/.exec(line) ?? [];
        return mark === undefined
          ? []
          : [[name.trim(), { value: value.trim(), isSeen: mark === '*' }] as const];
      });
    return Object.fromEntries(answers);
  },
};

export function debconfAnswers(name: string): Probe<DebconfAnswers> {
  return probe(debconfKind, { package: name });
}

export interface SetDebconf extends DebconfQuestion {
  readonly question: string;
  readonly vtype: string;
  readonly value: string;
  /** Leave the question open, so that it may still be asked. */
  readonly unseen: boolean;
}

export const setDebconfKind: StepKind<SetDebconf, void> = {
  name: 'set debconf',
  target: 'host',
  perform: ({ package: name, question, vtype, value, unseen }) => ({
    script: sh`debconf-set-selections ${unseen ? ['-u'] : []}`.text,
    stdin: textContent(`${name} ${question} ${vtype} ${value}\n`, { secret: vtype === 'password' }),
  }),
  describe: ({ package: name, question }) => `answer ${question} of ${name}`,
  effects: [
    effect(debconfKind, {
      touches: (args, { package: name }) => args.package === name,
      predict: (
        args: SetDebconf,
        _: DebconfQuestion,
        before: DebconfAnswers | undefined,
      ): DebconfAnswers => ({
        ...before,
        [args.question]: { value: args.value, isSeen: !args.unseen },
      }),
    }),
  ],
};

export function setDebconf(args: SetDebconf): Step<void> {
  return step(setDebconfKind, args);
}
