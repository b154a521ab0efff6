"""The contract of an event: generated code makes one for each event."""

from __future__ import annotations

import decimal
import json
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Callable, Generic, Literal, NoReturn, Optional, Sequence, TypeVar, Union

from .formats import decoded
from .ids import id_of
from .reader import Fault, exact, has_long_number, is_too_deep, parse
from .shape import Make, Shape, Unwritable, maker, plain
from .table import Node, Ref, Table, resolved
from .validate import is_accepted, violations, with_stack
from .violation import Violation
from .writer import MISSING, at, printed_value, quoted

MAX_EVENT_BYTES = 65_536
"""An event and its envelope have at most so many bytes."""

MAX_ENVELOPE_BYTES = 2_048
"""An envelope adds at most so many bytes to its payload."""

T = TypeVar("T")


class EventError(ValueError):
    """The reason why a message is rejected.

    `rule` is the violated rule, for metrics: the keyword of the contract, or else `too-large`, `envelope-too-large`,
    `not-utf8`, `not-json`, `other-type` or `other-envelope`. `message` is one line. `violations` lists the violations of the
    contract, if the message is JSON and is of its type and in its envelope.
    """

    def __init__(self, rule: str, message: str, violations: Sequence[Violation] = ()) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.violations = tuple(violations)

    def __reduce__(self) -> Any:
        """Return the arguments of a copy."""
        return EventError, (self.rule, self.message, self.violations)


@dataclass(frozen=True)
class Received(Generic[T]):
    """An event with the metadata of its envelope; without envelope, the metadata is `None`."""

    payload: T
    id: Optional[str]
    """Id, the same for the same fact."""
    source: Optional[str]
    """Publishing service."""
    time: Optional[str]
    """Time of the event, of RFC 3339."""
    activity: Optional[str]
    """Activity of the event, a W3C traceparent."""


@dataclass(frozen=True)
class Message:
    """A message that is ready to be sent."""

    id: str
    """Id of the event, the same for the same fact, so that brokers recognise duplicates."""
    partition_key: Optional[str]
    """Messages of one key stay in order; `None` if the contract defines none, or the event has none."""
    body: bytes


