import * as assert from 'uvu/assert';
import { runProgram, type Finished } from '../../../lab/run_program.ts';
import { topologyOf, useLab, whyNoLab, type TestLab } from '../../support/lab.ts';
import { describe } from '../../support/suite.ts';

const hosts = topologyOf({ hosts: { 'gnu-1': null, 'busybox-1': { userland: 'busybox' } } });

describe(
  'the users and packages of a lab host',
  ({ test, setup, teardown }) => {
    let lab: TestLab;
    setup(async () => {
      lab = await useLab(hosts);
    });
    teardown(() => lab.release());

    const run = (target: string, command: string, input = ''): Promise<Finished> =>
      runProgram(['ssh', '-F', lab.sshConfigFile, target, command], { input });
    const password = (user: string): string => `${lab.passwords[user] ?? ''}\n`;

    for (const host of ['gnu-1', 'busybox-1']) {
      test(`operator becomes root by sudo with the right password only, on ${host}`, async () => {
        assert.is((await run(`operator@${host}`, 'sudo -n id -u')).code, 1);
        assert.is((await run(`operator@${host}`, 'sudo -S -p "" id -u', password('operator'))).stdout, '0\n');
        assert.is((await run(`operator@${host}`, 'sudo -k; sudo -S -p "" id -u', password('root'))).code, 1);
      });

      test(`deploy becomes root by sudo and doas without a password, on ${host}`, async () => {
        assert.is((await run(`deploy@${host}`, 'sudo -n id -u; doas -n id -u')).stdout, '0\n0\n');
      });

      test(`console may use sudo on a terminal only, on ${host}`, async () => {
        const without = await run(`console@${host}`, 'sudo -S -p "" id -u', password('console'));
        assert.match(without.stderr, 'you must have a tty');
        const argv = ['ssh', '-tt', '-F', lab.sshConfigFile, `console@${host}`, 'sudo -S -p "" id -u'];
        const { stdout } = await runProgram(argv, { input: password('console') });
        assert.match(stdout, /^0\r?$/m);
      });

      test(`guest becomes root by su with the password of root, on ${host}`, async () => {
        assert.is.not((await run(`guest@${host}`, 'sudo -n id -u')).code, 0);
        const { stdout } = await run(`guest@${host}`, 'su -c "id -u"', password('root'));
        assert.match(stdout, /^(Password: \n)?0\n$/); // busybox prompts on standard output
      });
    }

    test('the profile of noisy writes to both outputs of a command', async () => {
      const said = await run('noisy@gnu-1', 'true');
      assert.match(said.stdout, 'noise on standard output');
      assert.match(said.stderr, 'noise on standard error');
    });

    test('packages come in two versions, with a dependency, a configuration file and a service', async () => {
      const commands = [
        'apt-get -qq update',
        'apt-get -qq install lab-hello=1.0 && lab-hello',
        'apt-get -qq install lab-hello && lab-hello && cat /usr/share/lab-hello/data',
        'apt-get -qq install lab-settings=1.0 && cat /etc/lab-settings.conf',
        'apt-get -qq install lab-service && systemctl start lab-service && systemctl is-active lab-service',
        'apt-get -qq purge lab-settings && ls /etc/lab-settings.conf 2>/dev/null || echo purged',
      ];
      const { stdout } = await run('gnu-1', commands.map((command) => `${command} 2>/dev/null`).join('\n'));
      for (const line of ['lab-hello 1.0', 'lab-hello 1.1', 'hello', 'version=1.0', 'active', 'purged']) {
        assert.match(stdout, line);
      }
    });

    test('sshd takes a crowd: 60 connections at once to one host, none refused', async () => {
      const [host] = lab.hosts;
      const one = [
        'ssh',
        '-F',
        lab.sshConfigFile,
        '-o',
        'ConnectionAttempts=1',
        host?.name ?? '',
        'echo here',
      ];
      const answers = await Promise.all(Array.from({ length: 60 }, () => runProgram(one)));
      assert.is(answers.filter(({ stdout }) => stdout === 'here\n').length, 60);
    });
  },
  { unless: await whyNoLab() },
);
