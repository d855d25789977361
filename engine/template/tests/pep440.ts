// Python's own version scheme (PEP 440): epoch, release, pre, post and development releases, local parts.
import { fail } from '../failure.ts';

const pattern =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/i;

interface Version {
  readonly epoch: number;
  readonly release: readonly number[];
  /** Order of what follows the release: stage and number of a pre-release, post, dev. */
  readonly suffix: readonly number[];
  readonly local: string;
}

const stages = new Map([
  ['a', 0],
  ['alpha', 0],
  ['b', 1],
  ['beta', 1],
]);

function parse(source: string): Version {
  const match: readonly (string | undefined)[] =
    pattern.exec(source.trim()) ?? fail(`invalid version '${source}'`);
  const [, epoch, release = '', pre, preNumber, post1, post2, dev, devNumber, local] = match;
  const hasPost = post1 !== undefined || post2 !== undefined;
  let stage = pre === undefined ? 3 : (stages.get(pre.toLowerCase()) ?? 2);
  // A development release of the release itself comes before its alphas.
  if (pre === undefined && !hasPost && dev !== undefined) stage = -1;
  return {
    epoch: Number(epoch ?? 0),
    release: release.split('.').map(Number),
    suffix: [
      stage,
      Number(preNumber ?? 0),
      hasPost ? Number(post1 ?? post2) : -1,
      dev === undefined ? Infinity : Number(devNumber ?? 0),
    ],
    local: (local ?? '').toLowerCase(),
  };
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const [left, right] = [a[index] ?? 0, b[index] ?? 0];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

export function comparePep440(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  return (
    left.epoch - right.epoch ||
    compareLists(left.release, right.release) ||
    compareLists(left.suffix, right.suffix) ||
    (left.local === right.local ? 0 : left.local < right.local ? -1 : 1)
  );
}
