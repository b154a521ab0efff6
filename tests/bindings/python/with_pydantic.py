"""Uses generated types as fields of models of pydantic."""

import json

from pydantic import BaseModel, ConfigDict, ValidationError

from contracts import names, subscriptions


class Entry(BaseModel):
    """An entry of an outbox."""

    model_config = ConfigDict(hide_input_in_errors=True)
    event: names.NameRequestPaidV1Event
    attempts: int


PAYLOAD = {
    "nameRequestNumber": "NR 1234567",
    "paymentId": 1205,
    "fee": {"amountCents": 3150, "currency": "CAD"},
    "isPriority": False,
    "paidTimeUtc": "2026-11-20T17:45:12Z",
}

entry = Entry(event=PAYLOAD, attempts=1)
assert entry.event == names.NAME_REQUEST_PAID_V1.decode(json.dumps(PAYLOAD))
assert Entry.model_validate_json(json.dumps({"event": PAYLOAD, "attempts": 1})) == entry
assert Entry(event=entry.event, attempts=1).event is entry.event
assert entry.model_dump() == {"event": PAYLOAD, "attempts": 1}
assert json.loads(entry.model_dump_json()) == {"event": PAYLOAD, "attempts": 1}

try:
    Entry(event={**PAYLOAD, "paymentId": 0}, attempts=1)
except ValidationError as error:
    assert "/paymentId: 0 is not at least 1 (minimum)" in str(error), error
else:
    raise AssertionError("an invalid payload was accepted")
print("all is well")
