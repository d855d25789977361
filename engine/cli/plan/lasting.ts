// What of a step's arguments and of answers a plan is held to: not what is true of the moment only. What users name
// themselves, as the keys of a ConfigMap or of tags, is held to whatever its name is.
import { withoutNames } from '../../module/without_names.ts';

/**
 * True of the moment only: times, numbers that a system counts up, what a daemon reports of itself; `pictured`, what a
 * step is given for its picture in check mode; and `applied` and the like, what a dry run makes of an object (nothing at
 * all while its namespace is only to be made).
 */
const fleeting = new Set([
  'mtime',
  'atime',
  'ctime',
  'inode',
  'device',
  'links',
  'seconds',
  'properties',
  'status',
  'pictured',
  'applied',
  'lacksNamespace',
  'unchecked',
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

const ownWords =
  (ofObject: (object: KubernetesObject) => object) =>
  (name: string | undefined, value: object): unknown => {
    if (name !== undefined && usersWords.has(name)) return value;
    return isKubernetesObject(value) ? ofObject(value) : undefined;
  };

export function lasting(plain: unknown): unknown {
  return withoutNames(plain, fleeting, { asItIs: ownWords(lastingObject) });
}

/** What an API adds to an object that an earlier step makes (ids, addresses, defaults) is for the run to tell. */
function nameOfObject({ apiVersion, kind, metadata }: KubernetesObject): object {
  const { name, namespace } = metadata as { readonly name?: string; readonly namespace?: string };
  return { apiVersion, kind, name, namespace };
}

/** Lists of named things come in the host's order, which no step tells. */
export function ofPicture(plain: unknown): unknown {
  return withoutNames(plain, pictureless, {
    ordered: (list) => list.map((one) => JSON.stringify(one)).sort(),
    asItIs: ownWords(nameOfObject),
  });
}
