// The strongest test of check mode's truth: each step of every module on a real host, with what the host answers before
// and after it. Every pair of a step kind and a probe kind that it touches must have been seen, or stand here with the
// reason why it cannot be.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { makeConnections } from '../../../engine/connection/connections.ts';
import type { Connections, Shell } from '../../../engine/connection/contract.ts';
import type { Dict } from '../../../engine/document/value.ts';
import { textContent } from '../../../engine/module/content.ts';
import type { Control } from '../../../engine/module/contract.ts';
import { toValue } from '../../../engine/module/data.ts';
import { targetOf } from '../../../engine/module/probe_identity.ts';
import { tryOnHost } from '../../../engine/module/try_on_host.ts';
import type { Asker } from '../../../engine/run/host_view.ts';
import { modules } from '../../../modules/registry.ts';
import { topologyOf, useLab, whyNoLab, type TestLab } from '../../support/lab.ts';
import { pictured } from '../../support/step_kinds.ts';
import { describe } from '../../support/suite.ts';
import { serveWeb } from '../modules/web_server.ts';
import { cases, type Case } from './cases.ts';
import { watchStep, type Watched } from './watch_step.ts';

const alone = topologyOf({ hosts: { pictured: { groups: ['plain'] } } });

/** Steps that these hosts cannot do, and where they are seen. */
const seenElsewhere: Readonly<Record<string, string>> = {
  'load kernel module': 'a container has no modules of its own',
  'switch swap off': 'a container has no swap of its own',
  'set debconf': 'the hosts have no Perl; test/modules has its cases',
  'select package': 'test/lab/modules',
  'apt act': 'test/lab/modules',
  'make ssh key': 'test/lab/modules',
  'git checkout': 'the hosts have no git; test/modules runs it on this machine',
  'change etcd membership': 'test/cluster',
  'wait for etcd': 'test/cluster',
  'defragment etcd': 'test/cluster',
  'save etcd snapshot': 'test/cluster',
  'restore etcd snapshot': 'test/cluster',
  'apply kubernetes object': 'test/cluster',
  'delete kubernetes object': 'test/cluster',
  'patch kubernetes object': 'test/cluster',
  'drain node': 'test/cluster',
};

/** Pairs of which the picture never tells anything certain, or that are the control machine's. */
const excused: readonly RegExp[] = [
  / -> control file$/, // a file of the control machine, when that is a host as well: test/engine/run/check_mode.test.ts
  / -> kept file$/, // asked by fetch alone, whose own step is seen: test/engine/run/check_mode_control.test.ts
  /^mount act -> mounts inside$/, // asked before a folder is removed: test/modules/host_settings.test.ts
  / -> archive state$/, // asked where an archive is unpacked; a file written elsewhere leaves it as it is
  /^(temporary file|package|apt lists) -> /,
  /^reload sysctl file -> sysctl$/, // a call that applies a file asks for no value: test/modules/host_settings.test.ts
  /^http to file -> (stat|content|listing)$/, // what comes cannot be told
  /^remove file -> unit$/, // hangs on whether systemd still knows the unit
  /^unpack -> unit age$/, // files keep the times that they have in the archive
  /^(download|copy on host) -> content$/,
  / -> (unit files|services)$/, // asked along by what is done to units, and of all services: test/lab/check_mode/plays.test.ts
  // A unit's own file is written, linked and removed here; other steps on files say nothing else of it.
  /^(?!write file|remove file|make link|unit|daemon reload|package|wait for unit).* -> unit$/,
];

const isExcused = (pair: string): boolean => excused.some((pattern) => pattern.test(pair));

const control: Control = {
  find: (_, name) => (existsSync(path.resolve(name)) ? path.resolve(name) : undefined),
  searchPath: () => [],
  content: (place) => Promise.resolve(textContent(readFileSync(place, 'utf8'))),
  render: () => Promise.resolve({ content: textContent('rendered\n') }),
  client: (_, open) => open(),
  signal: new AbortController().signal,
};