@dataclass(frozen=True)
class Contract(Generic[T]):
    """The contract of an event of type `T`."""

    name: str
    """Name of the event: `SubscriptionCreatedV1Event`."""
    type: str
    """Name in envelopes: `SubscriptionCreatedV1`."""
    context: str
    """The bounded context."""
    version: int
    topic: str
    """Topic, exchange, subject or stream."""
    routing_key: str
    queue: str
    envelope: Literal["none", "octopus", "cloudevents"]
    dedup_key: tuple[str, ...]
    """JSON Pointers to the members that the id is derived from; none for the whole payload."""
    partition_key: Optional[str]
    """JSON Pointer to the member that orders events."""
    changes: tuple[str, ...]
    """JSON Pointers to the members whose change is the reason for the event."""
    headers: tuple[str, ...]
    """Names of mandatory headers."""
    max_bytes: Optional[int]
    """Proved upper bound of the payload in bytes."""
    deprecated: Optional[str]
    """Why the event is deprecated."""
    table: Callable[[], Table]
    """The schema of the payload, for the code that contracts share."""
    shape: Shape
    """The type of the payload, for the code that contracts share."""

    def decode(self, payload: Union[bytes, str]) -> T:
        """Read and validate a payload of at most 65,536 bytes.

        Raises `EventError` if it violates the contract.
        """
        try:
            return self._decoded(_read(payload))
        except RecursionError:
            return with_stack(lambda: self._decoded(_read(payload)))

    def encode(self, payload: T) -> bytes:
        """Validate a payload and write it as compact JSON of at most 65,536 bytes.

        Raises `EventError` if it violates the contract.
        """
        try:
            return self._encoded(payload)[0]
        except RecursionError:
            return with_stack(lambda: self._encoded(payload)[0])

    def violations(self, payload: Union[bytes, str]) -> list[Violation]:
        """List every violation of a payload; none if `decode` accepts it.

        Raises `EventError` if it is not JSON, or too large.
        """
        try:
            return violations(self._node(), self._make(), _read(payload))[1]
        except RecursionError:
            return with_stack(lambda: violations(self._node(), self._make(), _read(payload))[1])

    def id(self, payload: T) -> str:
        """Return the id of a payload: the same for the same fact, in all languages.

        Raises `EventError` if the payload violates the contract.
        """
        try:
            return id_of(self.name, self.dedup_key, self._encoded(payload)[1])
        except RecursionError:
            return with_stack(lambda: id_of(self.name, self.dedup_key, self._encoded(payload)[1]))

    def open(self, message: Union[bytes, str]) -> Received[T]:
        """Read and validate a message with the envelope of the contract.

        Raises `EventError` if it violates the contract or its envelope.
        """
        try:
            return self._opened(_read(message))
        except RecursionError:
            return with_stack(lambda: self._opened(_read(message)))

    def message(
        self,
        payload: T,
        *,
        source: str,
        id: Optional[str] = None,
        time: Optional[str] = None,
        activity: Optional[str] = None,
    ) -> Message:
        """Validate a payload and write it with the envelope of the contract.

        `source` is the publishing service. The id is derived from the payload, the time is now, and `activity`, a W3C
        traceparent, is a new trace, unless they are given.

        Raises `EventError` if the payload violates the contract, or the metadata the envelope.
        """
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        given = source, time if time is not None else now, activity if activity is not None else new_activity()
        try:
            return self._message_of(payload, id, *given)
        except RecursionError:
            return with_stack(lambda: self._message_of(payload, id, *given))

    def _node(self) -> Node:
        return resolved(self.table)

    def _make(self) -> Make:
        known: Optional[Make] = self.__dict__.get("_maker")
        if known is None:
            made = maker(self.shape)
            known = made if made is not None else _itself
            object.__setattr__(self, "_maker", known)
        return known

    def _decoded(self, value: Any) -> T:
        node, make = self._node(), self._make()
        if is_accepted(node, value):
            misfits: list[Any] = []
            made: T = make(value, misfits)
            if not misfits:
                return made
        typed, found = violations(node, make, value)
        if found:
            # The contract itself can have the members of envelopes.
            if not self._node().properties & {"specversion", "specVersion", "payload"}:
                self._require_match("none", value)
            reject(found)
        payload: T = typed
        return payload

    def _encoded(self, payload: T) -> tuple[bytes, Any]:
        value, text = _written(payload)
        # A value without `Decimal` is the one that its text is read as, if the text is short and Unicode.
        if value is not MISSING and not has_long_number(text) and not is_too_deep(text, value):
            body = _bytes(text)
            if body is not None and is_accepted(self._node(), value):
                return body, value
        value = _read(text)
        _, found = violations(self._node(), self._make(), value)
        if found:
            reject(found)
        return text.encode(), value

    def _require_match(self, envelope: str, message: Any) -> None:
        """Reject an event of another type, and an event in another envelope."""
        found = _envelope_of(message)
        if found is None or (found == envelope == "none"):
            return
        own = at(message, "/type")
        if found == envelope and (type(own) is not str or own == self.type):
            return
        is_shown = type(own) is str and (own == self.type or _TYPE.fullmatch(own) is not None)
        if found == envelope:
            other = f"`{own}`" if is_shown else "an event of another type"
            raise EventError("other-type", f"this is {other}, `{self.type}` was expected")
        words = {"octopus": "an Octopus envelope of", "cloudevents": "a CloudEvent of"}
        of = f"`{own}`" if is_shown else "another type"
        other = "a message without an envelope" if found == "none" else f"{words[found]} {of}"
        expected = f"{words[envelope]} `{self.type}`" if envelope in words else f"the payload of `{self.type}` alone"
        raise EventError("other-envelope", f"this is {other}, {expected} was expected")

    def _opened(self, value: Any) -> Received[T]:
        if self.envelope == "none":
            return Received(self._decoded(value), None, None, None, None)
        self._require_match(self.envelope, value)
        if self.envelope == "cloudevents":
            value = _unpacked(value)
        typed, found = violations(*self._enveloped(), value)
        if found:
            reject(found)
        is_octopus = self.envelope == "octopus"
        time, activity = ("occurredTimeUtc", "activityId") if is_octopus else ("time", "traceparent")
        texts = [value.get(name) for name in ("id", "source", time, activity)]
        own_id, source, own_time, own_activity = (text if type(text) is str else None for text in texts)
        return Received(typed, own_id, source, own_time, own_activity)

    def _enveloped(self) -> tuple[Node, Make]:
        """Return the envelope and the payload as one schema, and the function that makes the payload."""
        known: Optional[tuple[Node, Make]] = self.__dict__.get("_envelope")
        if known is None:
            table = _octopus(self.type, self.table) if self.envelope == "octopus" else _cloud_event(self.type, self.table)
            name, make = "payload" if self.envelope == "octopus" else "data", self._make()
            known = resolved(table), lambda value, misfits: make(value[name], misfits)
            object.__setattr__(self, "_envelope", known)
        return known

    def _message_of(self, payload: T, own_id: Optional[str], source: str, time: str, activity: str) -> Message:
        content, value = self._encoded(payload)
        key = MISSING if self.partition_key is None else at(value, self.partition_key)
        partition_key = None if key is MISSING else key if type(key) is str else printed_value(key)
        event_id = own_id if own_id is not None else id_of(self.name, self.dedup_key, value)
        if self.envelope == "none":
            return Message(event_id, partition_key, content)
        texts = [_quoted(own) for own in (event_id, source, self.type, time, activity)]
        if self.envelope == "octopus":
            head = '{{"id":{},"source":{},"type":{},"occurredTimeUtc":{},"activityId":{},"specVersion":"1.0","payload":'
        else:
            head = (
                '{{"specversion":"1.0","id":{},"source":{},"type":{},"time":{},"datacontenttype":"application/json",'
                '"traceparent":{},"data":'
            )
        body = b"%b%b}" % (head.format(*texts).encode("utf-8", "surrogatepass"), content)
        n_around = len(body) - len(content)
        if n_around > MAX_ENVELOPE_BYTES:
            raise EventError(
                "envelope-too-large", f"{n_around} bytes around the payload are more than {MAX_ENVELOPE_BYTES}"
            )
        _, found = violations(*self._enveloped(), _read(body))
        if found:
            reject(found)
        return Message(event_id, partition_key, body)


