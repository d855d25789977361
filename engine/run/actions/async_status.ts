// async_status: how a task stands that was started with `async` and `poll: 0`, by this run or, as far as the host kept
// its outputs, by another one.
import type { Output } from '../../module/contract.ts';
import { defineModule } from '../../module/define.ts';
import { int, list, oneOf, optional, str } from '../../module/kinds.ts';
import { jobValues, withJob } from '../async_task.ts';
import type { Job } from '../async_jobs.ts';
import type { AttemptRequest } from '../attempt_request.ts';
import type { Execution } from '../execution.ts';
import { outputValues } from '../result_values.ts';
import { doneAction, type EngineAction, failedAction } from './engine_action.ts';

const declaration = defineModule({
  name: 'async_status',
  fullNames: ['ansible.builtin.async_status'],
  summary: 'Tell how a background task stands',
  reach: 'nothing',
  actsOnRun: true,
  params: { jid: str(), mode: optional(oneOf('status', 'cleanup'), 'status') },
  returns: {
    ansible_job_id: str(),
    started: int(),
    finished: int(),
    results_file: str(),
    stdout: str(),
    stderr: str(),
    stdout_lines: list(str()),
    stderr_lines: list(str()),
  },
  plan: () => ({ steps: [] }),
});

const empty = { stdout: '', stderr: '', stdout_lines: [], stderr_lines: [] };

function notFound(id: string): Execution {
  const more = { ...empty, ansible_job_id: id, started: 1, finished: 1, results_file: id };
  return { ...failedAction('could not find job'), more } as Execution;
}

function unreachable(failure: Extract<Execution, { end: 'unreachable' }>['failure']): Execution {
  return { end: 'unreachable', failure, repeatable: true };
}

async function statusOf(job: Job): Promise<Execution> {
  const state = await job.state();
  switch (state.end) {
    case 'lost':
      return unreachable(state.failure);
    case 'unknown':
      return notFound(job.id);
    case 'running':
      return doneAction({ ...empty, ...jobValues(job, 0) });
    case 'finished':
      return withJob(job, state.execution);
  }
}

/** A job of another run: its module is not known any more, its outputs are. */
async function foreignStatus(request: AttemptRequest, id: string): Promise<Execution> {
  const shell = await request.shell.open();
  if (!shell.ok) return unreachable(shell.failure);
  const polled = await shell.value.poll(id);
  if (!polled.ok) return unreachable(polled.failure);
  const { known, finished, outputs = [], timedOut } = polled.value;
  if (!known) return notFound(id);
  const values = { ansible_job_id: id, started: 1, results_file: id };
  if (!finished) return doneAction({ ...empty, ...values, finished: 0 });
  const last: Output | undefined = outputs.at(-1);
  const more = { ...(last ? outputValues(last) : empty), ...values, finished: 1 };
  if (timedOut === true || last?.rc !== 0) {
    const message =
      timedOut === true ? 'async task did not complete within the requested time' : 'non-zero return code';
    return { ...failedAction(message), more } as Execution;
  }
  return doneAction(more, true);
}

async function erase(request: AttemptRequest, id: string): Promise<Execution> {
  const { jobs } = request.job.playRun.run;
  const key = `${request.place.state.name} ${id}`;
  const known = jobs.get(key);
  const values = { ...empty, ansible_job_id: id, started: 0, finished: 0 };
  if (known) {
    jobs.delete(key);
    await known.erase(false);
    return doneAction({ ...values, erased: known.resultsFile });
  }
  const shell = await request.shell.open();
  if (!shell.ok) return unreachable(shell.failure);
  const erased = await shell.value.erase(id);
  if (!erased.ok) return unreachable(erased.failure);
  return erased.value ? doneAction({ ...values, erased: id }) : notFound(id);
}

export const asyncStatus: EngineAction = {
  module: declaration,
  perform: (request) => {
    const id = String(request.params['jid']);
    if (request.params['mode'] === 'cleanup') return erase(request, id);
    const known = request.job.playRun.run.jobs.get(`${request.place.state.name} ${id}`);
    return known ? statusOf(known) : foreignStatus(request, id);
  },
};
