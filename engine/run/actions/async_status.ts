// async_status: how a task stands that was started with `async` and `poll: 0`.
import { defineModule } from '../../module/define.ts';
import { oneOf, optional, str } from '../../module/kinds.ts';
import { pollJob } from '../async_jobs.ts';
import { doneAction, type EngineAction, failedAction } from './engine_action.ts';

const declaration = defineModule({
  name: 'async_status',
  fullNames: ['ansible.builtin.async_status'],
  summary: 'Tell how a background task stands',
  params: { jid: str(), mode: optional(oneOf('status', 'cleanup'), 'status') },
  plan: () => ({ steps: [] }),
});

export const asyncStatus: EngineAction = {
  module: declaration,
  perform: async ({ params, place, job }) => {
    const { jobs } = job.playRun.run;
    const id = String(params['jid']);
    const key = `${place.state.name} ${id}`;
    const known = jobs.get(key);
    if (!known) return failedAction(`could not find job ${id}`);
    if (params['mode'] === 'cleanup') {
      jobs.delete(key);
      return doneAction({ erased: id, ansible_job_id: id });
    }
    const state = await pollJob(known);
    if (state.end === 'lost') return failedAction(state.message);
    if (state.end === 'running') return doneAction({ ansible_job_id: id, started: 1, finished: 0 });
    const { execution } = state;
    if (execution.end !== 'done') return execution;
    return { ...execution, result: { ...execution.result, ansible_job_id: id, started: 1, finished: 1 } };
  },
};
