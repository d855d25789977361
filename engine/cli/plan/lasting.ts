// What of a step's arguments and of answers a plan is held to: not what is true of the moment only. What users name
// themselves, as the keys of a ConfigMap or of tags, is held to whatever its name is.
import { withoutNames } from '../../module/without_names.ts';

/**
 * True of the moment only: times, numbers that a system counts up, what a daemon reports of itself; and `pictured`, what
 * a step is given for its picture in check mode.
 */
const fleeting = new Set([
  ...['mtime', 'atime', 'ctime', 'inode', 'device', 'links', 'seconds', 'properties', 'status', 'pictured'],
]);

/** What a Kubernetes API writes into the metadata of an object by itself. */
const fleetingOfObjects = new Set(['resourceVersion', 'managedFields', 'generation', 'creationTimestamp']);

/**
 * What a picture may tell otherwise than the host will: its own settings, what only programs write, and what is in an
 * archive that an earlier step brings.
 */
const pictureless = new Set([
  'next',
  'options',
  'aging',
  'groupNumbers',
  'differences',
  'files',
  'isGzip',
  'isBare',
]);

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: object;
}

function isKubernetesObject(plain: object): plain is KubernetesObject {
  const { apiVersion, kind, metadata } = plain as Partial<KubernetesObject>;
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata === 'object';
}

function lastingObject(object: KubernetesObject): object {
  const metadata = Object.entries(object.metadata).filter(([name]) => !fleetingOfObjects.has(name));
  const fields = Object.entries(object).filter(([name]) => name !== 'status');
  return { ...Object.fromEntries(fields), metadata: Object.fromEntries(metadata) };
}

/** The names in them are a user's own. */
const usersWords = new Set(['tags', 'patch']);

function ownWords(name: string | undefined, value: object): unknown {
  if (name !== undefined && usersWords.has(name)) return value;
  return isKubernetesObject(value) ? lastingObject(value) : undefined;
}

export function lasting(plain: unknown): unknown {
  return withoutNames(plain, fleeting, { asItIs: ownWords });
}

/** Lists of named things come in the host's order, which no step tells. */
export function ofPicture(plain: unknown): unknown {
  return withoutNames(plain, pictureless, {
    ordered: (list) => list.map((one) => JSON.stringify(one)).sort(),
    asItIs: ownWords,
  });
}
