/** Addresses of IP. */

const OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** Four decimal numbers. */
export function isIpv4(text: string): boolean {
  return IPV4.test(text);
}

/** An address of RFC 4291, without zone. */
export function isIpv6(text: string): boolean {
  const tail = text.slice(text.lastIndexOf(":") + 1);
  const hasIpv4 = tail.includes(".");
  if (hasIpv4 && !isIpv4(tail)) {
    return false;
  }
  // The last four bytes count as two groups.
  const whole = hasIpv4 ? `${text.slice(0, text.length - tail.length)}0:0` : text;
  const parts = whole.split("::");
  const groups = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const all = parts.flatMap(groups);
  const areGroups = all.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group));
  return areGroups && (parts.length === 1 ? all.length === 8 : parts.length === 2 && all.length <= 7);
}
