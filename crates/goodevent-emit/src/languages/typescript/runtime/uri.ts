/** URIs, IRIs (RFC 3986 and 3987) and templates of them (RFC 6570). */

import { isIpv6 } from "./address.js";

/** The characters of each part, as the inside of a class; `u` is what only an IRI has. */
interface Grammar {
  readonly path: RegExp;
  readonly query: RegExp;
  readonly fragment: RegExp;
  readonly user: RegExp;
  readonly host: RegExp;
}

const PLAIN = "A-Za-z0-9\\-._~!$&'()*+,;=";
const UCSCHAR =
  "\\u{a0}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{ffef}" +
  Array.from({ length: 14 }, (_, plane) => {
    const first = plane + 1 === 14 ? "e1000" : `${(plane + 1).toString(16)}0000`;
    return `\\u{${first}}-\\u{${(plane + 1).toString(16)}fffd}`;
  }).join("");
const IPRIVATE = "\\u{e000}-\\u{f8ff}\\u{f0000}-\\u{ffffd}\\u{100000}-\\u{10fffd}";

function grammar(raw: string, rawOfQuery: string): Grammar {
  const are = (chars: string): RegExp => new RegExp(`^(?:[${chars}]|%[0-9A-Fa-f]{2})*$`, "u");
  return {
    path: are(`${PLAIN}:@/${raw}`),
    query: are(`${PLAIN}:@/?${raw}${rawOfQuery}`),
    fragment: are(`${PLAIN}:@/?${raw}`),
    user: are(`${PLAIN}:${raw}`),
    host: are(`${PLAIN}${raw}`),
  };
}

const URI = grammar("", "");
const IRI = grammar(UCSCHAR, IPRIVATE);

export const isUri = (text: string): boolean => isAbsolute(URI, text);
export const isUriReference = (text: string): boolean => isReference(URI, text);
export const isIri = (text: string): boolean => isAbsolute(IRI, text);
export const isIriReference = (text: string): boolean => isReference(IRI, text);

const SCHEME = /^[A-Za-z][A-Za-z0-9+\-.]*:/;

function isAbsolute(own: Grammar, text: string): boolean {
  const [scheme] = SCHEME.exec(text) ?? [];
  return scheme !== undefined && isRest(own, text.slice(scheme.length));
}

function isReference(own: Grammar, text: string): boolean {
  if (SCHEME.test(text)) {
    return isAbsolute(own, text);
  }
  // A colon before the first slash would read as a scheme.
  const [first = ""] = text.split(/[/?#]/, 1);
  return (text.startsWith("//") || !first.includes(":")) && isRest(own, text);
}

function isRest(own: Grammar, text: string): boolean {
  const [beforeFragment, fragment] = split(text, "#");
  const [beforeQuery, query] = split(beforeFragment, "?");
  let path = beforeQuery;
  if (beforeQuery.startsWith("//")) {
    const slash = beforeQuery.indexOf("/", 2);
    const end = slash < 0 ? beforeQuery.length : slash;
    if (!isAuthority(own, beforeQuery.slice(2, end))) {
      return false;
    }
    path = beforeQuery.slice(end);
  }
  return own.path.test(path) && own.query.test(query) && own.fragment.test(fragment);
}

function isAuthority(own: Grammar, text: string): boolean {
  const [before, behind] = split(text, "@");
  const [user, rest] = text.includes("@") ? [before, behind] : ["", text];
  if (!own.user.test(user)) {
    return false;
  }
  if (rest.startsWith("[")) {
    const end = rest.indexOf("]");
    return end > 0 && isLiteral(rest.slice(1, end)) && /^(?::\d*)?$/.test(rest.slice(end + 1));
  }
  const colon = rest.indexOf(":");
  const end = colon < 0 ? rest.length : colon;
  return own.host.test(rest.slice(0, end)) && /^(?::\d*)?$/.test(rest.slice(end));
}

/** An address in brackets: of IPv6, or of a later version. */
function isLiteral(text: string): boolean {
  return /^[vV]/.test(text) ? /^[vV][0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+$/.test(text) : isIpv6(text);
}

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

const NAME = "(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})+(?:\\.(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})+)*";
const VARIABLE = `${NAME}(?:\\*|:[1-9][0-9]{0,3})?`;
const TEMPLATE = new RegExp(
  `^(?:\\{[+#./;?&=,!@|]?${VARIABLE}(?:,${VARIABLE})*\\}|%[0-9A-Fa-f]{2}|[^\\u0000-\\u0020"%<>\\\\^\`{|}\\u007f])*$`,
  "u",
);

export const isUriTemplate = (text: string): boolean => TEMPLATE.test(text);
