/** Host names of ASCII (RFC 1123), of any script (RFC 5890 to 5892), and mailboxes (RFC 5321). */

import { isIpv4, isIpv6 } from "./address.js";

const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** Labels of letters, digits and inner hyphens, between dots. */
export function isAsciiHostname(text: string): boolean {
  return text.length <= 253 && text.split(".").every((label) => LABEL.test(label));
}

/** The same; a label with hyphens in third and fourth place must be an A-label. */
export function isHostname(text: string): boolean {
  const isSound = (label: string): boolean => label.slice(2, 4) !== "--" || isALabel(label);
  return isAsciiHostname(text) && text.split(".").every(isSound);
}

function isALabel(label: string): boolean {
  const decoded = label.startsWith("xn--") ? punycode(label.slice(4)) : undefined;
  return decoded !== undefined && isLabel(decoded);
}

/** Decodes Punycode (RFC 3492). */
function punycode(encoded: string): string | undefined {
  const base = 36;
  const hyphen = encoded.lastIndexOf("-");
  const label = hyphen > 0 ? [...encoded.slice(0, hyphen)] : [];
  const digits = hyphen > 0 ? encoded.slice(hyphen + 1) : encoded;
  let [code, index, bias, at] = [128, 0, 72, 0];
  while (at < digits.length) {
    const before = index;
    for (let [weight, k] = [1, base]; ; k += base) {
      const digit = parseInt(digits[at] ?? "", base);
      at += 1;
      if (Number.isNaN(digit)) {
        return undefined;
      }
      // Letters come before digits.
      const value = digit < 10 ? digit + 26 : digit - 10;
      index += value * weight;
      const threshold = Math.min(Math.max(k - bias, 1), 26);
      if (index > 0xffff_ffff) {
        return undefined;
      }
      if (value < threshold) {
        break;
      }
      weight *= base - threshold;
    }
    const nChars = label.length + 1;
    bias = adapted(index - before, nChars, before === 0);
    code += Math.floor(index / nChars);
    index %= nChars;
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      return undefined;
    }
    label.splice(index, 0, String.fromCodePoint(code));
    index += 1;
  }
  return label.join("");
}

function adapted(delta: number, nChars: number, isFirst: boolean): number {
  let left = Math.floor(delta / (isFirst ? 700 : 2));
  left += Math.floor(left / nChars);
  let k = 0;
  for (; left > 455; k += 36) {
    left = Math.floor(left / 35);
  }
  return k + Math.floor((36 * left) / (left + 38));
}

const VIRAMAS = new Set(
  "\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA\u0E3A\u0F84\u1039\u1714\u1734\u17D2\u1A60\u1B44\u1BAA" +
    "\u1BF2\u1BF3\u2D7F\uA806\uA8C4\uA953\uABED\u{10A3F}\u{11046}\u{1107F}\u{110B9}\u{11133}\u{111C0}\u{11235}\u{112EA}" +
    "\u{1134D}\u{11442}\u{114C2}\u{115BF}\u{1163F}\u{116B6}\u{1172B}\u{11839}\u{119E0}\u{11A34}\u{11A47}\u{11A99}" +
    "\u{11C3F}\u{11D44}\u{11D45}\u{11D97}",
);

/** Whether the characters of a label may be where they are (RFC 5892). */
function isLabel(label: string): boolean {
  const chars = [...label];
  const has = (range: RegExp): boolean => range.test(label);
  if (/^\p{M}/u.test(label)) {
    return false;
  }
  const isJapanese = chars.some((char) => char !== "\u30fb" && /[\u3040-\u30ff\u4e00-\u9fff]/u.test(char));
  if ((has(/\u30fb/) && !isJapanese) || (has(/[\u0660-\u0669]/) && has(/[\u06f0-\u06f9]/))) {
    return false;
  }
  return chars.every((char, index) => isAllowed(char, chars[index - 1] ?? "", chars[index + 1] ?? ""));
}

function isAllowed(char: string, before: string, behind: string): boolean {
  if (char === "\u200d") return VIRAMAS.has(before);
  if (char === "\u200c") return VIRAMAS.has(before) || (CURSIVE.test(before) && CURSIVE.test(behind));
  if (char === "\u00b7") return before === "l" && behind === "l";
  if (char === "\u0375") return /^[\u0370-\u03ff]$/.test(behind);
  if (char === "\u05f3" || char === "\u05f4") return /^[\u0590-\u05ff]$/.test(before);
  if (/[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b]/.test(char)) return false;
  if (/[\u30fb\u06fd\u06fe\u0f0b\u3007]/.test(char)) return true;
  return char <= "\u007f" || /[\p{Lu}\p{Ll}\p{Lt}\p{Lm}\p{Lo}\p{Mn}\p{Mc}\p{Nd}]/u.test(char);
}

