// A task that waits for a time or for a person. At a terminal it is Ansible's: Ctrl-C asks whether to go on or to give up.
import { type Value, withMarks } from '../document/value.ts';
import type { EngineEffects } from '../module/contract.ts';
import type { TaskResult } from './events.ts';
import { cutShort, failedResult, withValues } from './result_values.ts';
import type { KeyWait, Typed } from './services.ts';
import type { TaskJob } from './task_job.ts';
import { wait } from './wait.ts';

type Pause = NonNullable<EngineEffects['pause']>;

const howToBreak = "(ctrl+C then 'C' = continue early, ctrl+C then 'A' = abort)";
const breakingOff = "Press 'C' to continue the play or 'A' to abort";

export async function pause(job: TaskJob, asked: Pause, result: TaskResult): Promise<TaskResult> {
  const { run } = job.playRun;
  const { signal } = run.services;
  const start = Date.now();
  if (asked.seconds !== undefined)
    run.emit({ type: 'pausing', task: job.info, host: job.host.name, seconds: asked.seconds });
  const typed = await waited(job, asked);
  const took = (Date.now() - start) / 1000;
  if (signal.aborted) return cutShort(result, `paused for ${Math.round(took)} s`);
  run.known.dropAll();
  if (typed.end === 'broken') return failedResult('user requested abort!');
  const values: Record<string, Value> = {
    start: pythonTime(new Date(start)),
    stop: pythonTime(new Date()),
    delta: Math.floor(took),
    user_input: withMarks(typed.text, { unsafe: true }),
    stdout: `Paused for ${pythonFloat(asked.unit === 'minutes' ? took / 60 : took)} ${asked.unit}`,
  };
  return withValues(result, values);
}

/** How the wait ended; `broken` is that the person gave up. */
async function waited(job: TaskJob, asked: Pause): Promise<Typed> {
  const { prompter, signal } = job.playRun.run.services;
  const hidden = !asked.echo || asked.seconds !== undefined;
  const typed = await prompter.keys(question(job, asked), {
    ...(asked.seconds === undefined ? {} : { seconds: asked.seconds }),
    hidden,
    until: asked.seconds === undefined ? 'enter' : 'time',
    brokenBy: 'ctrl-c',
  } satisfies KeyWait);
  if (typed === undefined) {
    if (asked.seconds === undefined) tellNobody(job);
    else await wait(asked.seconds * 1000, signal);
    return { end: 'done', text: '' };
  }
  // Keys pressed while time runs are no answer.
  if (typed.end !== 'broken') return asked.seconds === undefined ? typed : { ...typed, text: '' };
  const choice = { hidden, until: 'letter c', brokenBy: 'letter a' } as const;
  return (await prompter.keys(breakingOff, choice)) ?? { end: 'done', text: '' };
}

function question({ info }: TaskJob, { seconds, prompt, echo }: Pause): string {
  if (seconds !== undefined && (prompt ?? '') === '') return howToBreak;
  const name = info.role === undefined ? info.name : `${info.role} : ${info.name}`;
  const text =
    prompt === undefined || prompt === '' ? 'Press enter to continue, Ctrl+C to interrupt' : prompt;
  const asking = `[${name}]\n${text}${echo ? '' : ' (output is hidden)'}:`;
  return seconds === undefined ? asking : `${howToBreak}\n${asking}`;
}

function tellNobody({ task, playRun }: TaskJob): void {
  playRun.run.emit({
    type: 'warning',
    problem: {
      code: 'not-asked',
      severity: 'warning',
      summary: 'Not waiting for response to prompt as stdin is not interactive',
      position: task.position,
    },
  });
}

/** To two places, as Python prints it. */
function pythonFloat(number: number): string {
  const rounded = Math.round(number * 100) / 100;
  return Number.isInteger(rounded) ? rounded.toFixed(1) : String(rounded);
}

/** A time of this machine's zone, as Python prints it. */
function pythonTime(time: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  const hour = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
  return `${day} ${hour}.${String(time.getMilliseconds()).padStart(3, '0')}000`;
}
