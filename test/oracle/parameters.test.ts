// Every parameter that the documentation of a module gives is taken by ours, or stands in the table of omissions with
// its reason; so does every module of ansible-core.
import * as assert from 'uvu/assert';
import { engineActions } from '../../engine/playbook/engine_actions.ts';
import { engineModules } from '../../engine/run/engine_actions.ts';
import { modules } from '../../modules/registry.ts';
import { describe } from '../support/suite.ts';
import { parameterDifferences, type DocumentedModule } from './parameter_differences.ts';
import { modulesOmitted, omissions } from './parameter_omissions.ts';
import { askOracle, collectionsMissing } from './venv.ts';

const compared = /^(ansible\.builtin|ansible\.posix|community\.general)\./;
const own = [...modules, ...engineModules()].flatMap((module) =>
  (module.fullNames ?? []).filter((name) => compared.test(name)).map((name) => ({ name, module })),
);

function ask(names: readonly string[]): Readonly<Record<string, DocumentedModule | null>> {
  return askOracle('parameters_oracle.py', { modules: names }) as Record<string, DocumentedModule | null>;
}

describe(
  'parameters of modules beside their documentation',
  ({ test, setup }) => {
    let found: { readonly module: string; readonly difference: string }[] = [];
    let builtin: readonly string[] = [];
    setup(() => {
      const theirs = ask(own.map(({ name }) => name));
      builtin = Object.keys(ask([]));
      const nowhere = own.filter(({ name }) => theirs[name] === null).map(({ name }) => name);
      assert.equal(nowhere, []);
      found = own.flatMap(({ name, module }) =>
        parameterDifferences(module, theirs[name] ?? {}).map((difference) => ({
          module: module.name,
          difference,
        })),
      );
    });

    test('every difference stands in the table of omissions', () => {
      const unexplained = found.filter(
        ({ module, difference }) =>
          omissions[module]?.[difference] === undefined && omissions['*']?.[difference] === undefined,
      );
      assert.equal(
        unexplained.map(({ module, difference }) => `${module}: ${difference}`),
        [],
      );
    });

    test('every line of the table still holds', () => {
      const lines = Object.entries(omissions).flatMap(([module, differences]) =>
        Object.keys(differences).map((difference) => ({ module, difference })),
      );
      const stale = lines.filter(
        (line) =>
          !found.some(
            ({ module, difference }) =>
              (line.module === '*' || line.module === module) && line.difference === difference,
          ),
      );
      assert.equal(
        stale.map(({ module, difference }) => `${module}: ${difference}`),
        [],
      );
    });

    test('every module of ansible-core is one of ours, an action of the engine, or omitted for a reason', () => {
      const ours = new Set([
        ...own.map(({ name }) => name.split('.').at(-1)),
        ...engineActions.keys(),
        'import_playbook',
      ]);
      const absent = builtin.map((name) => name.split('.')[2] ?? '').filter((name) => !ours.has(name));
      assert.equal(absent.sort(), Object.keys(modulesOmitted).sort());
    });
  },
  { unless: collectionsMissing() },
);
