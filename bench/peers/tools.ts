// What is compared, each as fast as its settings make it.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { oracleCommand, oracleMissing, oraclePython } from '../../test/oracle/venv.ts';
import { template } from './cases.ts';

export interface Tool {
  readonly name: string;
  readonly what: string;
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const forks = 5;

/** Pipelining spares a file on the host for each task; ControlPersist spares a login for each; both are off or short by default. */
function ansibleSettings(folder: string, strategy: string): string {
  const file = path.join(folder, `ansible-${strategy === '' ? 'core' : 'mitogen'}.cfg`);
  writeFileSync(
    file,
    `[defaults]
forks = ${forks}
interpreter_python = /usr/bin/python3
deprecation_warnings = False
local_tmp = ${folder}/ansible
${strategy}
[ssh_connection]
pipelining = True
ssh_args = -o ControlMaster=auto -o ControlPersist=300s
`,
  );
  return file;
}

function mitogenStrategy(folder: string): string | undefined {
  const place = path.join(folder, 'mitogen');
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--target',
    place,
  ];
  const { status } = spawnSync(oraclePython(), [...pip, 'mitogen==0.3.54'], { encoding: 'utf8' });
  const plugins = path.join(place, 'ansible_mitogen', 'plugins', 'strategy');
  if (status !== 0 || !existsSync(plugins)) {
    console.log('mitogen cannot be had from pip here; it is left out');
    return undefined;
  }
  return `strategy_plugins = ${plugins}\nstrategy = mitogen_linear\n`;
}

export function tools(folder: string, inventory: string): readonly Tool[] {
  const missing = oracleMissing();
  if (missing !== undefined) throw new Error(`ansible-core cannot be had: ${missing}`);
  writeFileSync(path.join(folder, 'page.j2'), template);
  const command = path.resolve(import.meta.dirname, '../../bin/hardway.mjs');
  const ansible = [...oracleCommand('playbook'), '-i', inventory];
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  const strategy = mitogenStrategy(folder);
  return [
    {
      name: 'hardway',
      what: 'this repository, bundled',
      argv: [process.execPath, command, 'playbook', '-i', inventory, '-f', String(forks)],
      env: { ...env, ANSIBLE_CONFIG: '/dev/null' },
    },
    {
      name: 'ansible-core',
      what: 'ansible-core 2.18.19, pipelining, ControlPersist kept warm',
      argv: ansible,
      env: { ...env, ANSIBLE_CONFIG: ansibleSettings(folder, '') },
    },
    ...(strategy === undefined
      ? []
      : [
          {
            name: 'mitogen',
            what: 'the same with mitogen 0.3.54 (mitogen_linear)',
            argv: ansible,
            env: {
              ...env,
              ANSIBLE_CONFIG: ansibleSettings(folder, strategy),
              PYTHONPATH: path.join(folder, 'mitogen'),
            },
          },
        ]),
  ];
}
