
package goodevent

import (
	"reflect"
	"sync"
)

// List is a part of a table. A table, which is a schema, has an entry for each keyword: a list that begins with the name of
// the keyword. Numbers and values are JSON text, so that no digit is lost.
type List []any

// Pattern is a pattern of ECMA-262. Text that an automaton decides has no Regexp.
type Pattern struct {
	// Source is the pattern as the contract has it.
	Source string
	// Automaton is the text of its automaton.
	Automaton string
	// Regexp is the pattern in the syntax of package regexp, with the same meaning.
	Regexp string
}

type keyword uint8

const (
	kwNever keyword = iota
	kwType
	kwEnum
	kwConst
	kwMinimum
	kwMaximum
	kwExclusiveMinimum
	kwExclusiveMaximum
	kwMultipleOf
	kwMinLength
	kwMaxLength
	kwPattern
	kwFormat
	kwContentEncoding
	kwContentMediaType
	kwMinItems
	kwMaxItems
	kwMinProperties
	kwMaxProperties
	kwItems
	kwContains
	kwUniqueItems
	kwUnevaluatedItems
	kwProperties
	kwPatternProperties
	kwDependentSchemas
	kwAdditionalProperties
	kwPropertyNames
	kwUnevaluatedProperties
	kwNot
	kwRequired
	kwDependentRequired
	kwPrefixItems
	kwAllOf
	kwAnyOf
	kwOneOf
	kwIf
	kwRef
	kwDynamicRef
)

var keywords = map[string]keyword{
	"false":                 kwNever,
	"type":                  kwType,
	"enum":                  kwEnum,
	"const":                 kwConst,
	"minimum":               kwMinimum,
	"maximum":               kwMaximum,
	"exclusiveMinimum":      kwExclusiveMinimum,
	"exclusiveMaximum":      kwExclusiveMaximum,
	"multipleOf":            kwMultipleOf,
	"minLength":             kwMinLength,
	"maxLength":             kwMaxLength,
	"pattern":               kwPattern,
	"format":                kwFormat,
	"contentEncoding":       kwContentEncoding,
	"contentMediaType":      kwContentMediaType,
	"minItems":              kwMinItems,
	"maxItems":              kwMaxItems,
	"minProperties":         kwMinProperties,
	"maxProperties":         kwMaxProperties,
	"items":                 kwItems,
	"contains":              kwContains,
	"uniqueItems":           kwUniqueItems,
	"unevaluatedItems":      kwUnevaluatedItems,
	"properties":            kwProperties,
	"patternProperties":     kwPatternProperties,
	"dependentSchemas":      kwDependentSchemas,
	"additionalProperties":  kwAdditionalProperties,
	"propertyNames":         kwPropertyNames,
	"unevaluatedProperties": kwUnevaluatedProperties,
	"not":                   kwNot,
	"required":              kwRequired,
	"dependentRequired":     kwDependentRequired,
	"prefixItems":           kwPrefixItems,
	"allOf":                 kwAllOf,
	"anyOf":                 kwAnyOf,
	"oneOf":                 kwOneOf,
	"if":                    kwIf,
	"$ref":                  kwRef,
	"$dynamicRef":           kwDynamicRef,
}

// node is a schema that is ready to be evaluated.
type node struct {
	checks   []check
	resource uint64
	// JSON Pointers to personal data, from the payload that the schema describes.
	personal []string
	// Whether a value can be evaluated on several paths, so that verdicts are worth being remembered.
	forks bool
	// Names of `properties`, with their indices.
	names map[string]int
	// The checks of `properties` and `patternProperties`, if there are any.
	properties, patterns *check
}

func (n *node) isNever() bool {
	return len(n.checks) == 1 && n.checks[0].kind == kwNever && n.resource == 0
}

// check is one keyword; which fields it has depends on the keyword.
type check struct {
	kind  keyword
	types uint8
	// The second truth value of `unevaluatedItems`, and whether `contains` has a maximum.
	flag     bool
	min, max uint64
	text     string
	texts    []string
	value    *Value
	format   func(string) bool
	pattern  *matcher
	node     *node
	then     *node
	orElse   *node
	nodes    []*node
	parts    []part
	anchors  []anchor
}

// part is a schema for members with a name, or with names that match a pattern, or a list of names for one that is there.
type part struct {
	name    string
	pattern *matcher
	node    *node
	names   []string
}

// anchor is a schema that a dynamic reference can refer to.
type anchor struct {
	resource uint64
	node     *node
}

var (
	compiling sync.Mutex
	// Compiled tables, by the functions that return them.
	compiled = map[uintptr]*node{}
	matchers = map[string]*matcher{}
)

// nodeOf returns the schema of a table, which is compiled once.
func nodeOf(table func() List) *node {
	compiling.Lock()
	defer compiling.Unlock()
	return compileTable(table)
}

func compileTable(table func() List) *node {
	// Tables are functions with names, whose addresses differ.
	key := reflect.ValueOf(table).Pointer()
	if known, ok := compiled[key]; ok {
		return known
	}
	// Schemas can refer to each other in cycles.
	own := new(node)
	compiled[key] = own
	own.fill(table())
	return own
}

func compilePart(table any) *node {
	switch table := table.(type) {
	case func() List:
		return compileTable(table)
	case List:
		own := new(node)
		own.fill(table)
		return own
	}
	return nil
}

