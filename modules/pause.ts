// Waits for a time, or for a person.
import { defineModule } from '../engine/module/define.ts';
import { bool, float, int, optional, str } from '../engine/module/kinds.ts';

export const pause = defineModule({
  name: 'pause',
  fullNames: ['ansible.builtin.pause'],
  summary: 'Wait for a time or for a person',
  reach: 'nothing',
  actsOnRun: true,
  onceForAll: true,
  params: {
    seconds: optional(float()),
    minutes: optional(float()),
    prompt: optional(str()),
    echo: optional(bool({ doc: 'Show what is typed.' }), true),
  },
  returns: {
    user_input: str({ doc: 'What was typed' }),
    start: str(),
    stop: str(),
    delta: int({ doc: 'Seconds' }),
    stdout: str({ doc: 'How long it was' }),
    stderr: str(),
    rc: int(),
    echo: bool(),
  },
  constraints: { mutuallyExclusive: [['seconds', 'minutes']] },
  plan: ({ seconds, minutes, prompt, echo }) => {
    const given = seconds ?? (minutes === undefined ? undefined : minutes * 60);
    const time = given === undefined ? {} : { seconds: Math.max(0, given) };
    const unit = seconds === undefined ? 'minutes' : 'seconds';
    const asked = { ...time, unit, ...(prompt === undefined ? {} : { prompt }), echo } as const;
    return { steps: [], effects: { pause: asked } };
  },
  result: ({ echo }) => ({ changed: false, echo, rc: 0, stderr: '' }),
});
