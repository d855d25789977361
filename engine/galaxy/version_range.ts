// Versions of collections and ranges of them: `1.2.3`, `>=1.0.0,<2.0.0`, `*`.

type Compare = (sign: number) => boolean;

const signs: Readonly<Record<string, Compare>> = {
  '': (sign) => sign === 0,
  '=': (sign) => sign === 0,
  '==': (sign) => sign === 0,
  '!=': (sign) => sign !== 0,
  '>': (sign) => sign > 0,
  '>=': (sign) => sign >= 0,
  '<': (sign) => sign < 0,
  '<=': (sign) => sign <= 0,
};

function compareParts(a: string, b: string): number {
  const [first, second] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (first && second) return Math.sign(Number(a) - Number(b));
  if (first !== second) return first ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By semantic versioning: a pre-release comes before its release, and what follows a plus does not count. */
export function compareVersions(a: string, b: string): number {
  const split = (version: string): readonly [string[], string[]] => {
    const [core = '', ...pre] = version.replace(/^v/, '').replace(/\+.*$/, '').split('-');
    return [core.split('.'), pre.length === 0 ? [] : pre.join('-').split('.')];
  };
  const [[coreA, preA], [coreB, preB]] = [split(a), split(b)];
  for (let at = 0; at < Math.max(coreA.length, coreB.length); at += 1) {
    const sign = compareParts(coreA[at] ?? '0', coreB[at] ?? '0');
    if (sign !== 0) return sign;
  }
  if (preA.length === 0 || preB.length === 0)
    return preB.length - preA.length > 0 ? 1 : preA.length > 0 ? -1 : 0;
  for (let at = 0; at < Math.max(preA.length, preB.length); at += 1) {
    const [first, second] = [preA[at], preB[at]];
    if (first === undefined || second === undefined) return first === undefined ? -1 : 1;
    const sign = compareParts(first, second);
    if (sign !== 0) return sign;
  }
  return 0;
}

/** Undefined when the range cannot be read. */
export function meetsRange(version: string, range: string): boolean | undefined {
  const parts = range.split(',').map((part) => /^\s*([<>=!]*)\s*([\w*][\w.+*-]*)\s*$/.exec(part));
  let meets = true;
  for (const part of parts) {
    const compare = signs[part?.[1] ?? '?'];
    const wanted = part?.[2];
    if (!compare || wanted === undefined) return undefined;
    if (wanted !== '*' && !compare(compareVersions(version, wanted))) meets = false;
  }
  return meets;
}