def _itself(value: Any, misfits: list[Any]) -> Any:
    return value


_TEXT: Table = (("type", ("string",)), ("minLength", 1))
_TIME: Table = (("type", ("string",)), ("format", "date-time"))
_TRACE: Table = (("type", ("string",)), ("traceparent",))
_REFERENCE: Table = (*_TEXT, ("format", "uri-reference"))
_OPTIONAL: Table = (("type", ("null", "string")), ("minLength", 1))
_TIMESTAMP: Table = (("type", ("null", "string")), ("format", "date-time"))
_URI: Table = (("type", ("null", "string")), ("format", "uri"))
_VERSION: Table = (("const", '"1.0"'),)
_EXTENSION: Table = (
    ("type", ("null", "boolean", "integer", "string")),
    ("minimum", "-2147483648"),
    ("maximum", "2147483647"),
)
_NEVER: Table = (("false",),)
_NAME: Table = (("attributeName",),)


def _octopus(event_type: str, payload: Ref) -> Table:
    members = (
        ("payload", payload),
        ("id", _TEXT),
        ("source", _TEXT),
        ("type", (("const", quoted(event_type)),)),
        ("occurredTimeUtc", _TIME),
        ("activityId", _TRACE),
        ("specVersion", _VERSION),
    )
    required = ("id", "source", "type", "occurredTimeUtc", "activityId", "specVersion", "payload")
    return (
        ("type", ("object",)),
        ("properties", members),
        ("additionalProperties", _NEVER),
        ("required", required),
    )


def _cloud_event(event_type: str, payload: Ref) -> Table:
    members = (
        ("data", payload),
        ("specversion", _VERSION),
        ("id", _TEXT),
        ("source", _REFERENCE),
        ("type", (("const", quoted(event_type)),)),
        ("subject", _OPTIONAL),
        ("time", _TIMESTAMP),
        ("datacontenttype", _OPTIONAL),
        ("dataschema", _URI),
    )
    return (
        ("type", ("object",)),
        ("properties", members),
        ("additionalProperties", _EXTENSION),
        ("propertyNames", _NAME),
        ("required", ("specversion", "id", "source", "type", "data")),
    )


def _envelope_of(value: Any) -> Optional[str]:
    """Return the envelope of the event in a message, as far as its members show it; nothing if it is not an object."""
    if type(value) is not dict:
        return None
    if "specversion" in value and "type" in value:
        return "cloudevents"
    is_octopus = "payload" in value and "type" in value and ("specVersion" in value or "occurredTimeUtc" in value)
    return "octopus" if is_octopus else "none"


_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,199}")
"""An error shows no other text as the type of a message.

It is written by a stranger, is logged, and can have personal data.
"""


def _unpacked(value: Any) -> Any:
    """Return a CloudEvent with its payload in `data` instead of `data_base64`."""
    if type(value) is not dict or "data_base64" not in value:
        return value
    members = dict(value)
    packed = members.pop("data_base64")
    if packed is None:
        return members
    if members.get("data") is not None:
        _refuse("data_base64", "absent where there is `data`", "the payload")
    media_type = members.get("datacontenttype")
    if type(media_type) is str and not _is_media_type_of_json(media_type):
        _refuse("datacontenttype", "a media type of JSON", media_type)
    content = decoded("base64", packed) if type(packed) is str else None
    try:
        members["data"] = parse(content.decode()) if content is not None else _refuse_packed()
    except (Fault, UnicodeDecodeError):
        _refuse_packed()
    return members


