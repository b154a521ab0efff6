
package goodevent

import (
	"unicode/utf8"
)

// The steps of a message, and eight for each of its values.
const (
	maxSteps     = 250_000
	stepsAValue  = 8
	stepsAReason = 32
)

// A verdict of fewer steps is found faster than looked up.
const fewSteps = 16

// Schemas within schemas.
const maxSchemas = 1_200

// question is about a schema, a value, and the resources that the evaluation came through.
type question struct {
	node  *node
	value *Value
	chain *chain
}

// chain is the list of resources that an evaluation came through, the innermost first.
type chain struct {
	resource uint64
	outer    *chain
	inner    map[uint64]*chain
}

func (c *chain) has(resource uint64) bool {
	for ; c != nil; c = c.outer {
		if c.resource == resource {
			return true
		}
	}
	return false
}

// evaluation has the budget and the memory of an evaluation: nested alternatives cost a product and not a power.
type evaluation struct {
	maxSteps, nSteps int
	nExplained       int
	verdicts         map[question]bool
	reasons          map[reason]Violation
}

func newEvaluation(value *Value) evaluation {
	return evaluation{maxSteps: maxSteps + stepsAValue*value.count()}
}

// scope is the position of an evaluation among schemas.
type scope struct {
	chain *chain
	depth int
	// Whether a value can be evaluated on several paths.
	forks bool
	// Where the payload begins whose personal data are marked.
	personal []string
	from     int
}

func rootScope(root *node) scope {
	return scope{chain: &chain{resource: root.resource}}
}

func (s scope) enter(inner *node) scope {
	s.depth++
	s.forks = s.forks || inner.forks
	if s.chain.resource != inner.resource && !s.chain.has(inner.resource) {
		next := s.chain.inner[inner.resource]
		if next == nil {
			next = &chain{resource: inner.resource, outer: s.chain}
			if s.chain.inner == nil {
				s.chain.inner = map[uint64]*chain{}
			}
			s.chain.inner[inner.resource] = next
		}
		s.chain = next
	}
	return s
}

// target returns the schema of the outermost resource that is among the anchors.
func (s scope) target(own *check) *node {
	found := own.node
	for at := s.chain; at != nil; at = at.outer {
		for i := range own.anchors {
			if own.anchors[i].resource == at.resource {
				found = own.anchors[i].node
				break
			}
		}
	}
	return found
}

func (e *evaluation) isExhausted() bool {
	return e.nSteps >= e.maxSteps
}

func (e *evaluation) take(nSteps int) bool {
	e.nSteps += nSteps
	return e.nSteps < e.maxSteps
}

func (e *evaluation) mayGoOn(depth int) bool {
	if depth > maxSchemas {
		e.nSteps = e.maxSteps
	}
	return e.take(1)
}

// isValidRoot reports whether a value is valid, and not if that takes too many steps to find out.
func isValidRoot(root *node, value *Value) bool {
	e := newEvaluation(value)
	return e.isValid(root, value, rootScope(root)) && !e.isExhausted()
}

func (e *evaluation) isValid(own *node, value *Value, outer scope) bool {
	s := outer.enter(own)
	if !e.mayGoOn(s.depth) {
		return false
	}
	if !outer.forks {
		return e.holdsAll(own, value, s)
	}
	asked := question{own, value, s.chain}
	if len(e.verdicts) > 0 {
		if known, ok := e.verdicts[asked]; ok {
			return known
		}
	}
	before := e.nSteps
	verdict := e.holdsAll(own, value, s)
	if e.nSteps-before >= fewSteps {
		if e.verdicts == nil {
			e.verdicts = map[question]bool{}
		}
		e.verdicts[asked] = verdict
	}
	return verdict
}

func (e *evaluation) holdsAll(own *node, value *Value, s scope) bool {
	for i := range own.checks {
		if !e.holds(own, &own.checks[i], value, s) {
			return false
		}
	}
	return true
}

