// Variable files that only the run can name and that cannot be read: the host does nothing without them.
import * as assert from 'uvu/assert';
import { encryptVault } from '../../../engine/document/vault.ts';
import { describe } from '../../support/suite.ts';
import { play } from '../../support/play_here.ts';

const closed = encryptVault(Buffer.from('pw: theirs\n'), { id: 'default', password: Buffer.from('x') });

const playbook = `
- hosts: all
  gather_facts: false
  vars_files: [[nofile.yml, "secrets-{{ env }}.yml"]]
  tasks:
    - meta: noop
    - block:
        - {name: first, debug: {msg: "{{ pw | default('none') }}"}, ignore_errors: true}
      rescue:
        - {name: rescue, debug: {msg: rescued}}
    - {name: last, debug: {msg: last}}
`;

/** What each host says, and why `broken`, whose file this is, does not. */
async function endOf(text: string): Promise<{ said: readonly string[]; why: string; lost: string[] }> {
  const inventory = 'all: {hosts: {broken: {env: prod}, sound: {env: test}}}\n';
  const files = { 'secrets-prod.yml': text, 'secrets-test.yml': 'pw: ours\n' };
  const { said, lost, events } = await play(playbook, { inventory, files });
  const ended = events.find((event) => event.type === 'result' && event.host === 'broken');
  const problem = ended?.type === 'result' ? ended.result.problem : undefined;
  const { file = '', line = 0, column = 0 } = problem?.position ?? {};
  const why = `${problem?.code ?? ''} ${file.replace(/.*\//, '')}:${line}:${column}`;
  return { said, why, lost: [...lost].map((each) => each.join(' ')) };
}

describe('run/broken files', ({ test }) => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['that no password opens', closed, 'vault secrets-prod.yml:1:1'],
    ['that is no YAML', 'pw: [\n', 'yaml-syntax secrets-prod.yml:1:5'],
    ['that holds no dict', '- pw\n', 'wrong-type secrets-prod.yml:1:1'],
  ];
  for (const [what, text, why] of cases)
    test(`a file of vars_files ${what} fails the host with its place, and no other`, async () => {
      assert.equal(await endOf(text), { said: ['ours', 'last'], why, lost: ['broken failed'] });
    });
});
