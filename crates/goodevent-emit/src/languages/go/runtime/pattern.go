
package goodevent

import (
	"regexp"
	"strconv"
	"strings"
)

// matcher decides a pattern of ECMA-262 in a time that is linear in the text.
type matcher struct {
	source string
	// The state after state s on a byte of class c, at s*nClasses + c. State 0 rejects and state 1 accepts.
	classes  [256]uint16
	next     []uint16
	accepts  []bool
	start    uint16
	nClasses uint16
	// The pattern, if no automaton decides it.
	regexp *regexp.Regexp
}

func newMatcher(pattern Pattern) *matcher {
	own := &matcher{source: pattern.Source}
	if pattern.Regexp != "" {
		own.regexp = regexp.MustCompile(pattern.Regexp)
		return own
	}
	parts := strings.Split(pattern.Automaton, "|")
	first, classes, next, accepts := numbers(parts[0]), numbers(parts[1]), numbers(parts[2]), numbers(parts[3])
	own.start, own.nClasses, own.next = first[0], first[1], next
	copy(own.classes[:], classes)
	own.accepts = make([]bool, len(next)/int(own.nClasses))
	for _, state := range accepts {
		own.accepts[state] = true
	}
	return own
}

// numbers reads a list in which `7*3` stands for `7 7 7`.
func numbers(text string) []uint16 {
	var all []uint16
	for _, run := range strings.Fields(text) {
		number, times, isRun := strings.Cut(run, "*")
		value, _ := strconv.ParseUint(number, 10, 16)
		n := 1
		if isRun {
			n, _ = strconv.Atoi(times)
		}
		for range n {
			all = append(all, uint16(value))
		}
	}
	return all
}

func (m *matcher) matches(text string) bool {
	if m.regexp != nil {
		return m.regexp.MatchString(text)
	}
	state := m.start
	for i := 0; i < len(text) && state > 1; i++ {
		state = m.next[int(state)*int(m.nClasses)+int(m.classes[text[i]])]
	}
	return m.accepts[state]
}
