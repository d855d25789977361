import { seenContent } from '../../engine/module/seen_files.ts';
import { checkModule, checkParser } from '../../engine/module/testing.ts';
import { unitFrom, unitKind } from '../../engine/module/vocabulary/unit_state.ts';
import { newUnit } from '../../engine/module/vocabulary/unit_files.ts';
import { systemd } from '../../modules/systemd.ts';
import { describe } from '../support/suite.ts';

const running = unitFrom(
  'Id=web.service\nLoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled\n',
);
const stopped = unitFrom(
  'Id=web.service\nLoadState=loaded\nActiveState=inactive\nSubState=dead\nUnitFileState=disabled\n',
);
const missing = unitFrom(
  'Id=web.service\nLoadState=not-found\nActiveState=inactive\nSubState=dead\nUnitFileState=\n',
);

const unitFile = '/etc/systemd/system/web.service';
const dropin = `${unitFile}.d/limits.conf`;
const oldDropin = `${unitFile}.d/old.conf`;
const none = { found: 'nothing' };
const fresh = { needsRestart: false, needsReload: false };
const texts = {
  content: '[Service]\nExecStart=/bin/sleep 9\n',
  dropins: { limits: '[Service]\nLimitNOFILE=1024768', 'old.conf': null },
};
const written = {
  [unitFile]: seenContent('[Service]\nExecStart=/bin/sleep 9\n'),
  [dropin]: seenContent('[Service]\nLimitNOFILE=1024768\n'),
  [oldDropin]: none,
};

