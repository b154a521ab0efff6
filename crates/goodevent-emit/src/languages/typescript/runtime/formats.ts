/** The formats and content encodings of JSON Schema, asserted. */

import { isIpv4, isIpv6 } from "./address.js";
import { isAsciiHostname, isEmail, isHostname, isIdnEmail, isIdnHostname } from "./hostname.js";
import { isPattern } from "./pattern.js";
import { isDate, isDateTime, isDuration, isTime } from "./time.js";
import { isIri, isIriReference, isUri, isUriReference, isUriTemplate } from "./uri.js";

/** Tests of texts, by the name of the format. */
export const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  date: isDate,
  "date-time": isDateTime,
  time: isTime,
  duration: isDuration,
  email: isEmail,
  "idn-email": isIdnEmail,
  hostname: isHostname,
  "hostname-rfc1034": isAsciiHostname,
  "idn-hostname": isIdnHostname,
  ipv4: isIpv4,
  ipv6: isIpv6,
  uri: isUri,
  "uri-reference": isUriReference,
  iri: isIri,
  "iri-reference": isIriReference,
  "uri-template": isUriTemplate,
  "json-pointer": (text) => /^(?:\/(?:[^~/]|~[01])*)*$/u.test(text),
  "relative-json-pointer": (text) => /^(?:0|[1-9][0-9]*)(?:#|(?:\/(?:[^~/]|~[01])*)*)$/u.test(text),
  regex: isPattern,
  uuid: (text) => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text),
};

/** A version, a trace, an activity and flags (W3C Trace Context). */
export function isTraceParent(text: string): boolean {
  const [, version, trace, parent, end] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}($|-)/.exec(text) ?? [];
  const isKnown = version !== undefined && version !== "ff" && (end === "" || version !== "00");
  return isKnown && /[^0]/.test(trace ?? "") && /[^0]/.test(parent ?? "");
}

const ALPHABETS: Readonly<Record<string, readonly [nBits: number, group: number, digits: string]>> = {
  base16: [4, 2, "0123456789ABCDEF"],
  base32: [5, 8, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"],
  base32hex: [5, 8, "0123456789ABCDEFGHIJKLMNOPQRSTUV"],
  base64: [6, 4, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"],
  base64url: [6, 4, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"],
};

/** The bytes that a text encodes in a strict form of RFC 4648. */
export function decoded(encoding: string, text: string): Uint8Array | undefined {
  const [nBits, group, alphabet] = ALPHABETS[encoding] ?? [0, 1, ""];
  const own = encoding === "base16" ? text.toUpperCase() : text;
  const digits = encoding === "base16" ? own : own.replace(/=+$/, "");
  const nSpare = (digits.length * nBits) % 8;
  if (text.length % group !== 0 || text.length - digits.length >= group || nSpare >= nBits) {
    return undefined;
  }
  const bytes: number[] = [];
  let [bits, nPending] = [0, 0];
  for (const digit of digits) {
    const value = alphabet.indexOf(digit);
    if (value < 0) {
      return undefined;
    }
    bits = (bits << nBits) | value;
    nPending += nBits;
    if (nPending >= 8) {
      nPending -= 8;
      bytes.push(bits >> nPending);
      bits &= (1 << nPending) - 1;
    }
  }
  return bits === 0 ? Uint8Array.from(bytes) : undefined;
}
