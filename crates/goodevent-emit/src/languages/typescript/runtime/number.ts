/** Numbers by their digits: compared, divided and printed exactly, whatever their size. */

/** A number that a double is printed as needs at most so many digits; an integer of 64 bits has at most 20. */
const MAX_HELD_DIGITS = 20;

/** A number of more characters is not read. */
export const MAX_NUMBER_CHARS = 1_024;

/** The largest power of ten. */
const MAX_EXPONENT = 1n << 60n;

/** Divisors with more digits are not decided. */
const MAX_DIVISOR_DIGITS = 37;

/** `0.DIGITS` times ten to the power of `point`; zero has no digits. */
interface Decimal {
  readonly isNegative: boolean;
  readonly digits: string;
  readonly point: bigint;
}

/** The decimal of a JSON number; `undefined` if its exponent is out of range. */
export function decimal(text: string): Decimal | undefined {
  const isNegative = text.startsWith("-");
  const [mantissa = "", exponent = "0"] = text.slice(isNegative ? 1 : 0).split(/[eE]/);
  const [whole = "", fraction = ""] = mantissa.split(".");
  const all = whole + fraction;
  const digits = all.replace(/^0+/, "").replace(/0+$/, "");
  if (digits === "") {
    return { isNegative: false, digits, point: 0n };
  }
  const power = BigInt(exponent.replace(/^\+/, ""));
  if (power > MAX_EXPONENT || power < -MAX_EXPONENT) {
    return undefined;
  }
  const nLeading = all.length - all.replace(/^0+/, "").length;
  return { isNegative, digits, point: power + BigInt(whole.length - nLeading) };
}

/** A JSON number: its text, and the double that is nearest to it. */
export class Num {
  readonly text: string;
  readonly value: number;
  #decimal: Decimal | undefined;

  constructor(text: string) {
    this.text = text;
    this.value = Number(text);
  }

  get decimal(): Decimal {
    this.#decimal ??= decimal(this.text) ?? { isNegative: false, digits: "", point: 0n };
    return this.#decimal;
  }

  /** Whether it has no fraction. */
  get isInteger(): boolean {
    const { digits, point } = this.decimal;
    return BigInt(digits.length) <= point || digits === "";
  }

  /** Whether it is written in digits only, as draft 4 wants integers. */
  get isPlain(): boolean {
    return !/[.eE]/.test(this.text) && this.text !== "-0";
  }

  /** Whether it equals the value that a JavaScript number prints. */
  get isHeld(): boolean {
    if (Number.isSafeInteger(this.value) && this.text === String(this.value)) {
      return true;
    }
    return Number.isFinite(this.value) && compare(this, new Num(printed(this.value))) === 0;
  }

  /** The one text of the value. */
  toString(): string {
    // What 64 bits or a double hold is printed as they are, the rest in digits or with an exponent.
    if (this.isPlain && is64(this.text)) {
      return this.text;
    }
    const { digits } = this.decimal;
    if (digits.length <= MAX_HELD_DIGITS && this.isHeld) {
      return printed(this.value);
    }
    return exact(this.decimal);
  }
}

function is64(text: string): boolean {
  if (text.length <= 15) {
    return true;
  }
  const value = BigInt(text);
  return value >= -(1n << 63n) && value < 1n << 64n;
}

/** The text of a double: an integer of 64 bits in full, else the shortest one. */
export function printed(value: number): string {
  if (Object.is(value, -0)) {
    return "-0.0";
  }
  if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 64) {
    return BigInt(value).toString();
  }
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  const isNegative = mantissa.startsWith("-");
  const digits = mantissa.replace(/^-/, "").replace(".", "");
  const sign = isNegative ? "-" : "";
  const point = Number(exponent) + 1;
  if (0 < point && point <= 16) {
    return digits.length <= point
      ? `${sign}${digits}${"0".repeat(point - digits.length)}.0`
      : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  }
  if (-5 < point && point <= 0) {
    return `${sign}0.${"0".repeat(-point)}${digits}`;
  }
  const rest = digits.slice(1);
  return `${sign}${digits[0] ?? ""}${rest === "" ? "" : `.${rest}`}e${point > 0 ? "+" : ""}${point - 1}`;
}

function exact({ isNegative, digits, point }: Decimal): string {
  const sign = isNegative ? "-" : "";
  const nDigits = BigInt(digits.length);
  if (digits === "") {
    return "0";
  }
  if (nDigits <= point && point <= 40n) {
    return sign + digits + "0".repeat(Number(point - nDigits));
  }
  if (0n < point && point < nDigits) {
    return `${sign}${digits.slice(0, Number(point))}.${digits.slice(Number(point))}`;
  }
  if (-5n < point && point <= 0n) {
    return `${sign}0.${"0".repeat(Number(-point))}${digits}`;
  }
  const rest = digits.slice(1);
  return `${sign}${digits[0] ?? ""}${rest === "" ? "" : `.${rest}`}e${point - 1n}`;
}

/** Less than zero, zero or more, as `left` is less than, equal to or more than `right`. */
export function compare(left: Num, right: Num): number {
  if (isShort(left) && isShort(right)) {
    return left.value - right.value;
  }
  const [a, b] = [left.decimal, right.decimal];
  const sign = (own: Decimal): number => (own.digits === "" ? 0 : own.isNegative ? -1 : 1);
  if (sign(a) !== sign(b) || sign(a) === 0) {
    return sign(a) - sign(b);
  }
  const magnitude = a.point !== b.point ? (a.point < b.point ? -1 : 1) : order(a.digits, b.digits);
  return sign(a) * magnitude;
}

/** Whether the double is the number: integers up to 15 digits are. */
function isShort(own: Num): boolean {
  return own.text.length <= 15 && own.isPlain;
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Whether `left` divided by `divisor` is an integer. */
export function isMultipleOf(left: Num, divisor: Num): boolean {
  const [a, b] = [left.decimal, divisor.decimal];
  if (b.digits.length > MAX_DIVISOR_DIGITS) {
    return false;
  }
  if (a.digits === "" || b.digits === "") {
    return a.digits === "" && b.digits !== "";
  }
  // The last digits of both are not zero, so that the divisor's cannot be further left.
  const shift = a.point - BigInt(a.digits.length) - (b.point - BigInt(b.digits.length));
  if (shift < 0n) {
    return false;
  }
  const modulus = BigInt(b.digits);
  return ((BigInt(a.digits) % modulus) * power(10n, shift, modulus)) % modulus === 0n;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n % modulus, base % modulus];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) {
      result = (result * square) % modulus;
    }
    square = (square * square) % modulus;
  }
  return result;
}
