// wait_for_connection: a host that does not answer yet is tried until it does.
import { defineModule } from '../../module/define.ts';
import { int, optional } from '../../module/kinds.ts';
import { nothingTold } from '../execution.ts';
import { wait } from '../wait.ts';
import { doneAction, failedAction, type EngineAction } from './engine_action.ts';
import { shellWithin, tryAnew, until } from './patience.ts';

const declaration = defineModule({
  name: 'wait_for_connection',
  fullNames: ['ansible.builtin.wait_for_connection'],
  summary: 'Wait until the host answers',
  reach: 'nothing',
  actsOnRun: true,
  params: {
    connect_timeout: optional(int({ doc: 'Seconds of one try.' }), 5),
    delay: optional(int({ doc: 'Seconds before the first try.' }), 0),
    sleep: optional(int({ doc: 'Seconds between tries.' }), 1),
    timeout: optional(int({ doc: 'Seconds of all tries.' }), 600),
  },
  returns: { elapsed: int() },
  plan: () => ({ steps: [] }),
});

export const waitForConnection: EngineAction = {
  module: declaration,
  perform: async (request) => {
    const { settings, signal } = request.job;
    if (settings.checkMode) return { end: 'skipped', reason: 'check mode waits for nothing', ...nothingTold };
    const params = request.params as { readonly [name: string]: number };
    const { connect_timeout: once = 5, delay = 0, sleep = 1, timeout = 600 } = params;
    const started = performance.now();
    await wait(delay * 1000, signal);
    const shell = shellWithin(request, once);
    const reason = await until({ seconds: timeout, pauseSeconds: () => sleep, signal }, async () => {
      const answer = await tryAnew(shell, 'echo pong', signal);
      return typeof answer === 'string' ? answer : undefined;
    });
    await shell.reset();
    await request.shell.reset();
    const elapsed = Math.floor((performance.now() - started) / 1000);
    if (reason === undefined) return doneAction({ elapsed });
    return { ...failedAction(`timed out waiting for ping: ${reason}`), more: { elapsed } };
  },
};
