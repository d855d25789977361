// Vault text made by us opens in ansible-core, and the other way round.
import * as assert from 'uvu/assert';
import { decryptVault, encryptVault } from '../../engine/document/vault.ts';
import { describe } from '../support/suite.ts';
import { askOracle, oracleMissing } from './venv.ts';

describe(
  'oracle/vault',
  ({ test }) => {
    test('both formats open on either side', () => {
      const password = Buffer.from('pass word é');
      for (const plain of ['', 'x', 'sixteen bytes!!!', `größer\n${'y'.repeat(5000)}\n`]) {
        const texts = [
          encryptVault(Buffer.from(plain), { id: 'default', password }),
          encryptVault(Buffer.from(plain), { id: 'dev', password }),
        ];
        const answer = askOracle('vault_oracle.py', { password: 'pass word é', id: 'dev', plain, texts }) as {
          plain11: string;
          plain12: string;
          opened: string[];
        };
        assert.equal(answer.opened, [plain, plain]);
        for (const text of [answer.plain11, answer.plain12]) {
          const opened = decryptVault(Buffer.from(text), [{ id: 'dev', password }]);
          assert.is(opened.ok ? Buffer.from(opened.value).toString() : opened.problem.summary, plain);
        }
      }
    });
  },
  { unless: oracleMissing() },
);
