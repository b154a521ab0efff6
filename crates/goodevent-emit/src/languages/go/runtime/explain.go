
package goodevent

import (
	"strconv"
	"strings"
)

const (
	maxViolations = 1_000
	maxReasons    = 16
	maxExplained  = 400
)

// reason is about one keyword of a schema at a value, and what must not be shown of it.
type reason struct {
	check    *check
	value    *Value
	chain    *chain
	personal *string
	from     int
}

// violationsOf lists the violations of a value, whose members are sorted first.
func violationsOf(root *node, value *Value, most int) []Violation {
	return violationsIn(rootScope(root), root, value, most)
}

func violationsIn(s scope, root *node, value *Value, most int) []Violation {
	value.sort()
	e := newEvaluation(value)
	f := newFound(most)
	e.look(root, value, "", s, f)
	return f.violations
}

// found has the violations of one value, or of one of its alternatives, each listed once.
type found struct {
	violations []Violation
	most       int
	isCut      bool
	seen       map[question]struct{}
}

func newFound(most int) *found {
	return &found{most: most, seen: map[question]struct{}{}}
}

func (f *found) isFull() bool {
	return f.isCut || len(f.violations) >= f.most
}

// cut notes that nothing is examined from pointer on.
func (f *found) cut(pointer string) {
	if !f.isCut {
		f.violations = append(f.violations, undecided(pointer))
		f.isCut = true
	}
}

func (e *evaluation) look(own *node, value *Value, pointer string, outer scope, f *found) {
	s := outer.enter(own)
	if own.personal != nil {
		s.personal, s.from = own.personal, len(pointer)
	}
	// Everything is asked more than once here.
	s.forks = true
	if !e.mayGoOn(s.depth) {
		f.cut(pointer)
	}
	asked := question{own, value, s.chain}
	if _, isKnown := f.seen[asked]; isKnown || f.isFull() {
		return
	}
	f.seen[asked] = struct{}{}
	for i := range own.checks {
		if f.isFull() {
			return
		}
		c := &own.checks[i]
		if e.descends(own, c, value, pointer, s, f) {
			continue
		}
		isHeld := e.holds(own, c, value, s)
		if e.isExhausted() {
			f.cut(pointer)
			return
		}
		if !isHeld {
			f.violations = append(f.violations, e.violation(c, value, pointer, s))
		}
	}
}

func (e *evaluation) part(own *node, value *Value, pointer, token, keyword string, s scope, f *found) {
	if f.isFull() {
		return
	}
	pointer = join(pointer, token)
	if own.isNever() {
		f.violations = append(f.violations, Violation{pointer, keyword, "allowed here", s.shownUnknown(value)})
	} else {
		e.look(own, value, pointer, s, f)
	}
}

// descends examines the parts that a keyword is about; false if it is about the value itself.
func (e *evaluation) descends(own *node, c *check, value *Value, pointer string, s scope, f *found) bool {
	switch c.kind {
	case kwAllOf:
		for _, inner := range c.nodes {
			e.look(inner, value, pointer, s, f)
		}
		return true
	case kwRef:
		e.look(c.node, value, pointer, s, f)
		return true
	case kwDynamicRef:
		e.look(s.target(c), value, pointer, s, f)
		return true
	case kwIf:
		branch := c.orElse
		if e.isValid(c.node, value, s) {
			branch = c.then
		}
		if branch != nil {
			e.look(branch, value, pointer, s, f)
		}
		return true
	}
	switch value.kind {
	case typeObject:
		return e.descendsIntoObject(own, c, value, pointer, s, f)
	case typeArray:
		return e.descendsIntoArray(own, c, value, pointer, s, f)
	}
	return false
}

