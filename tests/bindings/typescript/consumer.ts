// A service that publishes and consumes events: it compiles, and what is wrong in it does not.
import { CONTRACTS, goodevent, names, registration, subscriptions } from "./index.js";

const terminated: subscriptions.SubscriptionTerminatedV1Event = {
  subscriptionId: "8a52c8af-2408-486f-ba4a-d277079de2b0",
  licenseKey: "OCT-00412973",
  reason: "paymentFailure",
  terminatedTimeUtc: "2021-11-08T12:33:00Z",
};

// @ts-expect-error A member is missing.
const incomplete: subscriptions.SubscriptionTerminatedV1Event = { subscriptionId: "a" };
// @ts-expect-error The reason is none of the contract's.
const unknownReason: subscriptions.SubscriptionTerminatedV1Event = { ...terminated, reason: "boredom" };
// @ts-expect-error Events do not change.
const change = (): void => void (terminated.reason = "fraud");
// @ts-expect-error An event is one of its own contract.
const other = (): string => registration.UserCreatedV1Event.encode(terminated);
void [incomplete, unknownReason, change, other];

function assert(condition: boolean, what: string): asserts condition {
  if (!condition) {
    throw new Error(what);
  }
}

function rejected(act: () => unknown): goodevent.EventError {
  try {
    act();
  } catch (error) {
    assert(error instanceof goodevent.EventError, `an EventError and not ${error}`);
    return error;
  }
  throw new Error("nothing was rejected");
}

const contract = subscriptions.SubscriptionTerminatedV1Event;

// A message goes out in the envelope of its context and comes back.
const activity = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const message = contract.message(terminated, { source: "Octofront", activity });
const received = contract.open(message.body);
assert(JSON.stringify(received.payload) === JSON.stringify(terminated), "the payload comes back");
assert(received.id === contract.id(terminated) && received.id === message.id, "the id is that of the payload");
assert(received.source === "Octofront" && received.activity === activity, "the metadata comes back");
assert(message.partitionKey === terminated.subscriptionId, "events of a subscription stay in order");

// A CloudEvent likewise, also with its data in base64.
const text = `{"nameRequestNumber":"NR 1234567","paymentId":1205,"fee":{"amountCents":3150,"currency":"CAD"},"isPriority":false,"paidTimeUtc":"2026-11-20T17:45:12Z"}`;
const paid = names.NameRequestPaidV1Event.decode(text);
const cloudEvent = names.NameRequestPaidV1Event.message(paid, { source: "/names" });
assert(names.NameRequestPaidV1Event.open(cloudEvent.body).payload.fee.amountCents === 3150, "the fee comes back");
const inBase64 = (data: string, more = {}): string => {
  const { data: _, ...others } = JSON.parse(cloudEvent.body) as Record<string, unknown>;
  return JSON.stringify({ ...others, data_base64: btoa(data), ...more });
};
const unpacked = names.NameRequestPaidV1Event.open(inBase64(text)).payload;
assert(JSON.stringify(unpacked) === JSON.stringify(paid), "base64 is decoded");
for (const bad of [inBase64("{"), inBase64(text, { data_base64: "?" }), inBase64(text, { data: paid }), inBase64(text, { datacontenttype: "text/plain" })]) {
  assert(rejected(() => names.NameRequestPaidV1Event.open(bad)).rule === "attribute", "what is not JSON in base64 is refused");
}

// What violates the contract is neither written nor read, and the reason names the place.
const wrong = rejected(() => contract.encode({ ...terminated, licenseKey: "OCT-1" }));
assert(wrong.rule === "pattern" && wrong.violation?.pointer === "/licenseKey", wrong.message);
const late = rejected(() => contract.open(message.body.replace("00Z", "60Z")));
assert(late.violation?.pointer === "/payload/terminatedTimeUtc" || late.rule === "format", late.message);
const renamed = (own: string): string => message.body.replace("SubscriptionTerminatedV1", own);
const packed = '{"specversion":"1.0","id":"1","source":"/names","type":"A","datacontenttype":"image/png","data_base64":"/9g="}';
for (const [act, rule, words] of [
  [() => contract.open(cloudEvent.body), "other-envelope",
    "this is a CloudEvent of `NameRequestPaidV1`, an Octopus envelope of `SubscriptionTerminatedV1` was expected"],
  [() => contract.open(contract.encode(terminated)), "other-envelope",
    "this is a message without an envelope, an Octopus envelope of `SubscriptionTerminatedV1` was expected"],
  [() => contract.decode(message.body), "other-envelope",
    "this is an Octopus envelope of `SubscriptionTerminatedV1`, the payload of `SubscriptionTerminatedV1` alone was expected"],
  [() => contract.open(renamed("SubscriptionRenewedV1")), "other-type",
    "this is `SubscriptionRenewedV1`, `SubscriptionTerminatedV1` was expected"],
  [() => contract.open(renamed("anna@example.com")), "other-type",
    "this is an event of another type, `SubscriptionTerminatedV1` was expected"],
  [() => names.NameRequestPaidV1Event.open(packed), "other-type", "this is `A`, `NameRequestPaidV1` was expected"],
] as const) {
  const other = rejected(act);
  assert(other.rule === rule && other.message === words && other.violation === undefined, other.message);
}
assert(rejected(() => contract.decode("{")).rule === "not-json", "half a text is not JSON");
assert(rejected(() => contract.decode(new Uint8Array([0x22, 0xff, 0x22]))).rule === "not-utf8", "bytes are UTF-8");
assert(rejected(() => contract.decode(" ".repeat(70_000))).rule === "too-large", "64 KiB are enough");
assert(rejected(() => contract.message(terminated, { source: "" })).violation?.pointer === "/source", "a source has a name");
const cyclic: Record<string, unknown> = { ...terminated };
assert(rejected(() => contract.encode({ ...cyclic, n: 1n } as never)).rule === "type", "BigInt is not JSON");

// Tables of contracts serve consumers that know the type of an event only at run time.
const byType = new Map(CONTRACTS.map((own) => [own.type, own]));
assert(byType.get("SubscriptionTerminatedV1") === contract, "each contract is listed by its type");

console.log("all is well");