func (n *node) fill(table List) {
	n.checks = make([]check, 0, len(table))
	for _, entry := range table {
		entry := entry.(List)
		switch entry[0].(string) {
		case "resource":
			n.resource = countOf(entry[1])
		case "personal":
			n.personal = textsOf(entry[1])
		default:
			n.checks = append(n.checks, compileCheck(entry))
		}
	}
	nPaths := 0
	hasItems := false
	for i := range n.checks {
		own := &n.checks[i]
		switch own.kind {
		case kwProperties:
			n.properties = own
			n.names = make(map[string]int, len(own.parts))
			for index, part := range own.parts {
				n.names[part.name] = index
			}
		case kwPatternProperties:
			n.patterns = own
			nPaths += len(own.parts)
		case kwItems, kwPrefixItems:
			hasItems = true
		case kwAllOf, kwAnyOf, kwOneOf:
			nPaths += len(own.nodes)
		case kwRef, kwDynamicRef, kwNot, kwContains:
			nPaths++
		case kwIf:
			nPaths += 2
		case kwDependentSchemas, kwUnevaluatedItems, kwUnevaluatedProperties:
			nPaths += 2
		}
	}
	if hasItems {
		nPaths++
	}
	if n.names != nil {
		nPaths++
	}
	n.forks = nPaths > 1
}

func compileCheck(entry List) check {
	own := check{kind: keywords[entry[0].(string)]}
	switch own.kind {
	case kwType:
		own.texts, own.types = typesOf(textsOf(entry[1]))
	case kwEnum, kwConst, kwMinimum, kwMaximum, kwExclusiveMinimum, kwExclusiveMaximum, kwMultipleOf:
		own.value = valueOf(entry[1].(string))
	case kwMinLength, kwMaxLength, kwMinItems, kwMaxItems, kwMinProperties, kwMaxProperties:
		own.min = countOf(entry[1])
	case kwPattern:
		own.pattern = matcherOf(entry[1].(Pattern))
	case kwFormat:
		own.text = entry[1].(string)
		own.format = formats[own.text]
	case kwContentEncoding:
		own.text = entry[1].(string)
	case kwContentMediaType:
		own.text, _ = entry[1].(string)
	case kwItems:
		own.min, own.node = countOf(entry[1]), compilePart(entry[2])
	case kwContains:
		own.node, own.min, own.flag = compilePart(entry[1]), countOf(entry[2]), entry[3] != nil
		if own.flag {
			own.max = countOf(entry[3])
		}
	case kwUnevaluatedItems:
		own.node, own.flag = compilePart(entry[1]), entry[2].(bool)
	case kwProperties, kwDependentSchemas, kwPatternProperties:
		for _, entry := range entry[1].(List) {
			entry := entry.(List)
			member := part{node: compilePart(entry[1])}
			if pattern, ok := entry[0].(Pattern); ok {
				member.pattern = matcherOf(pattern)
			} else {
				member.name = entry[0].(string)
			}
			own.parts = append(own.parts, member)
		}
	case kwAdditionalProperties, kwPropertyNames, kwUnevaluatedProperties, kwNot, kwRef:
		own.node = compilePart(entry[1])
	case kwRequired:
		own.texts = textsOf(entry[1])
	case kwDependentRequired:
		for _, rule := range entry[1].(List) {
			rule := rule.(List)
			own.parts = append(own.parts, part{name: rule[0].(string), names: textsOf(rule[1])})
		}
	case kwPrefixItems, kwAllOf, kwAnyOf, kwOneOf:
		for _, table := range entry[1].(List) {
			own.nodes = append(own.nodes, compilePart(table))
		}
	case kwIf:
		own.node, own.then, own.orElse = compilePart(entry[1]), compilePart(entry[2]), compilePart(entry[3])
	case kwDynamicRef:
		for _, entry := range entry[1].(List) {
			entry := entry.(List)
			own.anchors = append(own.anchors, anchor{countOf(entry[0]), compilePart(entry[1])})
		}
		own.node = compilePart(entry[2])
	}
	return own
}

func countOf(entry any) uint64 {
	if count, ok := entry.(int); ok {
		return uint64(count)
	}
	return entry.(uint64)
}

func textsOf(entry any) []string {
	list := entry.(List)
	texts := make([]string, len(list))
	for i, text := range list {
		texts[i] = text.(string)
	}
	return texts
}

func valueOf(text string) *Value {
	value, ok := parse(text)
	if !ok {
		return new(Value)
	}
	value.sort()
	return value
}

var typeBits = map[string]uint8{
	"null":          typeNull,
	"boolean":       typeBoolean,
	"integer":       typeInteger,
	"plain integer": typePlainInteger,
	"number":        typeNumber,
	"string":        typeString,
	"array":         typeArray,
	"object":        typeObject,
}

// typesOf returns the names of types as violations have them, and their bits.
func typesOf(names []string) ([]string, uint8) {
	types := uint8(0)
	shown := make([]string, len(names))
	for i, name := range names {
		types |= typeBits[name]
		shown[i] = name
		if name == "plain integer" {
			shown[i] = "integer"
		}
	}
	return shown, types
}

func matcherOf(pattern Pattern) *matcher {
	if known, ok := matchers[pattern.Source]; ok {
		return known
	}
	own := newMatcher(pattern)
	matchers[pattern.Source] = own
	return own
}
