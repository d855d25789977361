// reboot: brings a host down and waits until it answers again, as another boot of it.
import { defineModule } from '../../module/define.ts';
import { int, list, optional, str, type Parameters } from '../../module/kinds.ts';
import { sh } from '../../module/quote.ts';
import { unforeseen } from '../../module/vocabulary/unforeseen.ts';
import type { AttemptRequest } from '../attempt_request.ts';
import type { Execution } from '../execution.ts';
import { wait } from '../wait.ts';
import { doneAction, failedAction, type EngineAction } from './engine_action.ts';
import { shellWithin, tryAnew, tryOn, until } from './patience.ts';

const params = {
  pre_reboot_delay: optional(int({ aliases: ['pre_reboot_delay_sec'], doc: 'Whole minutes of it.' }), 0),
  post_reboot_delay: optional(
    int({ aliases: ['post_reboot_delay_sec'], doc: 'Seconds before the first try.' }),
    0,
  ),
  reboot_timeout: optional(
    int({
      aliases: ['reboot_timeout_sec'],
      doc: 'Seconds, once for the boot and once for the test command.',
    }),
    600,
  ),
  connect_timeout: optional(int({ aliases: ['connect_timeout_sec'], doc: 'Seconds of one try.' })),
  test_command: optional(str(), 'whoami'),
  msg: optional(str(), 'Reboot initiated by Ansible'),
  search_paths: optional(list(str()), ['/sbin', '/bin', '/usr/sbin', '/usr/bin', '/usr/local/sbin']),
  boot_time_command: optional(
    str({ doc: 'Says another thing after each boot.' }),
    'cat /proc/sys/kernel/random/boot_id',
  ),
  reboot_command: optional(str({ doc: 'Default: shutdown -r, or reboot where there is no shutdown.' })),
};

type Wish = Parameters<typeof params>;

const declaration = defineModule({
  name: 'reboot',
  fullNames: ['ansible.builtin.reboot'],
  summary: 'Reboot the host and wait for it',
  params,
  returns: { elapsed: int() },
  plan: () => ({ steps: [] }),
});

/** Finds the program in the search paths only, as PATH is that of a login which may lack /sbin. */
function rebootScript({
  reboot_command: command,
  search_paths: paths,
  pre_reboot_delay: delay,
  msg,
}: Wish): string {
  const find = sh`find() { case $1 in /*) printf %s "$1"; return ;; esac
for d in ${paths}; do if [ -x "$d/$1" ]; then printf %s "$d/$1"; return; fi; done; return 1; }`.text;
  if (command !== undefined) {
    const [program = '', ...args] = command.split(' ');
    const missing = sh`echo ${`Unable to find command "${program}" in search paths`} >&2; exit 127`.text;
    return `${find}\np=$(find ${sh`${program}`.text}) || { ${missing}; }\n"$p" ${args.join(' ')}`;
  }
  const minutes = Math.floor(Math.max(0, delay) / 60);
  return `${find}
if p=$(find shutdown); then "$p" ${sh`-r ${String(minutes)} ${msg}`.text}
elif p=$(find reboot); then "$p"
else echo 'Unable to find command "shutdown" in search paths' >&2; exit 127; fi`;
}

function pauseSeconds(failures: number): number {
  return Math.min(2 ** (failures - 1), 12);
}

function foretold({ place }: AttemptRequest): Execution {
  const waitsFor = `the reboot of ${place.state.name}`;
  const step = { step: unforeseen('volatile', waitsFor), view: place.state.view, touched: [] };
  return {
    ...doneAction({ elapsed: 0, rebooted: true }, true),
    foreseen: { possible: [[step]], waitsFor },
  } as Execution;
}

/** Why the host did not come back, or undefined. */
async function awaitBoot(
  request: AttemptRequest,
  wish: Wish,
  bootBefore: string,
): Promise<string | undefined> {
  const { signal } = request.job;
  const patience = { seconds: wish.reboot_timeout, pauseSeconds, signal };
  await wait(wish.post_reboot_delay * 1000, signal);
  const shell = shellWithin(request, wish.connect_timeout);
  const booted = await until(patience, async () => {
    const said = await tryAnew(shell, wish.boot_time_command, signal);
    if (typeof said === 'string') return said;
    const now = said.stdout.toString('utf8').trim();
    return said.rc !== 0 || now === '' || now === bootBefore ? 'boot time has not changed' : undefined;
  });
  if (booted !== undefined)
    return `Timed out waiting for last boot time check (timeout=${wish.reboot_timeout}): ${booted}`;
  const ready = await until(patience, async () => {
    const said = await tryAnew(shell, wish.test_command, signal);
    if (typeof said === 'string') return said;
    return said.rc === 0 ? undefined : `Test command failed: ${said.stderr.toString('utf8').trim()}`;
  });
  await shell.reset();
  return ready === undefined
    ? undefined
    : `Timed out waiting for post-reboot test command (timeout=${wish.reboot_timeout}): ${ready}`;
}

async function perform(request: AttemptRequest): Promise<Execution> {
  const wish = request.params as unknown as Wish;
  const { settings, signal } = request.job;
  if (request.isLocal)
    return failedAction('Running reboot with local connection would reboot the control node.');
  if (settings.checkMode) return foretold(request);
  const started = performance.now();
  const before = await tryOn(request.shell, wish.boot_time_command, signal);
  if (typeof before === 'string' || before.rc !== 0)
    return failedAction(
      `failed to get host boot time info: ${typeof before === 'string' ? before : before.stderr.toString('utf8')}`,
    );
  const asked = await tryOn(request.shell, rebootScript(wish), signal);
  // A connection that broke is what a reboot does.
  if (typeof asked !== 'string' && asked.rc !== 0 && asked.rc < 128) {
    const said = `${asked.stdout.toString('utf8').trim()}, ${asked.stderr.toString('utf8').trim()}`;
    return failedAction(`Reboot command failed. Error was: '${said}'`);
  }
  const failed = await awaitBoot(request, wish, before.stdout.toString('utf8').trim());
  await request.shell.reset();
  const elapsed = Math.floor((performance.now() - started) / 1000);
  if (failed !== undefined) return { ...failedAction(failed), changed: true, more: { elapsed } } as Execution;
  return doneAction({ elapsed, rebooted: true }, true);
}

export const reboot: EngineAction = { module: declaration, perform };
