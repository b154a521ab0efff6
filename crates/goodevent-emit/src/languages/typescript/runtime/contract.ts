/** The contract of an event: what generated code makes one of for each event. */

import { type Node, type Ref, violations } from "./check.js";
import { Fault, MAX_DEPTH, Members, type Value, at, join, nBytes, parse, plain, print, quoted } from "./json.js";
import { decoded } from "./formats.js";
import { idOf } from "./id.js";
import { type Violation, line } from "./violation.js";

/** An event and its envelope have at most so many bytes. */
export const MAX_EVENT_BYTES = 65_536;

/** The reason why a message is rejected. */
export class EventError extends Error {
  override readonly name = "EventError";
  /**
   * The violated rule, for metrics: the keyword of the contract, or else `too-large`, `not-utf8`, `not-json`, `other-type` or
   * `other-envelope`.
   */
  readonly rule: string;
  /** The violation of the contract, if the message is JSON and is of its type and in its envelope. */
  readonly violation: Violation | undefined;

  constructor(rule: string, message: string, violation?: Violation) {
    super(message);
    this.rule = rule;
    this.violation = violation;
  }
}

/** What a contract says beside its schema. */
export interface Facts {
  /** Name of the event: `SubscriptionCreatedV1Event`. */
  readonly name: string;
  /** Name in envelopes: `SubscriptionCreatedV1`. */
  readonly type: string;
  /** The bounded context. */
  readonly context: string;
  readonly version: number;
  /** Topic, exchange, subject or stream. */
  readonly topic: string;
  readonly routingKey: string;
  readonly queue: string;
  readonly envelope: "none" | "octopus" | "cloudevents";
  /** JSON Pointers to the members that the id is derived from; none for the whole payload. */
  readonly dedupKey: readonly string[];
  /** JSON Pointer to the member that orders events. */
  readonly partitionKey: string | null;
  /** JSON Pointers to the members whose change is the reason for the event. */
  readonly changes: readonly string[];
  /** Names of mandatory headers. */
  readonly headers: readonly string[];
  /** Proved upper bound of the payload in bytes. */
  readonly maxBytes: number | null;
  /** Why the event is deprecated. */
  readonly deprecated: string | null;
}

/** An event with the metadata of its envelope. */
export interface Received<T> {
  readonly payload: T;
  /** Id, the same for the same fact; `undefined` without envelope. */
  readonly id: string | undefined;
  /** Publishing service; `undefined` without envelope. */
  readonly source: string | undefined;
  /** Time of the event, of RFC 3339. */
  readonly time: string | undefined;
  /** Activity of the event, a W3C traceparent. */
  readonly activity: string | undefined;
}

/** A message that is ready to be sent. */
export interface Message {
  /** Id of the event, the same for the same fact, so that brokers recognise duplicates. */
  readonly id: string;
  /** Messages of one key stay in order; `undefined` if the contract defines none, or the event has none. */
  readonly partitionKey: string | undefined;
  readonly body: string;
}

/** Metadata of a message to be sent. */
export interface Metadata {
  /** The publishing service. */
  readonly source: string;
  /** Default: derived from the payload. */
  readonly id?: string;
  /** Default: now. */
  readonly time?: string;
  /** A W3C traceparent. Default: a new trace. */
  readonly activity?: string;
}

/** The contract of an event of type `T`. */
export interface Contract<T> extends Facts {}

/** The contract of an event of type `T`. */
export class Contract<T> {
  readonly #node: () => Node;

  constructor(facts: Facts, node: () => Node) {
    Object.assign(this, facts);
    this.#node = node;
  }