describe(
  'pictures of steps on a lab host',
  ({ test, setup, teardown }) => {
    let lab: TestLab;
    let connections: Connections;
    let shell: Shell;
    /** Of this machine. */
    let here: Shell;
    let server: Server;
    let web = '';
    let folder = '';
    setup(async () => {
      lab = await useLab(alone);
      connections = makeConnections();
      const [host] = lab.hosts;
      const opened = await connections.open({
        ...{
          kind: 'ssh',
          hostName: host?.name ?? '',
          address: host?.address ?? '',
          user: 'root',
          configFile: 'none',
        },
        ...{ privateKeyFile: lab.privateKeyFile, knownHostsFiles: [lab.knownHostsFile] },
        ...{ hostKeyChecking: 'strict', connectTimeoutSeconds: 20, retries: 0 },
      });
      if (!opened.ok) throw new Error(opened.failure.message);
      const got = await opened.value.shell();
      if (!got.ok) throw new Error(got.failure.message);
      shell = got.value;
      const own = await connections.open({
        ...{ kind: 'local', hostName: 'here', address: 'here', hostKeyChecking: 'off' },
        ...{ connectTimeoutSeconds: 20, retries: 0 },
      });
      const ours = own.ok ? await own.value.shell() : own;
      if (!ours.ok) throw new Error(ours.failure.message);
      here = ours.value;
      const served = await serveWeb((host?.address ?? '').replace(/\d+$/, '1'));
      ({ server, web } = served);
      folder = mkdtempSync(path.join(tmpdir(), 'hardway-pictures-'));
    });
    teardown(async () => {
      server.close();
      rmSync(folder, { recursive: true, force: true });
      await connections.closeAll();
      await lab.release();
    });

    async function tryCase(one: Case, watched: Watched): Promise<string[]> {
      if (one.before !== undefined) await shell.run([{ script: one.before }]);
      const module = modules.find(({ name }) => name === one.module);
      if (!module) throw new Error(`There is no module ${one.module}`);
      const asker: Asker = { shell, control, environment: {}, signal: control.signal, keepsPlaces: true };
      const told = JSON.stringify(one.params).replaceAll('WEB', web).replaceAll('HERE', folder);
      const trial = await tryOnHost(module, toValue(JSON.parse(told) as never) as Dict, shell, {
        control,
        // As check mode plans, which asks more than a run does; the steps are done all the same.
        context: { capabilities: shell.capabilities.names, checkMode: true },
        around: (step, seen, perform) =>
          // What a step does on the control machine is asked there.
          watchStep(
            { ...asker, shell: targetOf(step) === 'control' ? here : shell },
            step,
            { probes: [...seen.values()], also: one.also ?? [] },
            perform,
            watched,
          ),
      });
      if (trial.failed !== undefined) return [`${one.module} ${told} failed: ${trial.failed}`];
      return trial.steps.length === 0 ? [`${one.module} ${told} had nothing to do`] : [];
    }

    const watched: Watched = { told: new Set(), untrue: [], kinds: new Map() };

    test('what the picture makes of an answer is what the host answers after the step', async () => {
      const wrong: string[] = [];
      for (const one of cases) wrong.push(...(await tryCase(one, watched)));
      console.log(`${cases.length} calls, ${watched.told.size} pairs of a step and a question`);
      assert.equal([...wrong, ...watched.untrue], []);
    });

    test('every kind of step was seen with every kind of question that it touches, or it is said why not', () => {
      const pairs = [...watched.kinds].flatMap(([step, probes]) =>
        [...probes].map((probe) => `${step} -> ${probe}`),
      );
      assert.equal(
        pairs.filter((pair) => !watched.told.has(pair) && !isExcused(pair)),
        [],
      );
      const unseen = Object.keys(pictured).filter((name) => !watched.kinds.has(name));
      assert.equal(unseen.sort(), Object.keys(seenElsewhere).sort());
    });
  },
  { unless: await whyNoLab() },
);
