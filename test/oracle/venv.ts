// The oracle: a Python environment with ansible-core, PyYAML and Jinja2 at pinned versions, kept in the cache folder
// and made when missing. ansible-core 2.18 is the last line whose templating works as most content in use expects;
// 2.19 changed it (marks on every value, broken conditionals refused), which docs/compatibility.md tells.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildVenv, cacheFolder, run } from '../support/python_venv.ts';

const packages = [
  'ansible-core==2.18.19',
  'PyYAML==6.0.3',
  'Jinja2==3.1.6',
  'jmespath==1.0.1',
  'netaddr==1.3.0',
  'passlib==1.7.4',
];
const edition = 'ansible-core-2.18.19-with-filters';

let cannotRun: string | undefined | false = false;

/** Why the oracle cannot be asked here; undefined when it can. Makes the environment on first use. */
export function oracleMissing(): string | undefined {
  if (cannotRun === false) {
    const place = path.join(cacheFolder, edition);
    cannotRun = existsSync(place) ? undefined : buildVenv(place, packages);
  }
  return cannotRun;
}

/** The collections of the same line of Ansible (ansible 11 stands on ansible-core 2.18). */
const collections = { edition: 'ansible-collections-11.13.0-with-utils', package: 'ansible==11.13.0' };
/** Five are kept whole, of the others the roles, and modules that roles call by short names. */
const keptCollections = [
  'ansible/posix/*',
  'ansible/utils/*',
  'ansible/netcommon/*',
  'community/general/*',
  'amazon/aws/*',
  '*/*/roles/*',
  'netapp_eseries/santricity/plugins/modules/*',
  'telekom_mms/icinga_director/plugins/modules/*',
].map((name) => `ansible_collections/${name}`);

/** Unpacks these out of the package that brings a hundred, and keeps nothing else of it. */
function buildCollections(place: string): string | undefined {
  const unfinished = mkdtempSync(path.join(path.dirname(place), 'unfinished-'));
  const python = oraclePython();
  const download = ['download', '--quiet', '--disable-pip-version-check', '--no-deps', '--dest', unfinished];
  const unpack = [
    'import fnmatch, glob, sys, zipfile',
    'folder, *kept = sys.argv[1:]',
    'archive = zipfile.ZipFile(glob.glob(folder + "/*.whl")[0])',
    'names = [name for name in archive.namelist() if any(fnmatch.fnmatch(name, one) for one in kept)]',
    'archive.extractall(folder + "/kept", names)',
  ].join('\n');
  const failed =
    run(python, ['-m', 'pip', ...download, collections.package]) ??
    run(python, ['-c', unpack, unfinished, ...keptCollections]);
  if (failed === undefined && !existsSync(place)) renameSync(path.join(unfinished, 'kept'), place);
  rmSync(unfinished, { recursive: true, force: true });
  return failed;
}

export const collectionsFolder = path.join(cacheFolder, collections.edition);
let noCollections: string | undefined | false = false;

/** Why ansible.posix, community.general and amazon.aws cannot be asked here. Fetches them on first use. */
export function collectionsMissing(): string | undefined {
  if (noCollections === false)
    noCollections =
      oracleMissing() ?? (existsSync(collectionsFolder) ? undefined : buildCollections(collectionsFolder));
  return noCollections;
}

/** What the collection amazon.aws speaks to AWS by; the same that moto brings. */
const boto = { edition: 'boto3-1.44.8', package: 'boto3==1.44.8' };
export const botoFolder = path.join(cacheFolder, boto.edition);

function buildBoto(place: string): string | undefined {
  const unfinished = mkdtempSync(path.join(path.dirname(place), 'unfinished-'));
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', unfinished];
  const failed = run(oraclePython(), [...install, boto.package]);
  if (failed === undefined && !existsSync(place)) renameSync(unfinished, place);
  else rmSync(unfinished, { recursive: true, force: true });
  return failed;
}

let noAmazon: string | undefined | false = false;

/** Why amazon.aws cannot be run here. Fetches what it needs on first use. */
export function amazonMissing(): string | undefined {
  if (noAmazon === false)
    noAmazon = collectionsMissing() ?? (existsSync(botoFolder) ? undefined : buildBoto(botoFolder));
  return noAmazon;
}

/** The environment's own interpreter. */
export function oraclePython(): string {
  return path.join(cacheFolder, edition, 'bin', 'python');
}

/** The words that start a command of the oracle: `playbook`, `inventory`. Its scripts name the folder they were made in. */
export function oracleCommand(name: string): readonly [string, ...string[]] {
  return [oraclePython(), '-m', 'ansible', name];
}

/** Runs a Python script of this folder with JSON on its stdin and gives the JSON of its stdout. */
export function askOracle(script: string, question: unknown): unknown {
  const missing = oracleMissing();
  if (missing !== undefined) throw new Error(missing);
  const { status, stdout, stderr } = spawnSync(oraclePython(), [path.join(import.meta.dirname, script)], {
    input: JSON.stringify(question),
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    env: {
      ...process.env,
      LC_ALL: 'C.UTF-8',
      PYTHONDONTWRITEBYTECODE: '1',
      ANSIBLE_LOCAL_TEMP: '/tmp',
      ANSIBLE_COLLECTIONS_PATH: collectionsFolder,
    },
  });
  if (status !== 0) throw new Error(`${script} failed: ${stderr.trim().split('\n').slice(-5).join('\n')}`);
  return JSON.parse(stdout) as unknown;
}
