
package goodevent

import (
	"crypto/rand"
	"encoding/hex"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	// MaxEventBytes is the largest size of an event and its envelope.
	MaxEventBytes = 65_536
	// MaxEnvelopeBytes is the largest size of an envelope without its payload.
	MaxEnvelopeBytes = 2_048
)

// Schema validates values by a table.
type Schema struct {
	table func() List
	once  sync.Once
	root  *node
}

// NewSchema returns the schema of a table, which is compiled when it is needed.
func NewSchema(table func() List) *Schema {
	return &Schema{table: table}
}

func (s *Schema) node() *node {
	s.once.Do(func() { s.root = nodeOf(s.table) })
	return s.root
}

// IsValid reports whether a value is valid.
func (s *Schema) IsValid(v *Value) bool {
	return isValidRoot(s.node(), v)
}

// Facts are the facts of a contract besides its schema.
type Facts struct {
	// Name of the event: `SubscriptionCreatedV1Event`.
	Name string
	// Type is the name in envelopes: `SubscriptionCreatedV1`.
	Type string
	// Context is the bounded context.
	Context string
	// Version is the version in the name.
	Version int
	// Topic, exchange, subject or stream.
	Topic string
	// RoutingKey can be empty.
	RoutingKey string
	// Queue can be empty.
	Queue string
	// Envelope is `none`, `octopus` or `cloudevents`.
	Envelope string
	// DedupKey has JSON Pointers to the members that the id is derived from; none for the whole payload.
	DedupKey []string
	// PartitionKey is the JSON Pointer to the member that orders events; empty if there is none.
	PartitionKey string
	// Changes has JSON Pointers to the members whose change is the reason for the event.
	Changes []string
	// Headers has the names of mandatory headers.
	Headers []string
	// MaxBytes is the proved upper bound of the payload in bytes; zero if there is none.
	MaxBytes int
	// Deprecated is the reason of the deprecation; empty if the event is not deprecated.
	Deprecated string
}

// Contract is the contract of an event of type T.
type Contract[T any] struct {
	Facts
	schema *Schema
	decode func(*Decoder, *Value) T
	encode func(*Encoder, T)
	once   sync.Once
	root   *node
}

// AnyContract is the contract of an event whose type is known at run time only.
type AnyContract interface {
	// About returns the facts of the contract.
	About() Facts
	// Violations lists every violation of a payload; none if it is valid. It fails if the payload cannot be read.
	Violations(payload []byte) ([]Violation, error)
	// Check validates a payload.
	Check(payload []byte) error
	// Reencode decodes a payload and encodes it again, in the order of the contract.
	Reencode(payload []byte) ([]byte, error)
	// IDOf returns the id of a valid payload.
	IDOf(payload []byte) (string, error)
}

// NewContract returns the contract of an event; state states its facts.
func NewContract[T any](table func() List, decode func(*Decoder, *Value) T, encode func(*Encoder, T), state func(*Facts)) *Contract[T] {
	own := &Contract[T]{schema: NewSchema(table), decode: decode, encode: encode}
	state(&own.Facts)
	return own
}

// Received is an event with the metadata of its envelope, which are empty without envelope.
type Received[T any] struct {
	// Payload is the event.
	Payload T
	// ID is the same for the same fact.
	ID string
	// Source is the publishing service.
	Source string
	// Time of the event, of RFC 3339.
	Time string
	// Activity is a W3C traceparent.
	Activity string
}

// Metadata are the metadata of a message to be sent.
type Metadata struct {
	// Source is the publishing service.
	Source string
	// ID is derived from the payload if it is empty.
	ID string
	// Time is now if it is zero.
	Time time.Time
	// Activity is a W3C traceparent, of a new trace if it is empty.
	Activity string
}

// Message is a message that is ready to be sent.
type Message struct {
	// ID is the same for the same fact, so that brokers recognise duplicates.
	ID string
	// PartitionKey is empty if the contract defines none, or the event has none. Messages of one key stay in order.
	PartitionKey string
	// Body is the message.
	Body []byte
}

// About returns the facts of the contract.
func (c *Contract[T]) About() Facts {
	return c.Facts
}

// Decode reads and validates a payload of at most 65,536 bytes.
func (c *Contract[T]) Decode(payload []byte) (T, error) {
	event, _, err := c.read(payload)
	return event, err
}

