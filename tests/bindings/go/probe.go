// Prints what the generated code says of each case of cases.json, a line for each.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"

	"contracts/goodevent"
)

type testCase struct {
	Module   string
	Contract string
	Payload  json.RawMessage
}

func (c testCase) bytes() []byte {
	var text string
	if json.Unmarshal(c.Payload, &text) == nil {
		return []byte(text)
	}
	var numbers []int
	if err := json.Unmarshal(c.Payload, &numbers); err != nil {
		panic(err)
	}
	bytes := make([]byte, len(numbers))
	for i, number := range numbers {
		bytes[i] = byte(number)
	}
	return bytes
}

type violation struct {
	Pointer  string `json:"pointer"`
	Keyword  string `json:"keyword"`
	Expected string `json:"expected"`
	Found    string `json:"found"`
}

func said(contract goodevent.AnyContract, payload []byte) map[string]any {
	answer := map[string]any{"isDecoded": contract.Check(payload) == nil}
	if encoded, err := contract.Reencode(payload); err == nil {
		id, err := contract.IDOf(encoded)
		if err != nil {
			panic(err)
		}
		answer["encoded"], answer["id"] = string(encoded), id
	}
	all, err := contract.Violations(payload)
	var rejected *goodevent.Error
	if errors.As(err, &rejected) {
		answer["rule"], answer["message"] = rejected.Rule, rejected.Message
		return answer
	}
	violations := make([]violation, len(all))
	for i, own := range all {
		violations[i] = violation(own)
	}
	answer["violations"] = violations
	return answer
}

func main() {
	text, err := os.ReadFile("cases.json")
	if err != nil {
		panic(err)
	}
	var cases []testCase
	if err := json.Unmarshal(text, &cases); err != nil {
		panic(err)
	}
	out := bufio.NewWriter(os.Stdout)
	defer func() { _ = out.Flush() }()
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	contracts := map[string]goodevent.AnyContract{}
	for module, all := range modules {
		for _, contract := range all() {
			contracts[module+"/"+contract.About().Name] = contract
		}
	}
	for _, own := range cases {
		if err := lines.Encode(said(contracts[own.Module+"/"+own.Contract], own.bytes())); err != nil {
			panic(err)
		}
	}
}
