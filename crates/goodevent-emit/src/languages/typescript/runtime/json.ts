/** JSON that means the same to every parser: names occur once, strings are Unicode, numbers keep their digits. */

import { MAX_NUMBER_CHARS, Num, compare as compareNumbers, decimal } from "./number.js";

/** Any JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A JSON value that keeps the digits of its numbers. */
export type Value = null | boolean | string | Num | Value[] | Members;

/** The members of an object, in the order of the text. */
export class Members extends Map<string, Value> {
  #sorted: (readonly [string, Value])[] | undefined;

  /** The members in the order of their names. */
  get sorted(): readonly (readonly [string, Value])[] {
    this.#sorted ??= [...this].sort(([left], [right]) => orderOfTexts(left, right));
    return this.#sorted;
  }
}

/** The reason why a text is not JSON, and where. */
export class Fault extends Error {
  /** `at` is an index of the text. Lines and columns, in characters, count from 1. */
  constructor(text: string, at: number, reason: string) {
    const lines = text.slice(0, at).split("\n");
    const column = [...(lines[lines.length - 1] ?? "")].length + 1;
    super(`not JSON at line ${lines.length}, column ${column}: ${reason}`);
  }
}

/** Arrays and objects are nested at most so deep. */
export const MAX_DEPTH = 128;

const encoder = new TextEncoder();

/** The number of UTF-8 bytes of a text. */
export function nBytes(text: string): number {
  return encoder.encode(text).length;
}

/**
 * Reads a text.
 *
 * @throws {Fault} If it is not JSON, or is JSON that parsers interpret differently.
 */
