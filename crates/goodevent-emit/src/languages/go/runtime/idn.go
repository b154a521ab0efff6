
package goodevent

import (
	"net/http"
	"net/url"
	"strings"
)

func init() {
	formats["idn-hostname"] = isIDNHostname
	formats["idn-email"] = isIDNEmail
}

// isIDNHostname tests for a host name of any script (RFC 5890).
func isIDNHostname(text string) bool {
	ascii, ok := toASCII(text)
	if !ok || !isHostname(ascii) {
		return false
	}
	for _, label := range strings.Split(ascii, ".") {
		if len(label) >= 4 && label[2:4] == "--" && !isALabel(label) {
			return false
		}
	}
	return true
}

// toASCII maps a name as IDNA has it. The standard library does that for the hosts of requests alone.
func toASCII(text string) (string, bool) {
	isASCII := true
	for i := 0; i < len(text); i++ {
		char := text[i]
		isASCII = isASCII && char < 0x80
		if char < 0x80 && !isLetter(char) && !isDigit(char) && char != '-' && char != '.' {
			return "", false
		}
	}
	if isASCII {
		return strings.ToLower(text), true
	}
	request := http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/"}, Host: text}
	var out strings.Builder
	if request.Write(&out) != nil {
		return "", false
	}
	_, rest, _ := strings.Cut(out.String(), "\r\nHost: ")
	host, _, ok := strings.Cut(rest, "\r\n")
	return host, ok
}

// isIDNEmail tests for a mailbox of any script (RFC 6531): its structure is that of one of ASCII.
func isIDNEmail(text string) bool {
	local, domain, ok := mailbox(text)
	masked := strings.Map(func(char rune) rune {
		if char < 0x80 {
			return char
		}
		return 'a'
	}, local)
	return ok && isLocal(masked) && isDomain(domain, isIDNHostname)
}
