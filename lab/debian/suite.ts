// One Debian suite, usable on a machine of any other: a private apt configuration (own sources, lists, cache and an
// empty package database) in a directory of the caller, so the machine's own apt state is neither read nor written.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Outcome } from '../outcome.ts';
import { refused, succeeded } from '../outcome.ts';
import { tryProgram } from '../try_program.ts';
import { deriveSuite, readAptSources, renderSources } from './apt_sources.ts';

export interface DebianSuite {
  /** The suite's name, such as `bookworm`. */
  readonly name: string;
  /** The version that would be downloaded, with epoch and Debian revision. */
  readonly versionOf: (packageName: string) => Promise<Outcome<string>>;
  /** Downloads exactly these packages; gives the paths of the .deb files, in the order of their names. */
  readonly download: (packages: readonly string[], directory: string) => Promise<Outcome<string[]>>;
  /** The same with all that they depend on, as for an empty system, without recommended packages. */
  readonly downloadWithDependencies: (
    packages: readonly string[],
    directory: string,
  ) => Promise<Outcome<string[]>>;
}

export interface SuiteOptions {
  readonly suite: string;
  /** Must not be shared with another user at the same time; made when absent. About 100 MB. */
  readonly directory: string;
  readonly signal?: AbortSignal | undefined;
}

const remedy = 'the local source needs Debian or a system with apt and dpkg';

/** Reads the suite's package lists (network, a few seconds). */
export async function openSuite(options: SuiteOptions): Promise<Outcome<DebianSuite>> {
  const { suite, directory, signal } = options;
  const settings = await tryProgram(['apt-config', 'dump'], { signal, remedy });
  if (!settings.ok) return settings;
  const sources = deriveSuite(await readAptSources(), suite, process.env['HARDWAY_DEBIAN_MIRROR']);
  if (!sources.ok) return sources;
  for (const part of ['lists/partial', 'archives/partial'])
    await mkdir(path.join(directory, part), { recursive: true });
  const configuration = path.join(directory, 'apt.conf');
  await writeFile(path.join(directory, 'status'), '');
  await writeFile(path.join(directory, 'suite.sources'), renderSources(sources.value));
  await writeFile(configuration, renderConfiguration(directory, settings.value), { mode: 0o600 });

  const run = (program: string, ...args: string[]): Promise<Outcome<string>> =>
    tryProgram([program, ...args], {
      env: { APT_CONFIG: configuration, LC_ALL: 'C' },
      signal,
      remedy,
      cwd: directory,
    });
  const updated = await run('apt-get', '-q', '-o', 'APT::Update::Error-Mode=any', 'update');
  if (!updated.ok)
    return refused({ ...updated.problem, remedy: `the package lists of Debian ${suite} must be reachable` });
  return succeeded({
    name: suite,
    versionOf: async (name) => {
      const shown = await run('apt-cache', 'show', '--no-all-versions', name);
      if (!shown.ok) return shown;
      return succeeded(/^Version: (\S+)$/m.exec(shown.value)?.[1] ?? '');
    },
    download: (packages, into) =>
      downloadInto(into, () =>
        tryProgram(['apt-get', '-q', 'download', ...packages], {
          env: { APT_CONFIG: configuration, LC_ALL: 'C' },
          signal,
          remedy,
          cwd: into,
        }),
      ),
    downloadWithDependencies: (packages, into) =>
      downloadInto(into, () =>
        run(
          'apt-get',
          ...['-q', '-y', '--no-install-recommends', '--download-only'],
          ...['-o', `Dir::Cache::archives=${into}`, 'install', ...packages],
        ),
      ),
  });
}

/** Unpacks the files of a .deb below `directory`; no maintainer script is run. */
export async function unpackDeb(
  deb: string,
  directory: string,
  signal?: AbortSignal,
): Promise<Outcome<string>> {
  await mkdir(directory, { recursive: true });
  return tryProgram(['dpkg-deb', '--extract', deb, directory], { signal, remedy });
}

async function downloadInto(
  directory: string,
  download: () => Promise<Outcome<string>>,
): Promise<Outcome<string[]>> {
  await mkdir(path.join(directory, 'partial'), { recursive: true });
  const downloaded = await download();
  if (!downloaded.ok) return downloaded;
  const names = (await readdir(directory)).filter((name) => name.endsWith('.deb')).sort();
  return succeeded(names.map((name) => path.join(directory, name)));
}

/** How this machine reaches its archives (proxy, retries, date checks) is kept; its hooks and directories are not. */
export function renderConfiguration(directory: string, machine: string): string {
  const kept = machine
    .split('\n')
    .filter((line) =>
      /^(APT::Architecture|Acquire::(?!IndexTargets|Changelogs|Languages|CompressionTypes))/.test(line),
    );
  const setting = (name: string, value: string): string => `${name} "${value}";`;
  return [
    ...kept,
    setting('Dir::Etc::parts', '/dev/null'),
    setting('Dir::Etc::main', '/dev/null'),
    setting('Dir::Etc::sourcelist', path.join(directory, 'suite.sources')),
    setting('Dir::Etc::sourceparts', '/dev/null'),
    setting('Dir::Etc::preferences', '/dev/null'),
    setting('Dir::Etc::preferencesparts', '/dev/null'),
    setting('Dir::State', directory),
    setting('Dir::State::status', path.join(directory, 'status')),
    setting('Dir::Cache', directory),
    setting('APT::Sandbox::User', 'root'),
    setting('Acquire::Languages', 'none'),
    setting('Acquire::Retries', '3'),
    '',
  ].join('\n');
}
