// Decimal digits of binary numbers, rounded as Python and C do: the exact value, a tie to the even digit. JavaScript's
// toFixed and toExponential round a tie away from zero.

const view = new DataView(new ArrayBuffer(8));

/** A finite number as `mantissa * 2 ** exponent`, exactly; the sign is dropped. */
function parts(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> 52n);
  const mantissa = bits & 0xfffffffffffffn;
  return exponent === 0
    ? { mantissa, exponent: -1074 }
    : { mantissa: mantissa | 0x10000000000000n, exponent: exponent - 1075 };
}

/** `|value| * 10 ** power` as a whole number, a tie to even. */
export function scaledToWhole(value: number, power: number): bigint {
  const { mantissa, exponent } = parts(value);
  let [above, below] = [mantissa, 1n];
  if (power >= 0) above *= 10n ** BigInt(power);
  else below *= 10n ** BigInt(-power);
  if (exponent >= 0) above <<= BigInt(exponent);
  else below <<= BigInt(-exponent);
  const whole = above / below;
  const doubled = (above - whole * below) * 2n;
  return doubled > below || (doubled === below && whole % 2n === 1n) ? whole + 1n : whole;
}

/** The digits of `|value|` with this many decimals. */
export function fixedDigits(value: number, decimals: number): string {
  const digits = String(scaledToWhole(value, decimals)).padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** `|value|` as one digit, `decimals` more, and the power of ten. */
export function exponentDigits(
  value: number,
  decimals: number,
): { readonly digits: string; readonly exponent: number } {
  if (value === 0) return { digits: '0'.repeat(decimals + 1), exponent: 0 };
  // Near a power of ten the shortest form may have the exponent of the neighbour.
  const about = Number(Math.abs(value).toExponential().split('e')[1]);
  for (const exponent of [about - 1, about, about + 1]) {
    const digits = String(scaledToWhole(value, decimals - exponent));
    if (digits.length === decimals + 1) return { digits, exponent };
  }
  throw new Error(`${value} has no exponent near ${about}`);
}