export function parse(text: string): Value {
  return new Parser(text).document();
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Value {
    if (this.#text.startsWith("\ufeff")) {
      throw this.#fault("a byte order mark, which JSON does not allow");
    }
    const value = this.#value(1);
    this.#skipSpace();
    if (this.#at < this.#text.length) {
      throw this.#expected("the end of the text after the value");
    }
    return value;
  }

  #fault(reason: string, at = this.#at): Fault {
    return new Fault(this.#text, at, reason);
  }

  /** The fault of a text that has another character at `at` than `what`, with advice about a common mistake. */
  #expected(what: string, advice = "", at = this.#at): Fault {
    return this.#fault(`expected ${what}, found ${found(this.#text[at])}${advice && `: ${advice}`}`, at);
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #skipSpace(): void {
    while (" \n\r\t".includes(this.#peek()) && this.#peek() !== "") {
      this.#at += 1;
    }
  }

  #take(char: string): boolean {
    this.#skipSpace();
    const isNext = this.#peek() === char;
    this.#at += isNext ? 1 : 0;
    return isNext;
  }

  #value(depth: number): Value {
    this.#skipSpace();
    const char = this.#peek();
    if (depth > MAX_DEPTH && (char === "[" || char === "{")) {
      throw this.#fault("arrays and objects are nested deeper than 128 levels");
    }
    if (char === "{") {
      return this.#object(depth);
    }
    if (char === "[") {
      return this.#array(depth);
    }
    if (char === '"') {
      return this.#string();
    }
    if (char === "-" || (char >= "0" && char <= "9")) {
      return this.#number();
    }
    if (char !== "" && "ntf".includes(char)) {
      for (const [word, value] of [["null", null], ["true", true], ["false", false]] as const) {
        if (this.#text.startsWith(word, this.#at)) {
          this.#at += word.length;
          return value;
        }
      }
      throw this.#fault("expected `null`, `true` or `false`, found another word");
    }
    throw char === "/" ? this.#fault(COMMENT) : this.#expected("a value", NOT_A_VALUE[char]);
  }

  #number(): Num {
    const start = this.#at;
    const [text = ""] = /^-?\d*(?:\.\d*)?(?:[eE][+-]?\d*)?/.exec(this.#text.slice(start, start + MAX_NUMBER_CHARS + 1)) ?? [];
    const isNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text);
    if (!isNumber || text.length > MAX_NUMBER_CHARS || decimal(text) === undefined) {
      throw this.#notANumber(start);
    }
    this.#at += text.length;
    return new Num(text);
  }

  /** The fault of the number at `start`. */
  #notANumber(start: number): Fault {
    const digits = (at: number): number => /^\d*/.exec(this.#text.slice(at))?.[0].length ?? 0;
    let at = start + (this.#text[start] === "-" ? 1 : 0);
    const nWhole = digits(at);
    if (nWhole > 1 && this.#text[at] === "0") {
      return this.#fault("a number with a leading zero", start);
    }
    at += nWhole;
    if (nWhole === 0) {
      return this.#expected("a digit after `-`", this.#text[at] === "I" ? NO_NAN : "", at);
    }
    if (this.#text[at] === ".") {
      const nFraction = digits(at + 1);
      at += 1 + nFraction;
      if (nFraction === 0) {
        return this.#expected("a digit after `.`", "", at);
      }
    }
    const [exponent] = /^[eE][+-]?/.exec(this.#text.slice(at)) ?? [];
    if (exponent !== undefined && digits(at + exponent.length) === 0) {
      return this.#expected("a digit in the exponent", "", at + exponent.length);
    }
    return this.#fault("a number that has more than 1,024 characters, or an exponent beyond 2^60", start);
  }

  #string(): string {
    const start = this.#at;
    let text = "";
    this.#at += 1;
    for (;;) {
      const plain = PLAIN.exec(this.#text, this.#at);
      text += plain;
      this.#at += plain.length;
      const char = this.#peek();
      if (char === '"') {
        this.#at += 1;
        break;
      }
      if (char === "") {
        throw this.#fault("a string that does not end", start);
      }
      if (char !== "\\") {
        throw this.#fault("a control character in a string: write it as an escape");
      }
      text += this.#escape(start);
    }
    if (!text.isWellFormed()) {
      throw this.#fault("a lone surrogate, which is not a character", start);
    }
    return text;
  }

  #escape(start: number): string {
    const kind = this.#text[this.#at + 1] ?? "";
    if (kind === "") {
      throw this.#fault("a string that does not end", start);
    }
    if (kind !== "u") {
      const char = ESCAPES[kind];
      if (char === undefined) {
        throw this.#fault("an escape that JSON does not have");
      }
      this.#at += 2;
      return char;
    }
    const high = this.#unit(this.#at);
    const low = this.#unit(this.#at + 6);
    if (high === undefined) {
      const digits = /^[0-9a-fA-F]*/.exec(this.#text.slice(this.#at + 2))?.[0] ?? "";
      throw this.#expected("four hexadecimal digits after `\\u`", "", this.#at + 2 + digits.length);
    }
    if (high < 0xd800 || high > 0xdfff) {
      this.#at += 6;
      return String.fromCharCode(high);
    }
    if (high > 0xdbff || low === undefined || low < 0xdc00 || low > 0xdfff) {
      throw this.#fault("a lone surrogate, which is not a character");
    }
    this.#at += 12;
    return String.fromCharCode(high, low);
  }

  #unit(at: number): number | undefined {
    const [, digits] = /^\\u([0-9a-fA-F]{4})/.exec(this.#text.slice(at, at + 6)) ?? [];
    return digits === undefined ? undefined : parseInt(digits, 16);
  }

  #array(depth: number): Value[] {
    const items: Value[] = [];
    this.#at += 1;
    if (this.#take("]")) {
      return items;
    }
    for (;;) {
      items.push(this.#value(depth + 1));
      if (this.#take("]")) {
        return items;
      }
      if (!this.#take(",")) {
        throw this.#expected("`,` or `]` after an item");
      }
      this.#skipSpace();
      if (this.#peek() === "]") {
        throw this.#expected("a value", "JSON allows no comma after the last item");
      }
    }
  }

  #object(depth: number): Members {
    const members = new Members();
    this.#at += 1;
    if (this.#take("}")) {
      return members;
    }
    for (;;) {
      this.#skipSpace();
      const start = this.#at;
      if (this.#peek() !== '"') {
        const advice = this.#peek() === "}" ? "JSON allows no comma after the last member" : "";
        throw this.#peek() === "/" ? this.#fault(COMMENT) : this.#expected("a name in double quotes", advice);
      }
      const name = this.#string();
      if (members.has(name)) {
        throw this.#fault("the object has this name already", start);
      }
      if (!this.#take(":")) {
        throw this.#expected("`:` after a name");
      }
      members.set(name, this.#value(depth + 1));
      if (this.#take("}")) {
        return members;
      }
      if (!this.#take(",")) {
        throw this.#expected("`,` or `}` after a member");
      }
    }
  }
}

/** Characters of a string up to its end, an escape or a control character. */
const PLAIN = {
  regex: /[^"\\\u0000-\u001f]*/y,
  exec(text: string, at: number): string {
    this.regex.lastIndex = at;
    return this.regex.exec(text)?.[0] ?? "";
  },
};

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t",
};

const NO_NAN = "JSON has no `NaN` and no `Infinity`";
const COMMENT = "a comment, which JSON does not allow";

/** Advice about characters that begin no value. */
const NOT_A_VALUE: Readonly<Record<string, string>> = {
  "'": "JSON writes strings in double quotes",
  "+": "a number begins with a digit or `-`",
  ".": "a number begins with a digit or `-`: write `0.5`, not `.5`",
  N: NO_NAN,
  I: NO_NAN,
};

/**
 * The kind of a character. Messages are logged, and a text can have personal data, so that punctuation is shown and letters
 * and digits are not.
 */
function found(char: string | undefined): string {
  if (char === undefined) return "the end of the text";
  if (/[ \t\n\r]/.test(char)) return "white space";
  if (char === "`") return "a backtick";
  if (/[0-9]/.test(char)) return "a digit";
  if (/[A-Za-z]/.test(char)) return "a letter";
  if (/[\u0000-\u001f\u007f]/.test(char)) return "a control character";
  return char < "\u0080" ? `\`${char}\`` : "a character beyond ASCII";
}

/** The order of texts by their code points, as of their UTF-8 bytes. */
export function orderOfTexts(left: string, right: string): number {
  const n = Math.min(left.length, right.length);
  for (let at = 0; at < n; at += 1) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (a !== b) {
      // A surrogate stands for a code point beyond all others.
      const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
      return rank(a) - rank(b);
    }
  }
  return left.length - right.length;
}

