// Plays that lead into what a picture is easily wrong about, by check and then for real: what is told is done, and only
// what stands here is unknown.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { parseYaml } from '../../../engine/document/yaml.ts';
import { toData } from '../../../engine/module/data.ts';
import { topologyOf, useLab, whyNoLab, type TestLab } from '../../support/lab.ts';
import type { Played } from '../../support/play_here.ts';
import { LabLane } from '../../support/random_plays/lab_lane.ts';
import type { RandomTask } from '../../support/random_plays/play_text.ts';
import { statuses, toldSoundly } from '../../support/random_plays/told.ts';
import { describe } from '../../support/suite.ts';

const alone = topologyOf({ hosts: { 'a-1': { groups: ['plain'] } } });

function tasksOf(name: string): readonly RandomTask[] {
  const file = path.join(import.meta.dirname, 'fixtures', `${name}.yml`);
  return toData(parseYaml(readFileSync(file, 'utf8'), file).documents[0] ?? null) as never;
}

/** A script that writes unit files, lines of them by name. */
function unitFiles(folder: string, units: Readonly<Record<string, string>>): string {
  const lines = Object.entries(units).map(
    ([name, text]) => `printf '${text}\\n' > ${folder}/rp-${name}.service`,
  );
  return `${lines.join('; ')}; systemctl daemon-reload`;
}

const sleeps = '[Service]\\nExecStart=/bin/sleep 1000';
const ends = '[Service]\\nType=oneshot\\nExecStart=/bin/true';
const relates = (relation: string, other: string, isBehind = true): string =>
  `[Unit]\\n${relation}=rp-${other}.service\\n${isBehind ? `After=rp-${other}.service\\n` : ''}${sleeps}`;

describe(
  'check mode of plays on a lab host',
  ({ test, setup, teardown }) => {
    let lab: TestLab;
    let lane: LabLane;
    let folder = '';
    setup(async () => {
      lab = await useLab(alone);
      folder = mkdtempSync(path.join(tmpdir(), 'hardway-plays-'));
      lane = new LabLane(lab, lab.hosts.slice(0, 1), path.join(folder, 'here'));
    });
    teardown(async () => {
      await lane.close();
      rmSync(folder, { recursive: true, force: true });
      await lab.release();
    });

    /** Names of the tasks that are unknown, after all others were told as they are done. */
    async function unknownIn(name: string, first = ''): Promise<readonly string[]> {
      const runs = await lane.bothRuns({ tasks: tasksOf(name), handlers: [], hosts: 'one' }, [first]);
      assert.is(runs.written, undefined);
      assert.is(toldSoundly(runs), undefined);
      const untrue = runs.check.said.filter((line) => !runs.real.said.includes(line));
      assert.equal(untrue, []);
      const failed = runs.real.recap.get('one')?.failed;
      assert.is(failed, 0);
      const told = [...statuses(runs.check.events)].filter(([, status]) => status === 'unknown');
      const texts = told.map(([key]) => key.replace('one: ', ''));
      return texts;
    }

    test('units move each other by what their files, drop-ins and links say', async () => {
      assert.equal(await unknownIn('units'), []);
    });

    test('a unit that ran on while its file was gone is read anew before it is restarted', async () => {
      const file = '/etc/systemd/system/rp-r.service';
      const first = `printf '[Service]\\nExecStart=/bin/sleep 1000\\n' > ${file}; systemctl start rp-r; rm ${file}; systemctl daemon-reload`;
      assert.equal(await unknownIn('returned', first), []);
    });

    test('units that are bound to, part of or need others which end by themselves', async () => {
      const stays = `${ends}\\nRemainAfterExit=yes`;
      const first = unitFiles('/etc/systemd/system', {
        ...{ o1: ends, o2: ends.replace('true', 'sleep 0.3'), o3: stays, u: relates('Upholds', 'h', false) },
        ...{
          b1: relates('BindsTo', 'o1'),
          b2: relates('BindsTo', 'o2', false),
          b3: relates('BindsTo', 'o3'),
        },
        ...{ c1: relates('Requires', 'b1'), q1: relates('Requires', 'o1'), h: sleeps },
        p3: `[Unit]\\nPartOf=rp-o3.service\\n${stays}`,
      });
      assert.equal(await unknownIn('bound', first), ['may be over', 'may be back']);
    });

    test('masked units, and what they are when the mask is gone', async () => {
      const wanted = `${sleeps}\\nExecReload=/bin/true\\n[Install]\\nWantedBy=multi-user.target`;
      const own = unitFiles('/usr/lib/systemd/system', { m1: wanted, m2: sleeps, m3: wanted });
      const others = unitFiles('/etc/systemd/system', {
        ...{ n1: relates('Requires', 'm1'), w1: relates('Wants', 'm1') },
      });
      const first = `${own}; ${others}; systemctl enable --now rp-m1; systemctl mask rp-m3`;
      assert.equal(await unknownIn('masked', first), []);
    });

    test('of units that something else may start, and of all services, nothing is told that is not known', async () => {
      assert.equal(await unknownIn('open_units'), ['its service', 'services', 'one of them']);
    });

    test('facts, databases and files of the kernel are told truly after changes, or not at all', async () => {
      assert.equal(await unknownIn('asked'), [
        ...['local fact', 'name in the network', 'mounts', 'passwd', 'of hosts'],
        ...['setting by its file', 'mounts by their file', 'told of mounts'],
      ]);
    });

    test('files below what is mounted are told, those below what was unmounted or is bound are not', async () => {
      const first = 'mkdir -p /srv/rp/m /srv/rp/d /srv/rp/b; touch /srv/rp/m/hidden /srv/rp/d/x';
      assert.equal(await unknownIn('mounts', first), [
        ...['seen again', 'in bound', 'its source', 'then in bound'],
        ...['mounted in doubt', 'told of mounts'],
      ]);
    });

    test('files of another user are of its group as it will be; a user that is not there yet is waited for', async () => {
      const users = 'groupadd rpg2; useradd -m rpu1; useradd -m -g rpg2 rpu2';
      assert.equal(await unknownIn('creators', users), ['file of the new one']);
    });

    test('a unit and a kernel setting are not presumed to go well where their failure is borne', async () => {
      const play = { tasks: tasksOf('borne'), handlers: [], hosts: 'one' };
      const { check, real } = await lane.bothRuns(play, ['']);
      const told = (events: Played['events']): string[] =>
        [...statuses(events)].map(([key, status]) => `${key.replace('one: ', '')} ${status}`);
      assert.equal(told(check.events), [
        ...['text changed', 'start changed', 'behind unknown', 'rescue unknown'],
        ...['ignored changed', 'by it unknown'],
      ]);
      assert.equal(told(real.events), [
        ...['text changed', 'start failed', 'rescue changed', 'ignored failed', 'by it changed'],
      ]);
    });
  },
  { unless: await whyNoLab() },
);
