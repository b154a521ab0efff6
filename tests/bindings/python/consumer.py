"""Uses the generated code as a service does."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import sys
import threading
from typing import Any, Callable

from contracts import CONTRACTS, goodevent, names, registration, subscriptions

ACTIVITY = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

terminated = subscriptions.SubscriptionTerminatedV1Event(
    subscription_id="8a52c8af-2408-486f-ba4a-d277079de2b0",
    license_key="OCT-00412973",
    reason="paymentFailure",
    terminated_time_utc="2021-11-08T12:33:00Z",
)


def types_are_checked() -> None:
    """Hold mistakes that mypy reports: an ignored error that is none is an error itself."""
    subscriptions.SubscriptionTerminatedV1Event(subscription_id="a")  # type: ignore[call-arg]
    dataclasses.replace(terminated, reason="boredom")  # type: ignore[arg-type]
    terminated.reason = "fraud"  # type: ignore[misc]
    registration.USER_CREATED_V1.encode(terminated)  # type: ignore[arg-type]


def rejected(act: Callable[[], Any]) -> goodevent.EventError:
    """Return the error that `act` raises."""
    try:
        act()
    except goodevent.EventError as error:
        return error
    raise AssertionError("nothing was rejected")


contract = subscriptions.SUBSCRIPTION_TERMINATED_V1

# A message goes out in the envelope of its context and comes back.
message = contract.message(terminated, source="Octofront", activity=ACTIVITY)
received = contract.open(message.body)
assert received.payload == terminated
assert received.id == contract.id(terminated) == message.id
assert (received.source, received.activity) == ("Octofront", ACTIVITY)
assert message.partition_key == terminated.subscription_id
assert contract.open(message.body.decode()) == received

# A CloudEvent likewise, also with its payload in Base64.
TEXT = (
    '{"nameRequestNumber":"NR 1234567","paymentId":1205,"fee":{"amountCents":3150,"currency":"CAD"},'
    '"isPriority":false,"paidTimeUtc":"2026-11-20T17:45:12Z"}'
)
paid = names.NAME_REQUEST_PAID_V1.decode(TEXT)
cloud_event = names.NAME_REQUEST_PAID_V1.message(paid, source="/names")
assert names.NAME_REQUEST_PAID_V1.open(cloud_event.body).payload.fee.amount_cents == 3150
assert names.NAME_REQUEST_PAID_V1.encode(paid).decode() == TEXT
PACKED = (
    '{"specversion":"1.0","id":"1","source":"/names","type":"NameRequestPaidV1","data_base64":"'
    "eyJuYW1lUmVxdWVzdE51bWJlciI6Ik5SIDEyMzQ1NjciLCJwYXltZW50SWQiOjEyMDUsImZlZSI6eyJhbW91bnRDZW50cyI6MzE1MCwi"
    "Y3VycmVuY3kiOiJDQUQifSwiaXNQcmlvcml0eSI6ZmFsc2UsInBhaWRUaW1lVXRjIjoiMjAyNi0xMS0yMFQxNzo0NToxMloifQ=="
    '"}'
)
assert names.NAME_REQUEST_PAID_V1.open(PACKED).payload == paid
# A message of another type says so, although its payload is not JSON.
PACKED_OTHER = '{"specversion":"1.0","id":"1","source":"/names","type":"A","datacontenttype":"image/png","data_base64":"/9g="}'

# A payload that violates the contract is neither written nor read, and the reason names the place.
wrong = rejected(lambda: contract.encode(dataclasses.replace(terminated, license_key="OCT-1")))
assert (wrong.rule, wrong.violations[0].pointer) == ("pattern", "/licenseKey"), wrong
late = rejected(lambda: contract.open(message.body.replace(b"00Z", b"60Z")))
assert late.violations[0].pointer.endswith("imeUtc") and late.rule == "format", late
renamed = [message.body.replace(b"SubscriptionTerminatedV1", own) for own in (b"SubscriptionRenewedV1", b"anna@example.com")]
OTHERS: list[tuple[str, str, Callable[[], Any]]] = [
    ("other-envelope", "this is a CloudEvent of `NameRequestPaidV1`, an Octopus envelope of `SubscriptionTerminatedV1` was expected", lambda: contract.open(cloud_event.body)),
    ("other-envelope", "this is a message without an envelope, an Octopus envelope of `SubscriptionTerminatedV1` was expected", lambda: contract.open(contract.encode(terminated))),
    ("other-envelope", "this is an Octopus envelope of `SubscriptionTerminatedV1`, the payload of `SubscriptionTerminatedV1` alone was expected", lambda: contract.decode(message.body)),
    ("other-type", "this is `SubscriptionRenewedV1`, `SubscriptionTerminatedV1` was expected", lambda: contract.open(renamed[0])),
    ("other-type", "this is an event of another type, `SubscriptionTerminatedV1` was expected", lambda: contract.open(renamed[1])),
    ("other-type", "this is `A`, `NameRequestPaidV1` was expected", lambda: names.NAME_REQUEST_PAID_V1.open(PACKED_OTHER)),
]
for rule, words, act in OTHERS:
    mistaken = rejected(act)
    assert (mistaken.rule, mistaken.message, mistaken.violations) == (rule, words, ()), mistaken
assert rejected(lambda: contract.decode("{")).rule == "not-json"
assert rejected(lambda: contract.decode(b'"\xff"')).message == "not UTF-8 at byte 1"
assert rejected(lambda: contract.decode(" " * 70_000)).rule == "too-large"
assert rejected(lambda: contract.decode('"\ud800"')).rule == "not-json"
assert rejected(lambda: contract.message(terminated, source="")).violations[0].pointer == "/source"
assert rejected(lambda: contract.message(terminated, source="a" * 3_000)).rule == "envelope-too-large"
assert rejected(lambda: contract.message(terminated, source="a", activity="b")).violations[0].pointer == "/activityId"
assert [violation.keyword for violation in contract.violations("{}")] == ["required"]
assert contract.violations(contract.encode(terminated)) == []

# A value that JSON does not have is rejected with its place.
endless: list[Any] = []
endless.append(endless)
for unwritable in (object(), float("nan"), b"bytes", {1: 2}, endless):
    mistake = copy.copy(terminated)
    object.__setattr__(mistake, "reason", unwritable)
    assert rejected(lambda: contract.encode(mistake)).violations[0].pointer.startswith("/reason"), unwritable

# Nothing in a payload exhausts the stack, however little of it the caller leaves.
deep = '{"a":' * 127 + "{}" + "}" * 127


def from_depth(n_frames: int, act: Callable[[], Any]) -> Any:
    """Call a function from a deep stack."""
    return act() if n_frames == 0 else from_depth(n_frames - 1, act)


def examine() -> None:
    """Read payloads with deep values."""
    for text in (deep, "[" * 60_000, '{"subscriptionId":' + deep + "}"):
        assert rejected(lambda: contract.decode(text))
    assert contract.decode(contract.encode(terminated)) == terminated


from_depth(sys.getrecursionlimit() - 150, examine)
thread = threading.Thread(target=examine)
thread.start()
thread.join()

# Values are data: they can be compared, copied, put into sets and sent to another process.
assert contract.decode(contract.encode(terminated)) == terminated
assert len({terminated, copy.deepcopy(terminated)}) == 1
assert pickle.loads(pickle.dumps(terminated)) == terminated
assert pickle.loads(pickle.dumps(wrong)).violations == wrong.violations
assert copy.deepcopy(goodevent.ABSENT) is goodevent.ABSENT and not goodevent.ABSENT

# The list of contracts serves consumers that know the type of an event at run time only.
by_type = {own.type: own for own in CONTRACTS}
assert by_type["SubscriptionTerminatedV1"] is contract
assert (contract.name, contract.version, contract.envelope) == ("SubscriptionTerminatedV1Event", 1, "octopus")
assert contract.topic and contract.context == "subscriptions" and contract.max_bytes

# Personal data are neither in errors nor in the text of a value.
USER = (
    '{"userId":"8a52c8af-2408-486f-ba4a-d277079de2b0","email":"anna@example.com","displayName":"Anna Lenz",'
    '"locale":"de","registeredTimeUtc":"2021-11-08T12:33:00Z"}'
)
user = registration.USER_CREATED_V1.decode(USER)
assert user.display_name == "Anna Lenz" and "Anna" not in repr(user) and "anna@" not in repr(user)
for part, other in (('"Anna Lenz"', '["Anna"]'), ("anna@example.com", "anna@"), ("displayName", "display"), ("de", "Anna")):
    error = rejected(lambda: registration.USER_CREATED_V1.decode(USER.replace(part, other)))
    shown = [str(error), repr(error.violations)]
    assert error.violations and (part == "de" or not any("Anna" in text or "anna@" in text for text in shown)), error
unwritten = rejected(lambda: registration.USER_CREATED_V1.encode(dataclasses.replace(user, display_name="Anna" * 30)))
assert "Anna" not in str(unwritten) and unwritten.rule == "maxLength"

print("all is well")
