// Keeps a job or a variable in a user's crontab or in a file below /etc/cron.d, marked by a line `#Ansible: NAME`.
import type { Difference, Plan, PlanContext, Step } from '../engine/module/contract.ts';
import { textContent } from '../engine/module/content.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, oneOf, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import { content, textIn, type FileContent } from '../engine/module/vocabulary/content.ts';
import { crontab, crontabKind, writeCrontab, type Crontab } from '../engine/module/vocabulary/crontab.ts';
import { baseName } from '../engine/module/vocabulary/paths.ts';
import { removeFile } from '../engine/module/vocabulary/remove_file.ts';
import { stat, type Stat } from '../engine/module/vocabulary/stat.ts';
import { backupResult, putFile } from './shared/put_file.ts';
import * as table from './shared/cron_table.ts';

const params = {
  name: str({ doc: 'What the job is known by; with env the name of the variable.' }),
  job: optional(str({ aliases: ['value'], doc: 'The command, or the value of the variable.' })),
  state: optional(oneOf('present', 'absent'), 'present'),
  user: optional(str({ doc: 'Whose crontab; needed with cron_file, who runs the job.' })),
  cron_file: optional(path({ doc: 'A file below /etc/cron.d, or an absolute path, instead of a crontab.' })),
  backup: optional(bool({ doc: 'Keep the old cron_file beside the new one.' }), false),
  minute: optional(str(), '*'),
  hour: optional(str(), '*'),
  day: optional(str({ aliases: ['dom'] }), '*'),
  month: optional(str(), '*'),
  weekday: optional(str({ aliases: ['dow'] }), '*'),
  special_time: optional(oneOf('reboot', 'yearly', 'annually', 'monthly', 'weekly', 'daily', 'hourly')),
  disabled: optional(bool({ doc: 'Keep the job as a comment.' }), false),
  env: optional(bool({ doc: 'Keep a variable instead of a job.' }), false),
  insertafter: optional(str({ doc: 'The variable behind which a new one stands.' })),
  insertbefore: optional(str({ doc: 'The variable before which a new one stands.' })),
};

type Wish = Parameters<typeof params>;

interface Seen {
  readonly table?: Crontab;
  readonly at?: Stat;
  readonly old?: FileContent;
}

function place({ cron_file: file }: Wish): string | undefined {
  return file === undefined || file.startsWith('/') ? file : `/etc/cron.d/${file}`;
}

function textOf(seen: Seen): string {
  return seen.old ? textIn(seen.old) : (seen.table?.text ?? '');
}

function refusal(wish: Wish, { table }: Seen): string | undefined {
  const { special_time: special, minute, hour, day, month, weekday } = wish;
  if (table?.missing) return 'crontab is not on this host: install cron first';
  if (wish.cron_file === '/etc/crontab') return 'Will not manage /etc/crontab via cron_file';
  if (special !== undefined && [minute, hour, day, month, weekday].some((field) => field !== '*'))
    return 'You must specify time and date fields or special time.';
  if (wish.env && wish.name.includes(' ')) return 'Invalid name for environment variable';
  if (wish.state === 'absent') return undefined;
  if (wish.cron_file !== undefined && wish.user === undefined)
    return 'To use cron_file=... parameter you must specify user=... as well';
  if (wish.job === undefined) return "You must specify 'job' to install a new cron job or variable";
  if ((wish.insertafter ?? wish.insertbefore) !== undefined && !wish.env)
    return 'Insertafter and insertbefore parameters are valid only with env=yes';
  return undefined;
}

function edited(wish: Wish, text: string): table.Edited {
  const lines = table.linesOf(text);
  const { name, job = '' } = wish;
  if (wish.env) {
    if (wish.state === 'absent') return { lines: table.withoutVariable(lines, name) };
    return table.withVariable(lines, name, `${name}="${job}"`, wish);
  }
  if (wish.state === 'absent') return { lines: table.withoutJob(lines, name) };
  return { lines: table.withJob(lines, name, table.jobLine({ ...wish, job })) };
}

function steps(wish: Wish, seen: Seen, text: string, context: PlanContext): Step[] {
  const file = place(wish);
  if (file === undefined) return [writeCrontab(wish.user, text)];
  if (text.trim() === '' && wish.state === 'absent' && !wish.env) return [removeFile(file)];
  const mode = seen.at?.exists ? undefined : '0644';
  return putFile(
    { path: file, content: textContent(text), mode, backup: wish.backup },
    seen.at ?? { exists: false },
    context,
  );
}

function plan(wish: Wish, seen: Seen, context: PlanContext): Plan {
  const fail = refusal(wish, seen);
  if (fail !== undefined) return { steps: [], fail };
  const before = textOf(seen);
  const wanted = edited(wish, before);
  if ('failed' in wanted) return { steps: [], fail: wanted.failed };
  const after = table.textOf(wanted.lines);
  const file = place(wish);
  const isPlain = file === undefined || /^[A-Za-z0-9_-]+$/.test(baseName(file));
  const warnings = isPlain
    ? []
    : [`cron reads only files whose names are letters, digits, _ and -: ${baseName(file)}`];
  // What was last without a line end is written anew with one, as cron would not read it.
  if (after === before || (before === '' && after === '')) return { steps: [], warnings };
  const header = file ?? `crontab${wish.user === undefined ? '' : ` for user "${wish.user}"`}`;
  const differences: Difference[] = [{ header, before, after }];
  return { steps: steps(wish, seen, after, context), warnings, differences };
}

export const cron = defineModule({
  name: 'cron',
  fullNames: ['ansible.builtin.cron'],
  summary: 'Keep a cron job or a variable of cron',
  reach: ({ cron_file: file }) => ({ files: ['/etc/cron.d', file ?? '/etc/cron.d'], answers: [crontabKind] }),
  params,
  constraints: { mutuallyExclusive: [['insertafter', 'insertbefore']] },
  seen: answers<Seen>(),
  probes: (wish) => {
    const file = place(wish);
    if (file === undefined) return { table: crontab({ user: wish.user }) };
    return { at: stat({ path: file, digest: 'sha256', follow: true }), old: content(file) };
  },
  plan,
  result: (wish, seen, outcomes) => {
    const wanted = edited(wish, textOf(seen));
    const lines = 'failed' in wanted ? [] : wanted.lines;
    return {
      jobs: table.jobNames(lines),
      envs: table.variableNames(lines),
      ...(wish.cron_file === undefined ? {} : { cron_file: wish.cron_file }),
      ...backupResult(outcomes),
    };
  },
});
