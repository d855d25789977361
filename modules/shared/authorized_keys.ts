// Lines of an authorized_keys file (sshd(8)): options, type, key, comment.
export interface Key {
  readonly options: string;
  readonly type: string;
  readonly key: string;
  readonly comment: string;
}

const types =
  /^(ssh-(rsa|dss|ed25519|ed448)|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com|ssh-rsa-cert-v01@openssh\.com)$/;

/** Words of a line; spaces between double quotes are part of a word. */
function wordsOf(line: string): string[] {
  return line.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? [];
}

export function parseKey(line: string): Key | undefined {
  const words = wordsOf(line.trim());
  const at = words.findIndex((word) => types.test(word));
  const key = words[at + 1];
  if (at < 0 || at > 1 || key === undefined || line.trim().startsWith('#')) return undefined;
  return {
    options: words.slice(0, at).join(''),
    type: words[at] ?? '',
    key,
    comment: words.slice(at + 2).join(' '),
  };
}

export function keyLine({ options, type, key, comment }: Key): string {
  return [options, type, key, comment].filter((word) => word !== '').join(' ');
}

export interface KeyWish {
  readonly keys: readonly Key[];
  readonly state: 'present' | 'absent';
  /** All other keys go. */
  readonly exclusive: boolean;
}

/** The text with the wish: a key that is there is rewritten in its place, others stay as they are. */
export function editKeys(text: string, { keys, state, exclusive }: KeyWish): string {
  const wanted = new Map(keys.map((key) => [key.key, key]));
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const seen = new Set<string>();
  const kept = lines.flatMap((line) => {
    const found = parseKey(line);
    if (!found) return exclusive && line.trim() === '' ? [] : [line];
    const wish = wanted.get(found.key);
    if (!wish) return exclusive ? [] : [line];
    if (state === 'absent' || seen.has(found.key)) return [];
    seen.add(found.key);
    const isSame =
      found.options === wish.options && found.type === wish.type && found.comment === wish.comment;
    return [isSame ? line : keyLine(wish)];
  });
  const added =
    state === 'absent' ? [] : [...wanted.values()].filter(({ key }) => !seen.has(key)).map(keyLine);
  const after = [...kept, ...added];
  return after.length === 0 ? '' : `${after.join('\n')}\n`;
}
