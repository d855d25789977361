// Shows that the host can be reached and runs scripts.
import { answers, defineModule } from '../engine/module/define.ts';
import { optional, str } from '../engine/module/kinds.ts';
import { echo } from '../engine/module/vocabulary/echo.ts';

export const ping = defineModule({
  name: 'ping',
  fullNames: ['ansible.builtin.ping'],
  summary: 'Show that the host can be reached',
  reach: 'nothing',
  params: { data: optional(str(), 'pong') },
  returns: { ping: str({ doc: 'data, as the host said it' }) },
  seen: answers<{ readonly said: string }>(),
  probes: ({ data }) => ({ said: echo(data) }),
  plan: ({ data }) => (data === 'crash' ? { steps: [], fail: 'boom' } : { steps: [] }),
  result: (_, { said }) => ({ ping: said }),
});
