// Loads and checks a playbook as the command does, for tests.
import type { Diagnostic } from '../../../../engine/document/diagnostic.ts';
import { Sources } from '../../../../engine/document/source.ts';
import { checkPlays } from '../../../../engine/playbook/check/check.ts';
import { loadPlaybook } from '../../../../engine/playbook/load.ts';
import { Loading, type LoadOptions } from '../../../../engine/playbook/loading.ts';
import type { Play } from '../../../../engine/playbook/model.ts';
import { catalog } from './catalog.ts';

export interface LoadedForTest {
  readonly plays: readonly Play[];
  readonly problems: readonly Diagnostic[];
  readonly loading: Loading;
}

/** Plays of a file and all problems of loading and of the static check. */
export function loadAndCheck(file: string, options: Partial<LoadOptions> = {}): LoadedForTest {
  const loading = new Loading({ sources: new Sources(), catalog, ...options });
  const plays = loadPlaybook(file, loading);
  checkPlays(plays, loading);
  return { plays, problems: loading.takeProblems(), loading };
}

export function errorsOf({ problems }: LoadedForTest): readonly Diagnostic[] {
  return problems.filter(({ severity }) => severity === 'error');
}
