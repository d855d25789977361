// Credentials that several clients share: found once, and again shortly before they expire.

interface Lasting {
  readonly expiration?: Date;
}

/** Milliseconds before the end at which new ones are asked for. */
const ahead = 5 * 60_000;

export function lastingCredentials<Args extends readonly unknown[], T extends Lasting>(
  find: (...args: Args) => Promise<T>,
): (...args: Args) => Promise<T> {
  let known: Promise<T> | undefined;
  const isOver = ({ expiration }: Lasting): boolean =>
    expiration !== undefined && expiration.getTime() - Date.now() < ahead;
  const ask = (args: Args): Promise<T> => {
    known = find(...args);
    return known;
  };
  return async (...args) => {
    if (known === undefined) return ask(args);
    const asked = known;
    const had = await asked.catch(() => undefined);
    if (had && !isOver(had)) return had;
    // Another caller may have asked meanwhile.
    return known === asked ? ask(args) : known;
  };
}
