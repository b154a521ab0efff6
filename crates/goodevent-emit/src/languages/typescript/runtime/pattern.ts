/** Patterns of ECMA-262, as JSON Schema uses them. */

/** The text of a pattern, with its automaton if the engine of the platform could backtrack. */
export type Pattern = string | readonly [source: string, automaton: string];

type Matcher = (text: string) => boolean;

const MATCHERS = new Map<string, Matcher>();

/** Whether a pattern matches somewhere in a text. */
export function matches(pattern: Pattern, text: string): boolean {
  const source = sourceOf(pattern);
  const known = MATCHERS.get(source) ?? (typeof pattern === "string" ? native(pattern) : automatic(pattern[1]));
  MATCHERS.set(source, known);
  return known(text);
}

/** The text of a pattern. */
export function sourceOf(pattern: Pattern): string {
  return typeof pattern === "string" ? pattern : pattern[0];
}

/** The engine of the platform: with the flag `u`, and without it if the pattern is an error with it. */
function native(source: string): Matcher {
  let expression: RegExp;
  try {
    expression = new RegExp(source, "u");
  } catch {
    expression = new RegExp(source);
  }
  return (text) => expression.test(text);
}

/**
 * A deterministic automaton over the bytes of a text: the first state and the number of classes, the class of each byte,
 * the state after each state and class, and the states in which a text may end.
 */
function automatic(automaton: string): Matcher {
  const [first = [], classes = [], next = [], accepted = []] = automaton.split("|").map(numbers);
  const [start = 0, nClasses = 0] = first;
  const isAccepted = new Set(accepted);
  return (text) => {
    let state = start;
    const step = (byte: number): void => {
      state = next[state * nClasses + (classes[byte] ?? 0)] ?? 0;
    };
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit < 0x80) {
        step(unit);
      } else {
        UTF8.encode(text.slice(index, index + 2 - Number(!isHigh(unit)))).forEach(step);
        index += Number(isHigh(unit));
      }
      // From the first two states, no character leads to another one.
      if (state < 2) {
        break;
      }
    }
    return isAccepted.has(state);
  };
}

const UTF8 = new TextEncoder();

/** Whether a unit of UTF-16 is the first of two. */
const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;

/** Numbers with spaces between them, of which `7*3` stands for `7 7 7`. */
function numbers(text: string): number[] {
  return text.split(" ").filter((run) => run !== "").flatMap((run) => {
    const [number = 0, nTimes = 1] = run.split("*").map(Number);
    return Array<number>(nTimes).fill(number);
  });
}

/** Punctuation that a backslash may precede without the flag `u`. */
const PUNCTUATION = /^[^\p{L}\p{N}]$/u;

/** Whether a text is a pattern with the flag `u`; a backslash may also precede any punctuation. */
export function isPattern(text: string): boolean {
  try {
    new RegExp(withoutNeedless(text), "u");
    return true;
  } catch {
    return false;
  }
}

/** The pattern without backslashes that the flag `u` does not allow. */
function withoutNeedless(text: string): string {
  let out = "";
  let isClass = false;
  for (const [token] of text.matchAll(/\\[^]|[^]/gu)) {
    if (token === "[") isClass = true;
    if (token === "]") isClass = false;
    const escaped = token.length > 1 ? token.slice(1) : "";
    const isNeedless = PUNCTUATION.test(escaped) && !/[\^$\\.*+?()[\]{}|/]/.test(escaped) && !(isClass && escaped === "-");
    out += isNeedless ? (escaped === "-" ? "\\x2d" : escaped) : token;
  }
  return out;
}
