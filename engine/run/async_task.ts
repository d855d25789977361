// `async`: a task whose command runs apart from the connection, looked after until it ends (`poll`) or left to run.
import type { AttemptRequest } from './attempt_request.ts';
import { pollJob, startJob } from './async_jobs.ts';
import { executeModule, type Execution, type ExecutionRequest, planOneScript } from './execute_module.ts';
import { KeywordReader } from './task_job.ts';
import { wait } from './wait.ts';

const defaultPollSeconds = 15;

/**
 * Only a plan of one script can outlive the connection. Anything else (most modules) is done at once, and its result
 * kept, so that async_status finds it finished.
 */
export async function performAsync(attempted: AttemptRequest, request: ExecutionRequest): Promise<Execution> {
  const { job, shell, local } = attempted;
  const { run } = job.playRun;
  const reader = new KeywordReader(job.task, (value, position) => job.scope.evaluate(value, local, position));
  const seconds = reader.number('async') ?? 0;
  const pollSeconds = job.task.keywords.has('poll') ? (reader.number('poll') ?? 0) : defaultPollSeconds;
  const startable = seconds > 0 ? await planOneScript(request) : undefined;
  if (!startable) return executeModule(request);
  const opened = await shell.open();
  if (!opened.ok) return { end: 'unreachable', failure: opened.failure, repeatable: true };
  const started = await startJob(startable, opened.value, attempted.environment, seconds);
  if ('execution' in started) return started.execution;
  run.jobs.set(`${attempted.place.state.name} ${started.job.id}`, started.job);
  if (pollSeconds === 0)
    return {
      end: 'done',
      changed: true,
      differences: [],
      warnings: [],
      result: {
        ansible_job_id: started.job.id,
        started: 1,
        finished: 0,
        results_file: started.job.id,
      },
    };
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    await wait(pollSeconds * 1000, job.signal);
    const state = await pollJob(started.job);
    if (state.end === 'finished') return state.execution;
    if (state.end === 'lost') return failed(state.message);
    if (performance.now() > deadline || job.signal.aborted)
      return failed(`async task did not complete within the requested time of ${seconds} s`);
  }
}

function failed(message: string): Execution {
  return { end: 'failed', message, changed: false, differences: [], warnings: [] };
}