// holds reports whether a value satisfies one keyword of a schema.
func (e *evaluation) holds(own *node, c *check, value *Value, s scope) bool {
	switch c.kind {
	case kwNever:
		return false
	case kwType:
		return c.types&value.kind != 0 || (value.kind == typeNumber && c.types&value.types() != 0)
	case kwEnum:
		e.take(len(c.value.parts) / 16)
		for i := range c.value.parts {
			if equal(&c.value.parts[i].Value, value) {
				return true
			}
		}
		return false
	case kwConst:
		return equal(c.value, value)
	case kwAllOf:
		for _, inner := range c.nodes {
			if !e.isValid(inner, value, s) {
				return false
			}
		}
		return true
	case kwAnyOf:
		for _, inner := range c.nodes {
			if e.isValid(inner, value, s) {
				return true
			}
		}
		return false
	case kwOneOf:
		return e.countValid(c.nodes, value, s, 2) == 1
	case kwNot:
		return !e.isValid(c.node, value, s)
	case kwIf:
		branch := c.orElse
		if e.isValid(c.node, value, s) {
			branch = c.then
		}
		return branch == nil || e.isValid(branch, value, s)
	case kwRef:
		return e.isValid(c.node, value, s)
	case kwDynamicRef:
		return e.isValid(s.target(c), value, s)
	}
	switch value.kind {
	case typeObject:
		return e.holdsForObject(own, c, value, s)
	case typeString:
		return e.holdsForString(c, value.text)
	case typeNumber:
		return holdsForNumber(c, value)
	case typeArray:
		return e.holdsForArray(own, c, value, s)
	}
	return true
}

func (e *evaluation) countValid(nodes []*node, value *Value, s scope, most int) int {
	n := 0
	for _, inner := range nodes {
		if e.isValid(inner, value, s) {
			n++
			if n == most {
				break
			}
		}
	}
	return n
}

func holdsForNumber(c *check, value *Value) bool {
	switch c.kind {
	case kwMinimum:
		return compareNumbers(value, c.value) >= 0
	case kwMaximum:
		return compareNumbers(value, c.value) <= 0
	case kwExclusiveMinimum:
		return compareNumbers(value, c.value) > 0
	case kwExclusiveMaximum:
		return compareNumbers(value, c.value) < 0
	case kwMultipleOf:
		if value.flag && c.value.flag && c.value.small() != 0 {
			return value.small()%c.value.small() == 0
		}
		return decimalOf(value.text).isMultipleOf(decimalOf(c.value.text))
	}
	return true
}

func (e *evaluation) holdsForString(c *check, text string) bool {
	switch c.kind {
	case kwMinLength:
		return uint64(len(text)) >= c.min && uint64(utf8.RuneCountInString(text)) >= c.min
	case kwMaxLength:
		return uint64(len(text)) <= c.min || uint64(utf8.RuneCountInString(text)) <= c.min
	case kwPattern:
		e.take(len(text) / 16)
		return c.pattern.matches(text)
	case kwFormat:
		e.take(len(text) / 16)
		return c.format == nil || c.format(text)
	case kwContentEncoding:
		e.take(len(text) / 16)
		_, ok := decodeText(c.text, text)
		return ok
	case kwContentMediaType:
		e.take(len(text) / 16)
		return isJSON(text, c.text)
	}
	return true
}

func isJSON(text, encoding string) bool {
	if encoding != "" {
		bytes, ok := decodeText(encoding, text)
		if !ok || !utf8.Valid(bytes) {
			return false
		}
		text = string(bytes)
	}
	_, ok := parse(text)
	return ok
}

func (e *evaluation) holdsForArray(own *node, c *check, value *Value, s scope) bool {
	items := value.parts
	switch c.kind {
	case kwPrefixItems:
		for i := range min(len(items), len(c.nodes)) {
			if !e.isValid(c.nodes[i], &items[i].Value, s) {
				return false
			}
		}
	case kwItems:
		for i := int(min(c.min, uint64(len(items)))); i < len(items); i++ {
			if !e.isValid(c.node, &items[i].Value, s) {
				return false
			}
		}
	case kwContains:
		n := uint64(0)
		for i := range items {
			if e.isValid(c.node, &items[i].Value, s) {
				n++
			}
		}
		return n >= c.min && (!c.flag || n <= c.max)
	case kwMinItems:
		return uint64(len(items)) >= c.min
	case kwMaxItems:
		return uint64(len(items)) <= c.min
	case kwUniqueItems:
		e.take(len(items))
		return areUnique(items)
	case kwUnevaluatedItems:
		seen := e.evaluatedItems(own, value, c.flag, s)
		for i := range items {
			if !seen[i] && !e.isValid(c.node, &items[i].Value, s) {
				return false
			}
		}
	}
	return true
}

func areUnique(items []Member) bool {
	if len(items) <= 8 {
		for i := range items {
			for j := range i {
				if equal(&items[i].Value, &items[j].Value) {
					return false
				}
			}
		}
		return true
	}
	keys := make(map[string]struct{}, len(items))
	var key []byte
	for i := range items {
		key = items[i].Value.appendKey(key[:0])
		keys[string(key)] = struct{}{}
	}
	return len(keys) == len(items)
}