func (c *Contract[T]) read(payload []byte) (T, *Value, error) {
	var none T
	value, err := read(payload)
	if err != nil {
		return none, nil, err
	}
	root := c.schema.node()
	if !isValidRoot(root, value) {
		if other := c.unwrapped(root, value); other != nil {
			return none, nil, other
		}
		if all := violationsOf(root, value, 1); len(all) > 0 {
			return none, nil, rejected(all[0])
		}
		return none, nil, rejected(undecided(""))
	}
	event, wide := c.typed(value)
	if len(wide) > 0 {
		return none, nil, rejected(wide[0])
	}
	return event, value, nil
}

// typed returns a valid value as its type, and the numbers that the type does not hold.
func (c *Contract[T]) typed(value *Value) (T, []Violation) {
	d := Decoder{}
	event := c.decode(&d, value)
	if len(d.misfits) == 0 {
		return event, nil
	}
	value.sort()
	d = Decoder{}
	event = c.decode(&d, value)
	return event, d.violations(value, c.schema.node())
}

// Encode validates a payload and writes it as compact JSON of at most 65,536 bytes.
func (c *Contract[T]) Encode(payload T) ([]byte, error) {
	text, _, err := c.write(payload)
	return text, err
}

func (c *Contract[T]) write(payload T) ([]byte, *Value, error) {
	e := Encoder{out: make([]byte, 0, 512)}
	c.encode(&e, payload)
	if e.problem != nil {
		return nil, nil, e.problem
	}
	if len(e.out) > MaxEventBytes {
		return nil, nil, tooLarge(len(e.out))
	}
	_, value, err := c.read(e.out)
	return e.out, value, err
}

// Violations lists every violation of a payload; none if Decode accepts it. It fails if the payload cannot be read.
func (c *Contract[T]) Violations(payload []byte) ([]Violation, error) {
	value, err := read(payload)
	if err != nil {
		return nil, err
	}
	root := c.schema.node()
	if !isValidRoot(root, value) {
		if all := violationsOf(root, value, maxViolations); len(all) > 0 {
			return all, nil
		}
		return []Violation{undecided("")}, nil
	}
	_, wide := c.typed(value)
	return wide, nil
}

// Check validates a payload.
func (c *Contract[T]) Check(payload []byte) error {
	_, _, err := c.read(payload)
	return err
}

// Reencode decodes a payload and encodes it again, in the order of the contract.
func (c *Contract[T]) Reencode(payload []byte) ([]byte, error) {
	event, _, err := c.read(payload)
	if err != nil {
		return nil, err
	}
	return c.Encode(event)
}

// ID returns the id of a payload: the same for the same fact, in all languages.
func (c *Contract[T]) ID(payload T) (string, error) {
	_, value, err := c.write(payload)
	if err != nil {
		return "", err
	}
	return idOf(c.Name, c.DedupKey, value), nil
}

// IDOf returns the id of a valid payload.
func (c *Contract[T]) IDOf(payload []byte) (string, error) {
	_, value, err := c.read(payload)
	if err != nil {
		return "", err
	}
	return idOf(c.Name, c.DedupKey, value), nil
}

// Open reads and validates a message with the envelope of the contract.
func (c *Contract[T]) Open(message []byte) (Received[T], error) {
	if c.Envelope == "none" {
		event, _, err := c.read(message)
		return Received[T]{Payload: event}, err
	}
	var none Received[T]
	value, err := read(message)
	if err != nil {
		return none, err
	}
	if c.Envelope == "cloudevents" {
		err = unpack(value)
	}
	payload, timeName, activity := "data", "time", "traceparent"
	if c.Envelope == "octopus" {
		payload, timeName, activity = "payload", "occurredTimeUtc", "activityId"
	}
	root := c.message()
	if err != nil || !isValidRoot(root, value) {
		if other := mismatch(c.Envelope, c.Type, value); other != nil {
			return none, other
		}
		if err != nil {
			return none, err
		}
		if all := violationsOf(root, value, 1); len(all) > 0 {
			return none, rejected(all[0])
		}
		return none, rejected(undecided(""))
	}
	event, wide := c.typed(value.member(payload))
	if len(wide) > 0 {
		wide[0].Pointer = "/" + payload + wide[0].Pointer
		return none, rejected(wide[0])
	}
	text := func(name string) string {
		if member := value.member(name); member != nil && member.kind == typeString {
			return member.text
		}
		return ""
	}
	return Received[T]{event, text("id"), text("source"), text(timeName), text(activity)}, nil
}

