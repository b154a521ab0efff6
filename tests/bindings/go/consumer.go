// A service that publishes and consumes events.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"contracts"
	"contracts/goodevent"
)

func assert(condition bool, what string) {
	if !condition {
		panic(what)
	}
}

// rejected returns the reason why something was rejected.
func rejected(err error) *goodevent.Error {
	var own *goodevent.Error
	assert(errors.As(err, &own), fmt.Sprintf("a goodevent.Error and not %v", err))
	return own
}

func must[T any](value T, err error) T {
	assert(err == nil, fmt.Sprint(err))
	return value
}

func failure[T any](_ T, err error) *goodevent.Error {
	return rejected(err)
}

func main() {
	terminated := contracts.SubscriptionTerminatedV1Event{
		SubscriptionID:    "8a52c8af-2408-486f-ba4a-d277079de2b0",
		LicenseKey:        "OCT-00412973",
		Reason:            contracts.SubscriptionTerminatedV1EventReasonPaymentFailure,
		TerminatedTimeUTC: "2021-11-08T12:33:00Z",
	}
	contract := contracts.SubscriptionTerminatedV1Contract

	// A message goes out in the envelope of its context and comes back.
	const activity = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	message := must(contract.Message(terminated, goodevent.Metadata{Source: "Octofront", Activity: activity}))
	received := must(contract.Open(message.Body))
	assert(received.Payload == terminated, "the payload comes back")
	assert(received.ID == must(contract.ID(terminated)) && received.ID == message.ID, "the id is that of the payload")
	assert(received.Source == "Octofront" && received.Activity == activity, "the metadata comes back")
	assert(message.PartitionKey == terminated.SubscriptionID, "events of a subscription stay in order")

	// A CloudEvent likewise, also with its data in base64.
	const text = `{"nameRequestNumber":"NR 1234567","paymentId":1205,"fee":{"amountCents":3150,"currency":"CAD"},"isPriority":false,"paidTimeUtc":"2026-11-20T17:45:12Z"}`
	paid := must(contracts.NameRequestPaidV1Contract.Decode([]byte(text)))
	cloudEvent := must(contracts.NameRequestPaidV1Contract.Message(paid, goodevent.Metadata{Source: "/names"}))
	assert(must(contracts.NameRequestPaidV1Contract.Open(cloudEvent.Body)).Payload.Fee.AmountCents == 3150, "the fee comes back")
	var members map[string]any
	assert(json.Unmarshal(cloudEvent.Body, &members) == nil, "a message is JSON")
	delete(members, "data")
	members["data_base64"] = []byte(text)
	assert(must(contracts.NameRequestPaidV1Contract.Open(must(json.Marshal(members)))).Payload == paid, "base64 is decoded")

	// What violates the contract is neither written nor read, and the reason names the place.
	wrong := terminated
	wrong.LicenseKey = "OCT-1"
	reason := failure(contract.Encode(wrong))
	assert(reason.Rule == "pattern" && reason.Violations[0].Pointer == "/licenseKey", reason.Message)
	assert(rejected(wrong.Validate()).Message == reason.Message && terminated.Validate() == nil, "Validate says the same")
	late := strings.Replace(string(message.Body), "12:33:00Z", "12:33:60Z", 1)
	reason = failure(contract.Open([]byte(late)))
	assert(reason.Violations[0].Pointer == "/payload/terminatedTimeUtc", reason.Message)
	renamed := func(own string) []byte {
		return []byte(strings.Replace(string(message.Body), "SubscriptionTerminatedV1", own, 1))
	}
	const packed = `{"specversion":"1.0","id":"1","source":"/names","type":"A","datacontenttype":"image/png","data_base64":"/9g="}`
	for _, other := range []struct {
		reason      *goodevent.Error
		rule, words string
	}{
		{failure(contract.Open(cloudEvent.Body)), "other-envelope", "this is a CloudEvent of `NameRequestPaidV1`, an Octopus envelope of `SubscriptionTerminatedV1` was expected"},
		{failure(contract.Open(must(contract.Encode(terminated)))), "other-envelope", "this is a message without an envelope, an Octopus envelope of `SubscriptionTerminatedV1` was expected"},
		{failure(contract.Decode(message.Body)), "other-envelope", "this is an Octopus envelope of `SubscriptionTerminatedV1`, the payload of `SubscriptionTerminatedV1` alone was expected"},
		{failure(contract.Open(renamed("SubscriptionRenewedV1"))), "other-type", "this is `SubscriptionRenewedV1`, `SubscriptionTerminatedV1` was expected"},
		{failure(contract.Open(renamed("anna@example.com"))), "other-type", "this is an event of another type, `SubscriptionTerminatedV1` was expected"},
		{failure(contracts.NameRequestPaidV1Contract.Open([]byte(packed))), "other-type", "this is `A`, `NameRequestPaidV1` was expected"},
	} {
		assert(other.reason.Rule == other.rule && other.reason.Message == other.words, other.reason.Message)
		assert(len(other.reason.Violations) == 0, "another message violates nothing")
	}
	assert(failure(contract.Decode([]byte("{"))).Rule == "not-json", "half a text is not JSON")
	assert(failure(contract.Decode([]byte("\"\xff\""))).Rule == "not-utf8", "bytes are UTF-8")
	assert(failure(contract.Decode([]byte(strings.Repeat(" ", 70_000)))).Rule == "too-large", "64 KiB are enough")
	assert(failure(contract.Message(terminated, goodevent.Metadata{})).Violations[0].Pointer == "/source", "a source has a name")
	long := goodevent.Metadata{Source: strings.Repeat("s", 3_000)}
	assert(failure(contract.Message(terminated, long)).Rule == "envelope-too-large", "an envelope is small")
	wrong.LicenseKey = "\xff"
	assert(failure(contract.Encode(wrong)).Violations[0].Pointer == "/licenseKey", "strings are UTF-8")
	all := must(contract.Violations([]byte(`{"subscriptionId":1,"reason":"boredom"}`)))
	assert(len(all) == 3, fmt.Sprint(all))

	// Package encoding/json reads and writes events, too.
	var event contracts.SubscriptionTerminatedV1Event
	assert(json.Unmarshal(must(json.Marshal(terminated)), &event) == nil && event == terminated, "the event comes back")
	var fee contracts.Money
	assert(json.Unmarshal([]byte(`{"amountCents":1,"currency":"CAD"}`), &fee) == nil && fee.Validate() == nil, "parts are read")
	assert(json.Unmarshal([]byte(`{"amountCents":"1"}`), &fee) != nil, "parts are validated")

	// Lists of contracts serve consumers that know the type of an event only at run time.
	byType := map[string]goodevent.AnyContract{}
	for _, own := range contracts.Contracts() {
		byType[own.About().Type] = own
	}
	assert(byType["SubscriptionTerminatedV1"] == goodevent.AnyContract(contract), "each contract is listed by its type")
	fmt.Println("all is well")
}