def _refuse(name: str, expected: str, found: str) -> NoReturn:
    reject([Violation(f"/{name}", "attribute", expected, found)])


def _refuse_packed() -> NoReturn:
    _refuse("data_base64", "JSON in base64", "the payload")


def _is_media_type_of_json(text: str) -> bool:
    _, slash, subtype = text.partition(";")[0].strip().lower().partition("/")
    return bool(slash) and (subtype == "json" or subtype.endswith("+json"))


def reject(found: Sequence[Violation]) -> NoReturn:
    """Raise the error of these violations: its message is the first of them."""
    raise EventError(found[0].keyword, str(found[0]), found)


def _read(message: Union[bytes, str]) -> Any:
    is_unicode = True
    if isinstance(message, str):
        text = message
        n_bytes = len(text)
        if not text.isascii():
            n_bytes = len(text.encode("utf-8", "surrogatepass"))
            is_unicode = _is_unicode(text)
        if n_bytes > MAX_EVENT_BYTES:
            raise EventError("too-large", f"{n_bytes} bytes are more than {MAX_EVENT_BYTES}")
    else:
        if len(message) > MAX_EVENT_BYTES:
            raise EventError("too-large", f"{len(message)} bytes are more than {MAX_EVENT_BYTES}")
        try:
            text = str(message, "utf-8")
        except UnicodeDecodeError as error:
            raise EventError("not-utf8", f"not UTF-8 at byte {error.start}") from None
    try:
        return parse(text) if is_unicode else exact(text)
    except Fault as fault:
        raise EventError("not-json", str(fault)) from None


def _is_unicode(text: str) -> bool:
    """Test if a text has no half of a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _written(payload: Any) -> tuple[Any, str]:
    """Return a payload and its text; a value that JSON does not have is an error and not left out.

    The payload is `MISSING` if it has numbers that the standard library does not write.
    """
    try:
        value = plain(payload)
    except Unwritable as error:
        reject([error.violation])
    try:
        return value, "".join(_CHUNKS(value, 0)) if _CHUNKS else _ENCODER.encode(value)
    except (TypeError, ValueError):
        return MISSING, _text(value)


def _bytes(text: str) -> Optional[bytes]:
    """Return the bytes of an event, if the text is Unicode and fits."""
    try:
        body = text.encode()
    except UnicodeEncodeError:
        return None
    return body if len(body) <= MAX_EVENT_BYTES else None


_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":"))
_MAKE: Any = getattr(json.encoder, "c_make_encoder", None)
# The encoder of the standard library makes this at every call.
_CHUNKS: Any = _MAKE and _MAKE(None, _ENCODER.default, quoted, None, ":", ",", False, False, False)


_MAX_INT_BITS = 4_000
"""The standard library refuses to write integers of many more."""


def _text(value: Any) -> str:
    """Return the text of a value with numbers that the encoder of the standard library does not write."""
    if type(value) is list:
        return f"[{','.join(map(_text, value))}]"
    if type(value) is dict:
        return f"{{{','.join(f'{quoted(name)}:{_text(member)}' for name, member in value.items())}}}"
    if type(value) is decimal.Decimal:
        return str(value)
    if type(value) is int and value.bit_length() > _MAX_INT_BITS:
        return str(decimal.Decimal(value))
    return _ENCODER.encode(value)


def _quoted(text: object) -> str:
    if not isinstance(text, str):
        reject([Violation("", "type", "a string", f"a value of the type {type(text).__name__}")])
    return quoted(text)


def decoded_part(cls: Any, value: Any) -> Any:
    """Return a value of a generated class from one, or from an object; for libraries that validate fields."""

    def made() -> Any:
        fields = cls.__fields_of_json__
        read = _read(_written(value)[1])
        node = resolved(fields.table) if fields.table else _ANY
        typed, found = violations(node, maker(lambda: cls) or _itself, read)
        if found:
            reject(found)
        return typed

    try:
        return made()
    except RecursionError:
        return with_stack(made)


_ANY = resolved((("type", ("object",)),))


def plain_part(value: Any) -> Any:
    """Return a value of a generated class as dictionaries, lists and scalars."""
    try:
        return plain(value)
    except RecursionError:
        return with_stack(lambda: plain(value))


def new_activity() -> str:
    """Return a W3C traceparent of a new trace, sampled."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