func (e *evaluation) descendsIntoObject(own *node, c *check, value *Value, pointer string, s scope, f *found) bool {
	members := value.parts
	switch c.kind {
	case kwProperties:
		for i := range c.parts {
			if member := value.member(c.parts[i].name); member != nil {
				e.part(c.parts[i].node, member, pointer, c.parts[i].name, "properties", s, f)
			}
		}
	case kwPatternProperties:
		for i := range c.parts {
			for j := range members {
				if c.parts[i].pattern.matches(members[j].Name) {
					e.part(c.parts[i].node, &members[j].Value, pointer, members[j].Name, "patternProperties", s, f)
				}
			}
		}
	case kwAdditionalProperties:
		for i := range members {
			if !own.hasName(members[i].Name) {
				e.part(c.node, &members[i].Value, pointer, members[i].Name, "additionalProperties", s, f)
			}
		}
	case kwUnevaluatedProperties:
		seen := e.evaluatedProperties(own, value, s)
		for i := range members {
			if !seen.has(members[i].Name) {
				e.part(c.node, &members[i].Value, pointer, members[i].Name, "unevaluatedProperties", s, f)
			}
		}
	case kwDependentSchemas:
		for i := range c.parts {
			if value.has(c.parts[i].name) {
				e.look(c.parts[i].node, value, pointer, s, f)
			}
		}
	default:
		return false
	}
	return true
}

func (e *evaluation) descendsIntoArray(own *node, c *check, value *Value, pointer string, s scope, f *found) bool {
	items := value.parts
	switch c.kind {
	case kwPrefixItems:
		for i := range min(len(items), len(c.nodes)) {
			e.part(c.nodes[i], &items[i].Value, pointer, strconv.Itoa(i), "prefixItems", s, f)
		}
	case kwItems:
		for i := int(min(c.min, uint64(len(items)))); i < len(items); i++ {
			e.part(c.node, &items[i].Value, pointer, strconv.Itoa(i), "items", s, f)
		}
	case kwUnevaluatedItems:
		seen := e.evaluatedItems(own, value, c.flag, s)
		for i := range items {
			if !seen[i] {
				e.part(c.node, &items[i].Value, pointer, strconv.Itoa(i), "unevaluatedItems", s, f)
			}
		}
	default:
		return false
	}
	return true
}

// violation describes a keyword that a value violates, once for the same question.
func (e *evaluation) violation(c *check, value *Value, pointer string, s scope) Violation {
	asked := reason{check: c, value: value, chain: s.chain, from: s.from}
	if len(s.personal) > 0 {
		asked.personal = &s.personal[0]
	}
	if known, ok := e.reasons[asked]; ok {
		return known
	}
	e.take(stepsAReason)
	if e.reasons == nil {
		e.reasons = map[reason]Violation{}
	}
	// A schema that refers to itself in place comes back to the same question.
	e.reasons[asked] = undecided("")
	own := e.explained(c, value, pointer, s)
	e.reasons[asked] = own
	return own
}

func (e *evaluation) nearest(c *check, value *Value, pointer string, s scope) *Violation {
	e.nExplained++
	if e.nExplained > maxExplained {
		return nil
	}
	reasons := make([][]Violation, len(c.nodes))
	for i, inner := range c.nodes {
		f := newFound(maxReasons)
		e.look(inner, value, pointer, s, f)
		reasons[i] = f.violations
	}
	return nearestOf(reasons, pointer)
}

