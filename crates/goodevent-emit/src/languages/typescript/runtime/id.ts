/** Ids derived from the content of an event, so that a broker recognises duplicates: the same in all languages. */

import { type Value, at, print } from "./json.js";

/** The namespace of events. */
const NAMESPACE = [0x6b, 0x1d, 0x5f, 0x2e, 0x9c, 0x47, 0x4a, 0x0b, 0xb3, 0x6e, 0x0e, 0xd2, 0x5a, 0x71, 0xc8, 0x94];

/** A UUID of version 5 (RFC 9562) from the name of an event and its key, or its whole payload if it has no key. */
export function idOf(name: string, dedupKey: readonly string[], payload: Value): string {
  const pointers = dedupKey.length === 0 ? [""] : dedupKey;
  // A value that is missing differs from `null` by having no text at all.
  const texts = pointers.map((pointer) => {
    const value = at(payload, pointer);
    return `\n${value === undefined ? "" : print(value)}`;
  });
  const text = new TextEncoder().encode(name + texts.join(""));
  const digest = sha1(Uint8Array.from([...NAMESPACE, ...text])).slice(0, 16);
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** SHA-1 (FIPS 180-4); that of the platform is asynchronous. */
function sha1(message: Uint8Array): Uint8Array {
  const nBlocks = Math.ceil((message.length + 9) / 64);
  const padded = new Uint8Array(nBlocks * 64);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(message.length) * 8n);
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  const words = new Uint32Array(80);
  const rotated = (word: number, n: number): number => (word << n) | (word >>> (32 - n));
  for (let block = 0; block < padded.length; block += 64) {
    for (let t = 0; t < 80; t += 1) {
      const back = (n: number): number => words[t - n] ?? 0;
      words[t] = t < 16 ? view.getUint32(block + t * 4) : rotated(back(3) ^ back(8) ^ back(14) ^ back(16), 1);
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
    for (let t = 0; t < 80; t += 1) {
      const [f, k] =
        t < 20 ? [(b & c) | (~b & d), 0x5a827999]
        : t < 40 ? [b ^ c ^ d, 0x6ed9eba1]
        : t < 60 ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
        : [b ^ c ^ d, 0xca62c1d6];
      const next = (rotated(a, 5) + f + e + k + (words[t] ?? 0)) | 0;
      [a, b, c, d, e] = [next, a, rotated(b, 30), c, d];
    }
    [a, b, c, d, e].forEach((word, index) => (state[index] = ((state[index] ?? 0) + word) | 0));
  }
  const digest = new Uint8Array(20);
  state.forEach((word, index) => new DataView(digest.buffer).setInt32(index * 4, word));
  return digest;
}
