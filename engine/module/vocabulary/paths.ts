// Which file probes a file step may touch. Paths are compared as text, yet folders may be links to each other, so what
// may be stale is drawn wide, while a prediction is made only for the path itself.

// Nearly all paths are normal already, and check mode compares a great many.
const odd = /\/\/|(?:^|\/)\.(?:\/|$)|\/$|^$/;

/** The path without `.`, doubled and trailing slashes; `..` stays, as it may lead through a link. */
export function normalPath(path: string): string {
  if (!odd.test(path)) return path;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return (path.startsWith('/') ? '/' : '') + parts.join('/') || '/';
}

export function samePath(a: string, b: string): boolean {
  return normalPath(a) === normalPath(b);
}

export function baseName(path: string): string {
  const normal = normalPath(path);
  return normal.slice(normal.lastIndexOf('/') + 1);
}

export function directoryOf(path: string): string {
  const normal = normalPath(path);
  const at = normal.lastIndexOf('/');
  return at > 0 ? normal.slice(0, at) : at === 0 ? '/' : '.';
}

/** Whether `path` lies in the folder, or is it. */
export function isInside(path: string, folder: string): boolean {
  const [inner, outer] = [normalPath(path), normalPath(folder)];
  return inner === outer || outer === '/' || inner.startsWith(`${outer}/`);
}

export function joinPath(folder: string, name: string): string {
  return normalPath(`${folder}/${name}`);
}

/**
 * A step that makes or changes one file: it may be the file of a probe with the same last name (by another way through
 * links), of a probe that follows links, or lie in a folder that a probe lists.
 */
export function fileMayBe(
  step: string,
  probe: { readonly path: string; readonly follow?: boolean },
): boolean {
  return (
    probe.follow === true ||
    baseName(step) === baseName(probe.path) ||
    isInside(step, probe.path) ||
    isInside(probe.path, step)
  );
}