func (e *evaluation) holdsForObject(own *node, c *check, value *Value, s scope) bool {
	members := value.parts
	switch c.kind {
	case kwProperties:
		e.take(len(c.parts) / 16)
		if len(members) < len(c.parts) || len(members) > 8 {
			return e.holdsForMembers(own, c, members, s)
		}
		next := 0
		var member *Value
		for i := range c.parts {
			if member, next = value.get(c.parts[i].name, next); member != nil && !e.isValid(c.parts[i].node, member, s) {
				return false
			}
		}
	case kwPatternProperties:
		e.take(len(c.parts) * len(members))
		for i := range c.parts {
			for j := range members {
				if c.parts[i].pattern.matches(members[j].Name) && !e.isValid(c.parts[i].node, &members[j].Value, s) {
					return false
				}
			}
		}
	case kwAdditionalProperties:
		e.take(len(members) / 16)
		next := 0
		for i := range members {
			var isKnown bool
			isKnown, next = own.namesFrom(members[i].Name, next)
			if !isKnown && !e.isValid(c.node, &members[i].Value, s) {
				return false
			}
		}
	case kwPropertyNames:
		for i := range members {
			if !e.isValid(c.node, &Value{kind: typeString, text: members[i].Name}, s) {
				return false
			}
		}
	case kwRequired:
		e.take(len(members) / 16)
		if len(members) < len(c.texts) {
			return false
		}
		return hasAll(value, c.texts)
	case kwMinProperties:
		return uint64(len(members)) >= c.min
	case kwMaxProperties:
		return uint64(len(members)) <= c.min
	case kwDependentRequired:
		for i := range c.parts {
			if value.has(c.parts[i].name) && len(missing(c.parts[i].names, value)) > 0 {
				return false
			}
		}
	case kwDependentSchemas:
		for i := range c.parts {
			if value.has(c.parts[i].name) && !e.isValid(c.parts[i].node, value, s) {
				return false
			}
		}
	case kwUnevaluatedProperties:
		seen := e.evaluatedProperties(own, value, s)
		for i := range members {
			if !seen.has(members[i].Name) && !e.isValid(c.node, &members[i].Value, s) {
				return false
			}
		}
	}
	return true
}

// hasAll reports whether an object has members with all these names.
func hasAll(value *Value, names []string) bool {
	const few = 32
	if len(value.parts) > few && len(names) > few {
		own := make(map[string]struct{}, len(value.parts))
		for i := range value.parts {
			own[value.parts[i].Name] = struct{}{}
		}
		for _, name := range names {
			if _, ok := own[name]; !ok {
				return false
			}
		}
		return true
	}
	next := 0
	var member *Value
	for _, name := range names {
		if member, next = value.get(name, next); member == nil {
			return false
		}
	}
	return true
}

// holdsForMembers is faster for objects with many members, or fewer than a contract has.
func (e *evaluation) holdsForMembers(own *node, c *check, members []Member, s scope) bool {
	next := 0
	for i := range members {
		var index int
		if index, next = own.indexFrom(members[i].Name, next); index >= 0 && !e.isValid(c.parts[index].node, &members[i].Value, s) {
			return false
		}
	}
	return true
}

// indexFrom returns the index of a name in `properties`, or -1. The search begins with the index next.
func (n *node) indexFrom(name string, next int) (int, int) {
	if n.properties == nil {
		return -1, next
	}
	if next < len(n.properties.parts) && n.properties.parts[next].name == name {
		return next, next + 1
	}
	if index, ok := n.names[name]; ok {
		return index, index + 1
	}
	return -1, next
}

// namesFrom reports whether `properties` or `patternProperties` name a member.
func (n *node) namesFrom(name string, next int) (bool, int) {
	index, next := n.indexFrom(name, next)
	if index >= 0 {
		return true, next
	}
	if n.patterns != nil {
		for i := range n.patterns.parts {
			if n.patterns.parts[i].pattern.matches(name) {
				return true, next
			}
		}
	}
	return false, next
}

func (n *node) hasName(name string) bool {
	isKnown, _ := n.namesFrom(name, 0)
	return isKnown
}

func missing(names []string, value *Value) []string {
	var all []string
	for _, name := range names {
		if value.kind != typeObject || !value.has(name) {
			all = append(all, name)
		}
	}
	return all
}

