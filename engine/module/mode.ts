// Modes of files: what a playbook writes, and what chmod would make of it.
import { bare, isInteger, type Value } from '../document/value.ts';

const wanted = { wanted: "a mode such as '0644', u=rw,g=r,o=r or preserve" };

/** Four octal digits, or the symbolic text as it is. Text of digits is octal; an integer is the mode itself. */
export function parseMode(value: Value): { readonly value: string } | { readonly wanted: string } {
  const inner = bare(value);
  if (isInteger(inner)) return inner >= 0 && inner <= 0o7777 ? { value: octal(Number(inner)) } : wanted;
  if (typeof inner !== 'string') return wanted;
  const text = inner.trim();
  if (/^(0o)?[0-7]{1,5}$/.test(text)) {
    const number = parseInt(text.replace('0o', ''), 8);
    return number <= 0o7777 ? { value: octal(number) } : wanted;
  }
  return text === 'preserve' ||
    text.split(',').every((clause) => /^[ugoa]*([=+-]([rwxXst]*|[ugo]))+$/.test(clause))
    ? { value: text }
    : wanted;
}

/** `0644` */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** As modules that change files tell it, with a zero in front of setuid, setgid and sticky: `0644`, `02775`. */
export function toldMode(mode: string): string {
  return mode.startsWith('0') ? mode : `0${mode}`;
}

export function isOctal(mode: string): boolean {
  return /^[0-7]+$/.test(mode);
}

interface Bits {
  readonly directory: boolean;
  /** The mode before. */
  readonly mode: number;
}

const shifts = { u: 6, g: 3, o: 0 } as const;
type Who = keyof typeof shifts;

function permissionBits(letters: string, who: readonly Who[], { mode, directory }: Bits): number {
  if (/^[ugo]$/.test(letters)) {
    const copied = (mode >> shifts[letters as Who]) & 7;
    return who.reduce((bits, one) => bits | (copied << shifts[one]), 0);
  }
  let each = 0;
  if (letters.includes('r')) each |= 4;
  if (letters.includes('w')) each |= 2;
  if (letters.includes('x') || (letters.includes('X') && (directory || (mode & 0o111) !== 0))) each |= 1;
  let bits = who.reduce((sum, one) => sum | (each << shifts[one]), 0);
  if (letters.includes('s')) bits |= (who.includes('u') ? 0o4000 : 0) | (who.includes('g') ? 0o2000 : 0);
  if (letters.includes('t')) bits |= 0o1000;
  return bits;
}

function clearedBy(who: readonly Who[]): number {
  return who.reduce((sum, one) => sum | (7 << shifts[one]), 0);
}

/** The mode that chmod would leave, as four octal digits. A clause without `ugoa` means all, as Ansible takes it. */
export function resolveMode(wish: string, current: string, directory: boolean): string {
  if (isOctal(wish)) return octal(parseInt(wish, 8));
  let mode = parseInt(current, 8);
  for (const clause of wish.split(',')) {
    const letters = /^[ugoa]*/.exec(clause)?.[0] ?? '';
    const who = (['u', 'g', 'o'] as const).filter(
      (one) => letters === '' || letters.includes('a') || letters.includes(one),
    );
    for (const [, operator, permissions = ''] of clause.matchAll(/([=+-])([rwxXst]*[ugo]?)/g)) {
      const bits = permissionBits(permissions, who, { mode, directory });
      if (operator === '+') mode |= bits;
      else if (operator === '-') mode &= ~bits;
      else mode = (mode & ~clearedBy(who)) | bits;
    }
  }
  return octal(mode);
}
