// infra.yml as a user runs it, for tests.
import path from 'node:path';
import { runPlaybookCommand, type Ran } from '../support/hardway.ts';

export const playbooks = path.resolve(import.meta.dirname, '../../playbooks');

/** infra.yml with a shape. */
export const runInfra = (shape: string, folder: string, ...argv: readonly string[]): Promise<Ran> =>
  runPlaybookCommand(
    path.join(playbooks, 'infra.yml'),
    ...['-e', `@${path.join(playbooks, 'aws', `${shape}.yml`)}`, '-e', `infra_dir=${folder}`, ...argv],
  );