/** Letters of scripts that join them. */
const CURSIVE = /^[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Nko}\p{Script=Mandaic}\p{Script=Phags_Pa}]$/u;

/** Characters that are written from right to left, by their scripts. */
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}]/u;

/** The class of a character in the rule of RFC 5893: letters, numbers, marks and others. */
function direction(char: string): "L" | "R" | "EN" | "AN" | "NSM" | "ON" {
  if (/[0-9\u06f0-\u06f9]/.test(char)) return "EN";
  if (/[\u0660-\u0669\u066b\u066c\u06dd]/.test(char)) return "AN";
  if (/\p{Mn}|\p{Me}/u.test(char)) return "NSM";
  if (RIGHT_TO_LEFT.test(char)) return "R";
  return /[\p{L}\p{Mc}\p{N}]/u.test(char) ? "L" : "ON";
}

/** The rule of RFC 5893 for a label of a name with characters from right to left. */
function isOneDirection(label: string): boolean {
  const all = [...label].map(direction);
  const first = all[0];
  const last = all.filter((own) => own !== "NSM").at(-1);
  const has = (own: string): boolean => all.some((other) => other === own);
  if (first === "R") {
    return !has("L") && (last === "R" || last === "EN" || last === "AN") && !(has("EN") && has("AN"));
  }
  return first === "L" && !has("R") && !has("AN") && (last === "L" || last === "EN");
}

/**
 * A host name of any script. The mapping of IDNA is the platform's: that of its `URL`.
 */
export function isIdnHostname(text: string): boolean {
  const ascii = toAscii(text);
  if (ascii === undefined || !isHostname(ascii)) {
    return false;
  }
  const unicode = ascii.split(".").map((label) => (label.startsWith("xn--") ? punycode(label.slice(4)) : label));
  const isSound = (label: string): boolean => label !== "" && label.slice(2, 4) !== "--" && isLabel(label);
  if (!unicode.every((label) => label !== undefined && isSound(label))) {
    return false;
  }
  const isRightToLeft = (char: string): boolean => ["R", "AN"].includes(direction(char));
  const isBidi = unicode.some((label) => [...(label ?? "")].some(isRightToLeft));
  return !isBidi || unicode.every((label) => isOneDirection(label ?? ""));
}

function toAscii(text: string): string | undefined {
  const labels = text.split(/[.\u3002\uff0e\uff61]/);
  // A URL takes characters for delimiters, and digits for an address, that a host name may or may not have.
  if (/[\u0000-\u0020!-,/:-@[-^`{-\u007f]/.test(text) || labels.some((label) => label === "")) {
    return undefined;
  }
  try {
    const ascii = new URL(`http://${text}.a`).hostname.slice(0, -2);
    return ascii.split(".").every((label) => label.startsWith("xn--") || label.slice(2, 4) !== "--") ? ascii : undefined;
  } catch {
    return undefined;
  }
}

/** A mailbox of ASCII. */
export function isEmail(text: string): boolean {
  const [local, domain] = mailbox(text) ?? ["", ""];
  return /^[\u0000-\u007f]*$/.test(local) && isLocal(local) && isDomain(domain, isHostname);
}

/** A mailbox of any script: its structure is that of one of ASCII. */
export function isIdnEmail(text: string): boolean {
  const [local, domain] = mailbox(text) ?? ["", ""];
  return isLocal(local.replace(/[^\u0000-\u007f]/gu, "a")) && isDomain(domain, isIdnHostname);
}

/** Local part and domain; also of `Name <local@domain>`. */
function mailbox(text: string): [string, string] | undefined {
  const bracket = text.lastIndexOf(" <");
  const inner = bracket < 0 ? text : text.slice(bracket + 2).trim();
  if (bracket >= 0 && !inner.endsWith(">")) {
    return undefined;
  }
  const address = bracket < 0 ? inner : inner.slice(0, -1);
  const at = address.lastIndexOf("@");
  return at < 0 ? undefined : [address.slice(0, at), address.slice(at + 1)];
}

const ATOM = "[A-Za-z0-9!#$%&'*+\\-/=?^_`{|}~]+";
const DOTTED = new RegExp(`^${ATOM}(?:\\.${ATOM})*$`);
const QUOTED = /^"(?:\\[!-~]|[ \t!#-[\]-~])*"$/;

function isLocal(text: string): boolean {
  return text.length >= 1 && text.length <= 64 && (DOTTED.test(text) || (text.length > 1 && QUOTED.test(text)));
}

function isDomain(text: string, isName: (text: string) => boolean): boolean {
  if (!text.startsWith("[") || !text.endsWith("]") || text.length < 2) {
    return isName(text);
  }
  const literal = text.slice(1, -1);
  return /^IPv6:/i.test(literal) ? isIpv6(literal.slice(5)) : isIpv4(literal);
}