/** The text of a value: compact, members in the order of their names. */
export function print(value: Value): string {
  if (value === null || typeof value === "boolean") {
    return String(value);
  }
  if (typeof value === "string") {
    return quoted(value);
  }
  if (value instanceof Num) {
    return value.toString();
  }
  if (Array.isArray(value)) {
    return `[${value.map(print).join(",")}]`;
  }
  return `{${value.sorted.map(([name, member]) => `${quoted(name)}:${print(member)}`).join(",")}}`;
}

/** A JSON string. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A value as JavaScript has it. */
export function plain(value: Value): Json {
  if (value instanceof Num) {
    return value.value;
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (value instanceof Members) {
    const object: Record<string, Json> = {};
    for (const [name, member] of value) {
      if (name === "__proto__") {
        // An assignment would set the prototype.
        Object.defineProperty(object, name, { value: plain(member), writable: true, enumerable: true, configurable: true });
      } else {
        object[name] = plain(member);
      }
    }
    return object;
  }
  return value;
}

/** The value at a JSON Pointer. */
export function at(value: Value, pointer: string): Value | undefined {
  let found: Value | undefined = value;
  for (const token of pointer.split("/").slice(1)) {
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (found instanceof Members) {
      found = found.get(name);
    } else if (Array.isArray(found) && /^(?:0|[1-9]\d*)$/.test(name)) {
      found = found[Number(name)];
    } else {
      return undefined;
    }
  }
  return found;
}

/** A pointer to the member or item `name` of the value at `pointer`. */
export function join(pointer: string, name: string): string {
  return `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Whether two values are equal as JSON Schema compares them. */
export function order(left: Value, right: Value): number {
  const ranks = rank(left) - rank(right);
  if (ranks !== 0) {
    return ranks;
  }
  if (typeof left === "boolean" && typeof right === "boolean") {
    return Number(left) - Number(right);
  }
  if (typeof left === "string" && typeof right === "string") {
    return orderOfTexts(left, right);
  }
  if (left instanceof Num && right instanceof Num) {
    return compareNumbers(left, right);
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length - right.length || first(left.map((item, index) => order(item, right[index] ?? null)));
  }
  if (left instanceof Members && right instanceof Members) {
    const others = right.sorted;
    const pairs = left.sorted.map(([name, member], index) => {
      const [otherName = "", other = null] = others[index] ?? [];
      return orderOfTexts(name, otherName) || order(member, other);
    });
    return left.size - right.size || first(pairs);
  }
  return 0;
}

function first(orders: readonly number[]): number {
  return orders.find((own) => own !== 0) ?? 0;
}

function rank(value: Value): number {
  if (value === null) return 0;
  if (typeof value === "boolean") return 1;
  if (value instanceof Num) return 2;
  if (typeof value === "string") return 3;
  return Array.isArray(value) ? 4 : 5;
}
