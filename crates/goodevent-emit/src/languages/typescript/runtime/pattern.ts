/** Patterns of ECMA-262, as JSON Schema uses them. */

/** A pattern: with the flag `u`, and without it if the pattern is an error with it. */
export function compile(source: string): RegExp {
  try {
    return new RegExp(source, "u");
  } catch {
    return new RegExp(source);
  }
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
