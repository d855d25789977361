// infra.yml as a user runs it, for tests.
import path from 'node:path';
import { runPlaybookCommand, type Ran } from '../support/hardway.ts';

export const playbooks = path.resolve(import.meta.dirname, '../../playbooks');

/** Sets variables of the environment; gives back what undoes it. */
export function withEnvironment(environment: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  return () => {
    for (const [name, value] of before)
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
  };
}

/** infra.yml with a shape. */
export const runInfra = (shape: string, folder: string, ...argv: readonly string[]): Promise<Ran> =>
  runPlaybookCommand(
    path.join(playbooks, 'infra.yml'),
    ...['-e', `@${path.join(playbooks, 'aws', `${shape}.yml`)}`, '-e', `infra_dir=${folder}`, ...argv],
  );