// Message validates a payload and writes it with the envelope of the contract.
func (c *Contract[T]) Message(payload T, metadata Metadata) (Message, error) {
	text, value, err := c.write(payload)
	if err != nil {
		return Message{}, err
	}
	own := Message{ID: metadata.ID, Body: text}
	if own.ID == "" {
		own.ID = idOf(c.Name, c.DedupKey, value)
	}
	if c.PartitionKey != "" {
		if key := pointed(value, c.PartitionKey); key != nil && key.kind == typeString {
			own.PartitionKey = key.text
		} else if key != nil {
			value.sort()
			own.PartitionKey = string(pointed(value, c.PartitionKey).appendText(nil))
		}
	}
	if c.Envelope == "none" {
		return own, nil
	}
	if metadata.Time.IsZero() {
		metadata.Time = time.Now()
	}
	if metadata.Activity == "" {
		metadata.Activity = NewActivity()
	}
	metadata.ID = own.ID
	own.Body, err = c.wrapped(text, metadata)
	return own, err
}

func (c *Contract[T]) wrapped(payload []byte, metadata Metadata) ([]byte, error) {
	e := Encoder{out: make([]byte, 0, len(payload)+512)}
	e.Object(func() {
		member := func(name, text string) {
			e.Name(name)
			e.String(text)
		}
		at := metadata.Time.UTC().Format("2006-01-02T15:04:05.000Z")
		if c.Envelope == "octopus" {
			member("id", metadata.ID)
			member("source", metadata.Source)
			member("type", c.Type)
			member("occurredTimeUtc", at)
			member("activityId", metadata.Activity)
			member("specVersion", "1.0")
			e.Name("payload")
		} else {
			member("specversion", "1.0")
			member("id", metadata.ID)
			member("source", metadata.Source)
			member("type", c.Type)
			member("time", at)
			member("traceparent", metadata.Activity)
			e.Name("data")
		}
		e.out = append(e.out, payload...)
	})
	if e.problem != nil {
		return nil, e.problem
	}
	if around := len(e.out) - len(payload); around > MaxEnvelopeBytes {
		message := strconv.Itoa(around) + " bytes around the payload are more than " + strconv.Itoa(MaxEnvelopeBytes)
		return nil, &Error{Rule: "envelope-too-large", Message: message}
	}
	value, err := read(e.out)
	if err != nil {
		return nil, err
	}
	if all := violationsOf(c.message(), value, 1); len(all) > 0 {
		return nil, rejected(all[0])
	}
	return e.out, nil
}

// message returns the envelope and the payload as one schema.
func (c *Contract[T]) message() *node {
	c.once.Do(func() { c.root = envelopeNode(c.Envelope, c.Type, c.schema.table) })
	return c.root
}

// unwrapped returns the error of a message with an envelope that the contract does not describe.
func (c *Contract[T]) unwrapped(root *node, value *Value) *Error {
	for _, name := range []string{"specversion", "specVersion", "payload"} {
		if _, isKnown := root.names[name]; isKnown {
			return nil
		}
	}
	return mismatch("none", c.Type, value)
}

func tooLarge(n int) *Error {
	return &Error{Rule: "too-large", Message: strconv.Itoa(n) + " bytes are more than " + strconv.Itoa(MaxEventBytes)}
}

// read reads JSON of at most 65,536 bytes.
func read(message []byte) (*Value, error) {
	if len(message) > MaxEventBytes {
		return nil, tooLarge(len(message))
	}
	text := string(message)
	if !utf8.ValidString(text) {
		return nil, &Error{Rule: "not-utf8", Message: "not UTF-8 at byte " + strconv.Itoa(validUpTo(text))}
	}
	if value, ok := parse(text); ok {
		return value, nil
	}
	found := findFault(text)
	if found == nil {
		found = &fault{0, "not a JSON text"}
	}
	return nil, found.in(text)
}

// NewActivity returns a W3C traceparent of a new trace, sampled.
func NewActivity() string {
	var random [24]byte
	if _, err := rand.Read(random[:]); err != nil {
		panic(err)
	}
	return "00-" + hex.EncodeToString(random[:16]) + "-" + hex.EncodeToString(random[16:]) + "-01"
}
