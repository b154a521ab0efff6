/** The violations of a message, in the words of all languages of goodevent. */

import { Members, type Value, print, quoted } from "./json.js";

/** One way in which a message violates its contract. */
export interface Violation {
  /** JSON Pointer to the value; empty for the whole message. */
  readonly pointer: string;
  /** The keyword of the contract, such as `maxLength`. */
  readonly keyword: string;
  /** The expected value, such that "… is not *expected*" reads well. */
  readonly expected: string;
  /** The value that is there, shortened. */
  readonly found: string;
}

/** A violation as one line. */
export function line(violation: Violation): string {
  const { pointer, keyword, expected, found } = violation;
  const [where, what, wanted] = [pointer === "" ? "the message" : pointer, found, expected].map(escaped);
  return `${where}: ${what} is not ${wanted} (${keyword})`;
}

/** Controls, separators and bidirectional controls act on what shows them. */
const ACTIVE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function escaped(text: string): string {
  const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  return text.replace(ACTIVE, (char) => short[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** For a value that takes too many steps. */
export function undecided(pointer: string): Violation {
  return { pointer, keyword: "undecided", expected: "decided within the steps that a message may take", found: "the value" };
}

const MAX_SHOWN_CHARS = 60;

/** The text of a value, shortened. */
export function shown(value: Value): string {
  const chars = [...print(value)];
  return chars.length <= MAX_SHOWN_CHARS ? chars.join("") : `${chars.slice(0, MAX_SHOWN_CHARS - 1).join("")}…`;
}

/** A value by its kind, which reveals nothing. */
export function kind(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return "the boolean";
  if (typeof value === "string") return "the string";
  if (Array.isArray(value)) return "the array";
  return value instanceof Members ? "the object" : "the number";
}

const MAX_LISTED = 10;

/** The first values of an `enum`. */
export function listed(values: readonly Value[]): string {
  const first = values.slice(0, MAX_LISTED).map(shown);
  const nMore = values.length - first.length;
  return `one of ${[...first, ...(nMore > 0 ? [`${nMore} more`] : [])].join(", ")}`;
}

/** The names of types, with their articles. */
export function typeNames(names: readonly string[]): string {
  const own = names.filter((name) => name !== "integer" || !names.includes("number"));
  const article = (name: string): string => (["integer", "array", "object"].includes(name) ? `an ${name}` : `a ${name}`);
  return own.map((name) => (name === "null" ? name : article(name))).join(" or ");
}

/** Names in quotation marks. */
export function quotedNames(names: readonly string[]): string {
  return names.map(quoted).join(", ");
}

const NEAREST = "; of the nearest one, ";

/** Alternatives, with the violation of the nearest one; of nested ones only the innermost is described. */
export function alternatives(nBranches: number, nearest: Violation | undefined): string {
  if (nearest === undefined) {
    return `any of ${nBranches} alternatives`;
  }
  const at = nearest.expected.indexOf(NEAREST);
  const isNested = (nearest.keyword === "anyOf" || nearest.keyword === "oneOf") && at >= 0;
  const words = isNested ? nearest.expected.slice(at + NEAREST.length) : line(nearest);
  return `any of ${nBranches} alternatives${NEAREST}${words}`;
}

/** The first violation of the alternative that the value is nearest to. */
export function nearestOf(all: readonly (readonly Violation[])[], pointer: string): Violation | undefined {
  const isFar = (own: readonly Violation[]): boolean =>
    own.some((violation) => violation.keyword === "type" && violation.pointer === pointer);
  let best: readonly Violation[] | undefined;
  for (const own of all) {
    const isBetter =
      best === undefined ||
      Number(isFar(own)) - Number(isFar(best)) < 0 ||
      (isFar(own) === isFar(best) && own.length < best.length);
    best = isBetter ? own : best;
  }
  return best?.[0];
}
