// How crypt(3) writes the bytes of a digest: six bits to a character, lowest first.

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `order` names the places of bytes, three to a group, the last group shorter. */
export function cryptText(digest: Buffer, order: readonly (readonly number[])[]): string {
  let out = '';
  for (const group of order) {
    let bits = 0;
    for (const place of group) bits = (bits << 8) | (digest[place] ?? 0);
    for (let count = group.length + 1; count > 0; count -= 1) {
      out += alphabet[bits & 0x3f] ?? '';
      bits >>= 6;
    }
  }
  return out;
}