describe('modules/systemd', ({ test }) => {
  checkModule(
    systemd,
    [
      {
        name: 'takes a drop-in that YAML reads as a number',
        params: { name: 'web', dropins: { limits: 5 } },
        seen: { unit: stopped, age: fresh, [dropin]: seenContent('5\n') },
      },
      {
        name: 'starts and enables a unit that is stopped',
        params: { name: 'web', state: 'started', enabled: true },
        seen: { unit: stopped },
        steps: ['enable web.service', 'start web.service'],
        result: { name: 'web', state: 'started', enabled: true, changed: true },
      },
      {
        name: 'leaves a unit that is right',
        params: { service: 'web.service', state: 'started', enabled: 'yes' },
        seen: { unit: running },
        result: { changed: false, state: 'started' },
      },
      {
        name: 'restarts a unit that is older than its files (S1-36)',
        params: { name: 'web', state: 'restarted', stale_after: ['/etc/web.conf'] },
        seen: { unit: running, age: { needsRestart: true, needsReload: true } },
        steps: ['restart web.service'],
        result: { changed: true },
      },
      {
        name: 'does not restart a unit that began after its files changed',
        params: { name: 'web', state: 'restarted', stale_after: ['/etc/web.conf'] },
        seen: { unit: running, age: { needsRestart: false, needsReload: false } },
        result: { changed: false },
      },
      {
        name: 'restarts a unit that began again with a unit file that systemd has not read',
        params: { name: 'web', state: 'restarted', stale_after: ['/etc/systemd/system/web.service'] },
        seen: { unit: { ...running, needsReload: true }, age: { needsRestart: false, needsReload: false } },
        steps: ['systemctl daemon-reload', 'restart web.service'],
      },
      {
        name: 'does not restart what does not run, whatever its files',
        params: { name: 'web', state: 'restarted', stale_after: ['/etc/web.conf'] },
        seen: { unit: stopped, age: { needsRestart: true, needsReload: true } },
      },
      {
        name: 'reloads a unit whose files changed since its last reload',
        params: { name: 'web', state: 'reloaded', stale_after: ['/etc/web.conf'] },
        seen: { unit: running, age: { needsRestart: true, needsReload: true } },
        steps: ['reload web.service'],
      },
      {
        name: 'reads a changed unit file before it restarts the unit',
        params: { name: 'web', state: 'restarted', stale_after: ['/etc/systemd/system/web.service'] },
        seen: { unit: { ...running, needsReload: true }, age: { needsRestart: true, needsReload: true } },
        steps: ['systemctl daemon-reload', 'restart web.service'],
      },
      {
        name: 'mends only what is wrong',
        params: { unit: 'web', state: 'started', enabled: false },
        seen: { unit: running },
        steps: ['disable web.service'],
      },
      {
        name: 'restarts each time it is asked to',
        params: { name: 'web', state: 'restarted' },
        seen: { unit: running },
        steps: ['restart web.service'],
        repeats: 'a restart is asked for',
      },
      {
        name: 'starts a stopped unit instead of reloading it',
        params: { name: 'web', state: 'reloaded' },
        seen: { unit: stopped },
        steps: ['start web.service'],
        repeats: 'a reload is asked for',
      },
      {
        name: 'lets systemd read its files again without calling that a change',
        params: { daemon_reload: true },
        steps: ['systemctl daemon-reload'],
        repeats: 'asked for each time',
        result: { changed: false },
      },
      {
        name: 'reads unit files before it starts a unit',
        params: { name: 'web', state: 'started', daemon_reload: true },
        seen: { unit: stopped },
        steps: ['systemctl daemon-reload', 'start web.service'],
        repeats: 'daemon-reload is asked for each time',
        result: { changed: true },
      },
      {
        name: 'masks a running unit after stopping nothing',
        params: { name: 'web', masked: true },
        seen: { unit: running },
        steps: ['mask web.service'],
      },
      {
        name: 'cannot start what is not there',
        params: { name: 'web', state: 'started' },
        seen: { unit: missing },
        fail: 'Could not find the requested service web',
      },
      {
        name: 'has nothing to stop when the unit is not there',
        params: { name: 'web', state: 'stopped', enabled: false },
        seen: { unit: missing },
      },
      {
        name: 'in check mode sees the unit that an earlier template would have made',
        params: { name: 'web', state: 'started', enabled: true },
        seen: { unit: newUnit('web.service') },
        steps: ['enable web.service', 'start web.service'],
        context: { checkMode: true },
      },
      {
        name: 'writes a unit’s text and drop-ins before it starts the unit, and waits until it is active',
        params: { name: 'web', ...texts, state: 'started', enabled: true, wait_active: 9 },
        seen: {
          unit: missing,
          age: fresh,
          [unitFile]: none,
          [dropin]: none,
          [oldDropin]: seenContent('[Unit]\n'),
        },
        steps: [
          'make the directory /etc/systemd/system/web.service.d (0755)',
          'write /etc/systemd/system/web.service (0644, 33 bytes)',
          'write /etc/systemd/system/web.service.d/limits.conf (0644, 30 bytes)',
          'remove /etc/systemd/system/web.service.d/old.conf',
          'systemctl daemon-reload',
          'enable web.service',
          'start web.service',
          'wait up to 9 s until web.service is active',
        ],
        result: { changed: true, state: 'started', enabled: true, exec_changed: true },
      },
      {
        name: 'leaves texts that are right and a unit that is active, and tells its states',
        params: { name: 'web', ...texts, state: 'started', enabled: true, wait_active: 9 },
        seen: { unit: running, age: fresh, ...written },
        result: {
          ...{ changed: false, enabled: true, exec_changed: false },
          status: {
            ...{ Id: 'web.service', LoadState: 'loaded', UnitFileState: 'enabled' },
            ...{ ActiveState: 'active', SubState: 'running' },
          },
        },
      },
      {
        name: 'tells that a unit will run another program, however its lines are broken',
        params: { name: 'web', content: '[Service]\nExecStart=/bin/sleep \\\n  9 \\\n  8\n' },
        seen: {
          ...{ unit: running, age: fresh },
          [unitFile]: seenContent('[Service]\nExecStart=/bin/sleep \\\n  9 \\\n  7\n'),
        },
        steps: ['write /etc/systemd/system/web.service (0644, 43 bytes)', 'systemctl daemon-reload'],
        result: { changed: true, exec_changed: true },
      },
      {
        name: 'does not run a oneshot unit again that ran with its texts and remains',
        params: { name: 'web', ...texts, state: 'restarted' },
        seen: {
          ...{ age: fresh, ...written },
          unit: unitFrom('Id=web.service\nLoadState=loaded\nActiveState=active\nSubState=exited\n'),
        },
        result: { changed: false },
      },
      {
        name: 'waits for a unit that is still on its way up',
        params: { name: 'web', state: 'started', wait_active: 9 },
        seen: { unit: unitFrom('Id=web.service\nLoadState=loaded\nActiveState=activating\n') },
        steps: ['wait up to 9 s until web.service is active'],
        result: { changed: false },
      },
      {
        name: 'restarts a unit whose drop-in changes, and no other',
        params: { name: 'web', ...texts, state: 'restarted' },
        seen: { unit: running, age: fresh, ...written, [dropin]: seenContent('[Service]\n') },
        steps: [
          'make the directory /etc/systemd/system/web.service.d (0755)',
          'write /etc/systemd/system/web.service.d/limits.conf (0644, 30 bytes)',
          'systemctl daemon-reload',
          'restart web.service',
        ],
        result: { changed: true, exec_changed: false },
      },
      {
        name: 'does not restart a unit whose texts stand, once it runs with them',
        params: { name: 'web', ...texts, state: 'restarted' },
        seen: { unit: running, age: fresh, ...written },
        result: { changed: false },
      },
      {
        name: 'restarts a unit that a cut run left older than its texts (S1-36)',
        params: { name: 'web', ...texts, state: 'restarted' },
        seen: { unit: running, age: { needsRestart: true, needsReload: true }, ...written },
        steps: ['restart web.service'],
      },
      {
        name: 'starts a stopped unit that is to be restarted with its texts',
        params: { name: 'web', ...texts, state: 'restarted' },
        seen: { unit: stopped, age: fresh, ...written },
        steps: ['restart web.service'],
      },
      {
        name: 'keeps no texts of users’ units',
        params: { name: 'web', content: 'x', scope: 'user' },
        seen: { unit: missing, age: fresh, [unitFile]: none },
        fail: 'content and dropins are kept for units of the system only',
      },
      {
        name: 'needs a unit for a state',
        params: { state: 'started' },
        refused: ['systemd: state is given, so name is needed'],
      },
    ],
    test,
  );

  checkParser(
    unitKind,
    { unit: 'cron.service', scope: 'system' },
    [
      {
        name: 'reads a static unit as one that needs no enabling',
        output:
          'Id=systemd-journald.service\nLoadState=loaded\nActiveState=active\nNeedDaemonReload=yes\nIsEnabled=static\n',
        seen: {
          properties: {
            Id: 'systemd-journald.service',
            LoadState: 'loaded',
            ActiveState: 'active',
            NeedDaemonReload: 'yes',
            UnitFileState: 'static',
          },
          exists: true,
          active: true,
          masked: false,
          enabled: true,
          needsReload: true,
        },
      },
      {
        name: 'a running unit whose file was gone for a while waits for systemd to read it anew',
        output: 'LoadState=error\nActiveState=active\nNeedDaemonReload=no\nIsEnabled=enabled\n',
        seen: {
          properties: {
            LoadState: 'error',
            ActiveState: 'active',
            NeedDaemonReload: 'no',
            UnitFileState: 'enabled',
          },
          exists: true,
          active: true,
          masked: false,
          enabled: true,
          needsReload: true,
        },
      },
      {
        name: 'reads a host without systemd as a failure',
        output: '',
        rc: 127,
        seen: { failed: 'systemctl is not there: this host does not run systemd' } as never,
      },
    ],
    test,
  );
});