// inPlace returns the schemas that a keyword applies to the value itself, and that it is valid for.
func (e *evaluation) inPlace(c *check, value *Value, s scope) []*node {
	var candidates []*node
	switch c.kind {
	case kwAllOf, kwAnyOf, kwOneOf:
		candidates = c.nodes
	case kwIf:
		if e.isValid(c.node, value, s) {
			candidates = []*node{c.node, c.then}
		} else {
			candidates = []*node{c.orElse}
		}
	case kwRef:
		candidates = []*node{c.node}
	case kwDynamicRef:
		candidates = []*node{s.target(c)}
	case kwDependentSchemas:
		if value.kind == typeObject {
			for i := range c.parts {
				if value.has(c.parts[i].name) {
					candidates = append(candidates, c.parts[i].node)
				}
			}
		}
	}
	var valid []*node
	for _, candidate := range candidates {
		if candidate != nil && e.isValid(candidate, value, s) {
			valid = append(valid, candidate)
		}
	}
	return valid
}

// names has the members that a schema evaluates.
type names struct {
	areAll bool
	some   map[string]struct{}
}

func (n *names) has(name string) bool {
	_, ok := n.some[name]
	return n.areAll || ok
}

// evaluatedProperties returns the members that a schema evaluates, its own `unevaluatedProperties` apart.
func (e *evaluation) evaluatedProperties(own *node, value *Value, s scope) *names {
	w := walk{evaluation: e, value: value, seen: map[question]struct{}{}}
	w.names.some = map[string]struct{}{}
	for i := range own.checks {
		if own.checks[i].kind != kwUnevaluatedProperties {
			w.properties(own, &own.checks[i], s)
		}
	}
	return &w.names
}

// walk visits the schemas of an object or array.
type walk struct {
	*evaluation
	value       *Value
	seen        map[question]struct{}
	names       names
	items       []bool
	seeContains bool
}

func (w *walk) isNew(own *node, s scope) bool {
	asked := question{own, w.value, s.chain}
	_, isKnown := w.seen[asked]
	w.seen[asked] = struct{}{}
	return !isKnown
}

func (w *walk) properties(own *node, c *check, s scope) {
	members := w.value.parts
	nSteps := 1
	if c.kind == kwPatternProperties || c.kind == kwAdditionalProperties || c.kind == kwItems || c.kind == kwUnevaluatedItems {
		nSteps = 4 * len(members)
	}
	if w.names.areAll || !w.take(nSteps) {
		return
	}
	switch c.kind {
	case kwProperties:
		for i := range members {
			if _, ok := own.names[members[i].Name]; ok {
				w.names.some[members[i].Name] = struct{}{}
			}
		}
	case kwPatternProperties:
		for i := range members {
			for j := range c.parts {
				if c.parts[j].pattern.matches(members[i].Name) {
					w.names.some[members[i].Name] = struct{}{}
					break
				}
			}
		}
	case kwAdditionalProperties:
		for i := range members {
			if !own.hasName(members[i].Name) {
				w.names.some[members[i].Name] = struct{}{}
			}
		}
	case kwUnevaluatedProperties:
		w.names.areAll = true
	default:
		for _, below := range w.inPlace(c, w.value, s) {
			if inner := s.enter(below); w.isNew(below, inner) {
				for i := range below.checks {
					w.properties(below, &below.checks[i], inner)
				}
			}
		}
	}
}

// evaluatedItems returns for each item whether a schema evaluates it, its own `unevaluatedItems` apart.
func (e *evaluation) evaluatedItems(own *node, value *Value, seeContains bool, s scope) []bool {
	w := walk{evaluation: e, value: value, seen: map[question]struct{}{}, items: make([]bool, len(value.parts)), seeContains: seeContains}
	for i := range own.checks {
		if own.checks[i].kind != kwUnevaluatedItems {
			w.itemsOf(&own.checks[i], s)
		}
	}
	return w.items
}

func (w *walk) itemsOf(c *check, s scope) {
	items := w.value.parts
	nSteps := 1
	if c.kind == kwPatternProperties || c.kind == kwAdditionalProperties || c.kind == kwItems || c.kind == kwUnevaluatedItems {
		nSteps = 4 * len(items)
	}
	if !w.take(nSteps) {
		return
	}
	switch {
	case c.kind == kwPrefixItems:
		for i := range min(len(items), len(c.nodes)) {
			w.items[i] = true
		}
	case c.kind == kwItems || c.kind == kwUnevaluatedItems:
		for i := range w.items {
			w.items[i] = true
		}
	case c.kind == kwContains && w.seeContains:
		for i := range items {
			if w.isValid(c.node, &items[i].Value, s) {
				w.items[i] = true
			}
		}
	default:
		for _, below := range w.inPlace(c, w.value, s) {
			if inner := s.enter(below); w.isNew(below, inner) {
				for i := range below.checks {
					w.itemsOf(&below.checks[i], inner)
				}
			}
		}
	}
}
