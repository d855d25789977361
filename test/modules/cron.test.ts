import { seenContent, seenFile } from '../../engine/module/seen_files.ts';
import { checkModule } from '../../engine/module/testing.ts';
import { writeCrontab } from '../../engine/module/vocabulary/crontab.ts';
import { removeFile } from '../../engine/module/vocabulary/remove_file.ts';
import { absent } from '../../engine/module/vocabulary/stat.ts';
import { cron } from '../../modules/cron.ts';
import { describe } from '../support/suite.ts';

const backup = '#Ansible: backup\n0 2 * * * /usr/bin/backup\n';
const job = { name: 'backup', minute: '0', hour: '2', job: '/usr/bin/backup' };
const inFile = { ...job, cron_file: 'backup', user: 'root' };

describe('modules/cron', ({ test }) => {
  checkModule(
    cron,
    [
      {
        name: 'a job is added behind what is there',
        params: job,
        seen: { table: { text: 'A=1\n' } },
        steps: [writeCrontab(undefined, `A=1\n${backup}`)],
        result: { jobs: ['backup'], envs: ['A'] },
      },
      {
        name: 'a job that is there stays, its neighbours too',
        params: job,
        seen: { table: { text: `${backup}#Ansible: other\n@daily /x\n` } },
        result: { jobs: ['backup', 'other'] },
      },
      {
        name: 'a job with another time is rewritten in its place',
        params: { ...job, hour: '3', user: 'web' },
        seen: { table: { text: `${backup}# end\n` } },
        steps: [writeCrontab('web', '#Ansible: backup\n0 3 * * * /usr/bin/backup\n# end\n')],
      },
      {
        name: 'the same line written by hand is taken over',
        params: job,
        seen: { table: { text: '0 2 * * * /usr/bin/backup\n' } },
        steps: [writeCrontab(undefined, backup)],
      },
      {
        name: 'a job is removed with its mark',
        params: { name: 'backup', state: 'absent' },
        seen: { table: { text: `B=2\n${backup}` } },
        steps: [writeCrontab(undefined, 'B=2\n')],
      },
      {
        name: 'a special time and a job that is switched off',
        params: { name: 'r', job: '/r', special_time: 'reboot', disabled: true },
        seen: { table: { text: '' } },
        steps: [writeCrontab(undefined, '#Ansible: r\n#@reboot /r\n')],
      },
      {
        name: 'a file below /etc/cron.d names the user and is readable',
        params: inFile,
        seen: { at: absent, old: { found: 'nothing' } },
        steps: ['write /etc/cron.d/backup (0644, 48 bytes)'],
        result: { cron_file: 'backup' },
      },
      {
        name: 'a file without jobs is removed',
        params: { ...inFile, state: 'absent' },
        seen: {
          at: seenFile({ text: '#Ansible: backup\n0 2 * * * root /usr/bin/backup\n' }),
          old: seenContent('#Ansible: backup\n0 2 * * * root /usr/bin/backup\n'),
        },
        steps: [removeFile('/etc/cron.d/backup')],
      },
      {
        name: 'a variable stands first, or behind another',
        params: { name: 'PATH', env: true, job: '/bin', insertafter: 'A' },
        seen: { table: { text: 'A=1\nB=2\n' } },
        steps: [writeCrontab(undefined, 'A=1\nPATH="/bin"\nB=2\n')],
        result: { envs: ['A', 'PATH', 'B'] },
      },
      {
        name: 'a host without cron is told so',
        params: job,
        seen: { table: { text: '', missing: true } },
        fail: /install cron first/,
      },
      {
        name: 'time fields and a special time exclude each other',
        params: { ...job, special_time: 'daily' },
        seen: { table: { text: '' } },
        fail: 'You must specify time and date fields or special time.',
      },
    ],
    test,
  );
});