func (e *evaluation) explained(c *check, value *Value, pointer string, s scope) Violation {
	at := func(keyword, expected string) Violation {
		return Violation{pointer, keyword, expected, s.shown(pointer, value)}
	}
	number := func() string { return printNumber(c.value.text) }
	count := func() string { return strconv.FormatUint(c.min, 10) }
	nNodes := strconv.Itoa(len(c.nodes))
	switch c.kind {
	case kwType:
		return at("type", typeNames(c.texts))
	case kwEnum:
		return at("enum", listed(c.value.parts))
	case kwConst:
		return at("const", shownValue(c.value))
	case kwMinimum:
		return at("minimum", "at least "+number())
	case kwMaximum:
		return at("maximum", "at most "+number())
	case kwExclusiveMinimum:
		return at("exclusiveMinimum", "more than "+number())
	case kwExclusiveMaximum:
		return at("exclusiveMaximum", "less than "+number())
	case kwMultipleOf:
		return at("multipleOf", "a multiple of "+number())
	case kwMinLength:
		return at("minLength", "at least "+count()+" characters long")
	case kwMaxLength:
		return at("maxLength", "at most "+count()+" characters long")
	case kwPattern:
		return at("pattern", "a match of "+c.pattern.source)
	case kwFormat:
		return at("format", "a valid "+shownFormat(c.text))
	case kwContentEncoding:
		return at("contentEncoding", "in "+c.text)
	case kwContentMediaType:
		return at("contentMediaType", "JSON")
	case kwMinItems:
		return at("minItems", "at least "+count()+" items long")
	case kwMaxItems:
		return at("maxItems", "at most "+count()+" items long")
	case kwUniqueItems:
		return at("uniqueItems", "free of repeated items")
	case kwContains:
		most := ""
		if c.flag {
			most = " to " + strconv.FormatUint(c.max, 10)
		}
		return at("contains", "an array with "+count()+most+" items as `contains` requires")
	case kwRequired:
		return at("required", "an object with "+quotedNames(missing(c.texts, value)))
	case kwDependentRequired:
		for i := range c.parts {
			if absent := missing(c.parts[i].names, value); value.has(c.parts[i].name) && len(absent) > 0 {
				expected := "an object with " + quotedNames(absent) + ", as one with " + quoted(c.parts[i].name) + " has to be"
				return at("dependentRequired", expected)
			}
		}
	case kwMinProperties:
		return at("minProperties", "an object of at least "+count()+" members")
	case kwMaxProperties:
		return at("maxProperties", "an object of at most "+count()+" members")
	case kwAnyOf:
		return at("anyOf", alternatives(nNodes, e.nearest(c, value, pointer, s)))
	case kwOneOf:
		nValid := e.countValid(c.nodes, value, s, len(c.nodes)+1)
		if nValid > 0 {
			return at("oneOf", "just one of "+nNodes+" alternatives but "+strconv.Itoa(nValid))
		}
		return at("oneOf", alternatives(nNodes, e.nearest(c, value, pointer, s)))
	case kwNot:
		return at("not", "allowed: it is what `not` excludes")
	case kwPropertyNames:
		return e.wrongName(c, value, pointer, s)
	}
	return at("false", "allowed here")
}

func (e *evaluation) wrongName(c *check, value *Value, pointer string, s scope) Violation {
	own := Violation{pointer, "propertyNames", "a name that is allowed", "the name "}
	for i := range value.parts {
		name := &Value{kind: typeString, text: value.parts[i].Name}
		if e.isValid(c.node, name, s) {
			continue
		}
		f := newFound(1)
		e.look(c.node, name, pointer, s, f)
		if len(f.violations) > 0 {
			own.Expected = f.violations[0].Expected
		}
		own.Found += shownValue(name)
		break
	}
	return own
}

// shown returns the value at pointer, shortened; of what may be personal only its kind.
func (s scope) shown(pointer string, value *Value) string {
	if s.personal == nil {
		return shownValue(value)
	}
	if value.kind == typeObject || value.kind == typeArray {
		return kindOf(value)
	}
	place := ""
	if s.from <= len(pointer) {
		place = pointer[s.from:]
	}
	for _, marked := range s.personal {
		if meets(marked, place) {
			return kindOf(value)
		}
	}
	return shownValue(value)
}

// shownUnknown returns a value that the contract does not have, which may be a personal one under a wrong name.
func (s scope) shownUnknown(value *Value) string {
	if s.personal == nil {
		return shownValue(value)
	}
	return kindOf(value)
}

// meets reports whether one of two places is inside of the other, or is it; indices may be left out of the marked one.
func meets(marked, place string) bool {
	own := strings.Split(marked, "/")[1:]
	for _, token := range strings.Split(place, "/")[1:] {
		switch {
		case len(own) == 0:
			return true
		case own[0] == token:
			own = own[1:]
		case countDigits(token) < len(token):
			return false
		}
	}
	return true
}