  /**
   * Reads and validates a payload of at most 65,536 bytes.
   *
   * @throws {EventError} If it violates the contract.
   */
  decode(payload: string | Uint8Array): T {
    return plain(this.#payload(read(payload))) as T;
  }

  /**
   * Validates a payload and writes it as compact JSON of at most 65,536 bytes.
   *
   * @throws {EventError} If it violates the contract.
   */
  encode(payload: T): string {
    const text = write(payload);
    this.#require(read(text));
    return text;
  }

  /**
   * Lists every violation of a payload; none if {@link decode} accepts it.
   *
   * @throws {EventError} If it is not JSON, or too large.
   */
  violations(payload: string | Uint8Array): Violation[] {
    return violations(this.#node(), read(payload));
  }

  /** The id of a payload: the same for the same fact, in all languages. */
  id(payload: T): string {
    return this.#id(read(this.encode(payload)));
  }

  /**
   * Reads and validates a message with the envelope of the contract.
   *
   * @throws {EventError} If it violates the contract or its envelope.
   */
  open(message: string | Uint8Array): Received<T> {
    const whole = read(message);
    if (this.envelope === "none") {
      return { payload: plain(this.#payload(whole)) as T, id: undefined, source: undefined, time: undefined, activity: undefined };
    }
    requireMatch(this.envelope, this.type, whole);
    const value = this.envelope === "cloudevents" ? unpacked(whole) : whole;
    requireValid(this.#message(), value);
    const text = (name: string): string | undefined => {
      const member = at(value, `/${name}`);
      return typeof member === "string" ? member : undefined;
    };
    const isOctopus = this.envelope === "octopus";
    return {
      payload: plain(at(value, isOctopus ? "/payload" : "/data") ?? null) as T,
      id: text("id"),
      source: text("source"),
      time: text(isOctopus ? "occurredTimeUtc" : "time"),
      activity: text(isOctopus ? "activityId" : "traceparent"),
    };
  }

  /**
   * Validates a payload and writes it with the envelope of the contract.
   *
   * @throws {EventError} If the payload violates the contract, or the metadata the envelope.
   */
  message(payload: T, metadata: Metadata): Message {
    const text = this.encode(payload);
    const value = parse(text);
    const id = metadata.id ?? this.#id(value);
    const key = this.partitionKey === null ? undefined : at(value, this.partitionKey);
    const partitionKey = key === undefined ? undefined : typeof key === "string" ? key : print(key);
    const time = metadata.time ?? new Date().toISOString();
    const activity = metadata.activity ?? newActivity();
    const body = this.#wrapped(text, { ...metadata, id, time, activity });
    if (this.envelope !== "none") {
      requireValid(this.#message(), read(body));
    }
    return { id, partitionKey, body };
  }

  #wrapped(payload: string, { id, source, time, activity }: Required<Metadata>): string {
    const [ownId, ownSource, ownType, ownTime, ownActivity] = [id, source, this.type, time, activity].map(quoted);
    switch (this.envelope) {
      case "none": return payload;
      case "octopus":
        return `{"id":${ownId},"source":${ownSource},"type":${ownType},"occurredTimeUtc":${ownTime},"activityId":${ownActivity},"specVersion":"1.0","payload":${payload}}`;
      case "cloudevents":
        return `{"specversion":"1.0","id":${ownId},"source":${ownSource},"type":${ownType},"time":${ownTime},"datacontenttype":"application/json","traceparent":${ownActivity},"data":${payload}}`;
    }
  }

  #id(payload: Value): string {
    return idOf(this.name, this.dedupKey, payload);
  }

  #require(value: Value): void {
    requireValid(this.#node(), value);
  }

  /** A valid payload. An invalid one may be an envelope, unless the contract itself has the members of envelopes. */
  #payload(value: Value): Value {
    const node = this.#node();
    const [first] = violations(node, value, 1);
    if (first !== undefined) {
      const names = node.flatMap(([keyword, members]) =>
        keyword === "properties" ? (members as readonly (readonly [string, Ref])[]).map(([name]) => name) : []);
      if (!["specversion", "specVersion", "payload"].some((name) => names.includes(name))) {
        requireMatch("none", this.type, value);
      }
      reject(first);
    }
    return value;
  }

  /** The envelope and the payload as one schema. */
  #message(): Node {
    const type: Node = [["const", quoted(this.type)]];
    const version: Node = [["const", '"1.0"']];
    if (this.envelope === "octopus") {
      return object(
        [
          ["payload", this.#node], ["id", TEXT], ["source", TEXT], ["type", type], ["occurredTimeUtc", TIME],
          ["activityId", [["type", ["string"]], ["traceparent"]]], ["specVersion", version],
        ],
        [["additionalProperties", [["false"]]]],
        ["id", "source", "type", "occurredTimeUtc", "activityId", "specVersion", "payload"],
      );
    }
    return object(
      [
        ["data", this.#node], ["specversion", version], ["id", TEXT],
        ["source", [...TEXT, ["format", "uri-reference"]]], ["type", type], ["subject", OPTIONAL],
        ["time", [["type", ["null", "string"]], ["format", "date-time"]]], ["datacontenttype", OPTIONAL],
        ["dataschema", [["type", ["null", "string"]], ["format", "uri"]]],
      ],
      [["additionalProperties", EXTENSION], ["propertyNames", [["attributeName"]]]],
      ["specversion", "id", "source", "type", "data"],
    );
  }
}

const TEXT: Node = [["type", ["string"]], ["minLength", 1]];
const TIME: Node = [["type", ["string"]], ["format", "date-time"]];
const OPTIONAL: Node = [["type", ["null", "string"]], ["minLength", 1]];
const EXTENSION: Node = [
  ["type", ["null", "boolean", "integer", "string"]], ["minimum", "-2147483648"], ["maximum", "2147483647"],
];

function object(members: readonly (readonly [string, Ref])[], others: Node, required: readonly string[]): Node {
  return [["type", ["object"]], ["properties", members], ...others, ["required", required]];
}

function envelopeOf(value: Value): Facts["envelope"] | undefined {
  if (!(value instanceof Members)) {
    return undefined;
  }
  const has = (name: string): boolean => value.has(name);
  if (has("specversion") && has("type")) {
    return "cloudevents";
  }
  return has("payload") && has("type") && (has("specVersion") || has("occurredTimeUtc")) ? "octopus" : "none";
}

/** Rejects an event of another type, and an event in another envelope. */
function requireMatch(envelope: Facts["envelope"], ownType: string, message: Value): void {
  const found = envelopeOf(message);
  const type = at(message, "/type");
  if (found === undefined || (found === envelope && (found === "none" || typeof type !== "string" || type === ownType))) {
    return;
  }
  const isShown = typeof type === "string" && (type === ownType || TYPE.test(type));
  if (found === envelope) {
    const other = isShown ? `\`${type}\`` : "an event of another type";
    throw new EventError("other-type", `this is ${other}, \`${ownType}\` was expected`);
  }
  const around = (envelope: "octopus" | "cloudevents", own: string): string =>
    envelope === "octopus" ? `an Octopus envelope of ${own}` : `a CloudEvent of ${own}`;
  const foundWords =
    found === "none" ? "a message without an envelope" : around(found, isShown ? `\`${type}\`` : "another type");
  const expected = envelope === "none" ? `the payload of \`${ownType}\` alone` : around(envelope, `\`${ownType}\``);
  throw new EventError("other-envelope", `this is ${foundWords}, ${expected} was expected`);
}

/**
 * Looks like a type. An error shows no other text as the type of a message, because it is written by a stranger, is logged, and
 * can have personal data.
 */
const TYPE = /^[A-Za-z][A-Za-z0-9._-]{0,199}$/;

/** A CloudEvent with its payload in `data` instead of `data_base64`. */
function unpacked(message: Value): Value {
  if (!(message instanceof Members) || !message.has("data_base64")) {
    return message;
  }
  const refuse = (name: string, expected: string, found: string): never =>
    reject({ pointer: `/${name}`, keyword: "attribute", expected, found });
  const packed = message.get("data_base64");
  const members = new Members([...message].filter(([name]) => name !== "data_base64"));
  if (packed === null) {
    return members;
  }
  if ((members.get("data") ?? null) !== null) {
    refuse("data_base64", "absent where there is `data`", "the payload");
  }
  const mediaType = members.get("datacontenttype");
  if (typeof mediaType === "string" && !/^[^;/]*\/(?:[^;]*\+)?json\s*(?:;|$)/i.test(mediaType)) {
    refuse("datacontenttype", "a media type of JSON", mediaType);
  }
  const bytes = typeof packed === "string" ? decoded("base64", packed) : undefined;
  try {
    members.set("data", parse(UTF8.decode(bytes)));
  } catch {
    refuse("data_base64", "JSON in base64", "the payload");
  }
  return members;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function reject(violation: Violation): never {
  throw new EventError(violation.keyword, line(violation), violation);
}

function requireValid(node: Node, value: Value): void {
  const [first] = violations(node, value, 1);
  if (first !== undefined) {
    reject(first);
  }
}

function read(message: string | Uint8Array): Value {
  const size = typeof message === "string" ? nBytes(message) : message.length;
  if (size > MAX_EVENT_BYTES) {
    throw new EventError("too-large", `${size} bytes are more than ${MAX_EVENT_BYTES}`);
  }
  const text = typeof message === "string" ? message : decodeUtf8(message);
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof Fault) {
      throw new EventError("not-json", error.message);
    }
    throw error;
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(bytes);
  } catch {
    throw new EventError("not-utf8", `not UTF-8 at byte ${validUpTo(bytes)}`);
  }
}

/** The number of bytes before the first that is no part of a character (Unicode Standard, table 3-7). */
function validUpTo(bytes: Uint8Array): number {
  const byte = (index: number): number => bytes[index] ?? 0;
  const isIn = (index: number, first: number, last: number): boolean => byte(index) >= first && byte(index) <= last;
  let start = 0;
  while (start < bytes.length) {
    const lead = byte(start);
    const nMore = lead < 0x80 ? 0 : isIn(start, 0xc2, 0xdf) ? 1 : isIn(start, 0xe0, 0xef) ? 2 : isIn(start, 0xf0, 0xf4) ? 3 : -1;
    const first = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const last = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    const isWhole =
      nMore === 0 || (nMore > 0 && isIn(start + 1, first, last) && [2, 3].every((n) => n > nMore || isIn(start + n, 0x80, 0xbf)));
    if (!isWhole) {
      return start;
    }
    start += nMore + 1;
  }
  return start;
}

/** The text of a payload; a value that JSON does not have is an error and not left out. */
function write(payload: unknown, pointer = "", depth = 0): string {
  const refuse = (found: string): never => reject({ pointer, keyword: "type", expected: "a value of JSON", found });
  switch (typeof payload) {
    case "boolean": return String(payload);
    case "string": return quoted(payload);
    case "number": return Number.isFinite(payload) ? whole(payload) : refuse(String(payload));
    case "object": break;
    default: return refuse(String(payload));
  }
  if (payload === null) {
    return "null";
  }
  // An object that contains itself has no end.
  if (depth > MAX_DEPTH) {
    return refuse(`more than ${MAX_DEPTH} levels`);
  }
  if (Array.isArray(payload)) {
    return `[${Array.from(payload, (item, index) => write(item, join(pointer, String(index)), depth + 1)).join()}]`;
  }
  const members = Object.entries(payload).filter(([, member]) => member !== undefined);
  const texts = members.map(([name, member]) => `${quoted(name)}:${write(member, join(pointer, name), depth + 1)}`);
  return `{${texts.join()}}`;
}

/** An integer of 64 bits in full, which JavaScript prints with zeros for its last digits; any other number as it prints. */
function whole(value: number): string {
  const isLong = Number.isInteger(value) && !Number.isSafeInteger(value) && value >= -(2 ** 63) && value < 2 ** 64;
  return isLong ? BigInt(value).toString() : String(value);
}

/** A W3C traceparent of a new trace, sampled. */
export function newActivity(): string {
  const hex = (n: number): string =>
    Array.from(crypto.getRandomValues(new Uint8Array(n)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `00-${hex(16)}-${hex(8)}-01`;
}
