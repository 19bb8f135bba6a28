package config

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strings"
	"time"
	"unicode"
)

// maxDuration keeps sums of a few durations far from overflow, and catches a slip in the unit.
const maxDuration = 7 * 24 * time.Hour

// wrongType says what a value must be and what it is.
func wrongType(want string, value any) error {
	is := "a date"
	switch value.(type) {
	case string:
		is = "text"
	case int64:
		is = "a whole number"
	case float64:
		is = "a decimal number"
	case bool:
		is = "true or false"
	case []any, []map[string]any:
		is = "a list"
	case map[string]any:
		is = "a table"
	}
	return fmt.Errorf("must be %s, not %s", want, is)
}

// text reads a line of text and passes it through some checks, each of which may
// normalize it.
func text(checks ...func(string) (string, error)) func(any) (string, error) {
	return func(value any) (string, error) {
		s, ok := value.(string)
		if !ok {
			return "", wrongType("text in quotes", value)
		}
		if strings.ContainsFunc(s, unicode.IsControl) {
			return "", fmt.Errorf("%q holds a control character; write one plain line", s)
		}
		for _, check := range checks {
			var err error
			if s, err = check(s); err != nil {
				return "", err
			}
		}
		return s, nil
	}
}

// optional passes an empty text.
func optional(check func(string) (string, error)) func(string) (string, error) {
	return func(s string) (string, error) {
		if s == "" {
			return "", nil
		}
		return check(s)
	}
}

// orEmpty reads an empty text as the zero value.
func orEmpty[V any](read func(any) (V, error)) func(any) (V, error) {
	return func(value any) (V, error) {
		if value == "" {
			var zero V
			return zero, nil
		}
		return read(value)
	}
}

func notEmpty(s string) (string, error) {
	if strings.TrimSpace(s) == "" {
		return "", errors.New("must not be empty")
	}
	return s, nil
}

func oneOf(words ...string) func(string) (string, error) {
	return func(s string) (string, error) {
		for _, word := range words {
			if s == word {
				return s, nil
			}
		}
		hint := ""
		if near := nearest(s, words); near != "" {
			hint = fmt.Sprintf("; did you mean %q?", near)
		}
		return "", fmt.Errorf("%q is not one of %s%s", s, strings.Join(words, ", "), hint)
	}
}

func truth(value any) (bool, error) {
	b, ok := value.(bool)
	if !ok {
		return false, wrongType("true or false without quotes", value)
	}
	return b, nil
}

func whole(least, most int64) func(any) (int, error) {
	return func(value any) (int, error) {
		n, ok := value.(int64)
		if !ok {
			return 0, wrongType("a whole number", value)
		}
		if n < least || n > most {
			return 0, fmt.Errorf("%d is not between %d and %d", n, least, most)
		}
		return int(n), nil
	}
}

func degrees(most float64) func(any) (*float64, error) {
	return func(value any) (*float64, error) {
		x, ok := value.(float64)
		if n, isWhole := value.(int64); isWhole {
			x, ok = float64(n), true
		}
		if !ok {
			return nil, wrongType("a number of degrees", value)
		}
		if math.IsNaN(x) || math.Abs(x) > most {
			return nil, fmt.Errorf("%v is not between %v and %v degrees", x, -most, most)
		}
		return &x, nil
	}
}

func duration(least time.Duration) func(any) (time.Duration, error) {
	return func(value any) (time.Duration, error) {
		s, ok := value.(string)
		if !ok {
			return 0, wrongType(`a duration in quotes, such as "90s" or "3m"`, value)
		}
		t, err := time.ParseDuration(s)
		if err != nil {
			return 0, fmt.Errorf(`%q is not a duration; write it like "90s", "3m" or "1h30m"`, s)
		}
		if t < least || t > maxDuration {
			return 0, fmt.Errorf("%q is not between %s and %s", s, short(least), short(maxDuration))
		}
		return t, nil
	}
}

// short drops the zero units that time.Duration prints.
func short(t time.Duration) string {
	s := t.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// timezone reads the name of a zone. The machine's own is refused, because the same
// configuration would then give another site elsewhere.
func timezone(value any) (*time.Location, error) {
	name, err := text(notEmpty)(value)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(name)
	if err != nil || zone == time.Local {
		return nil, fmt.Errorf(`%q is not a time zone; write its name, such as "UTC" or "America/Chicago"`, name)
	}
	return zone, nil
}

// network reads a CIDR or a single address.
func network(value any) (netip.Prefix, error) {
	s, err := text(notEmpty)(value)
	if err != nil {
		return netip.Prefix{}, err
	}
	if address, err := netip.ParseAddr(s); err == nil && address.Zone() == "" {
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf(`%q is not a network; write it like "10.0.0.0/8" or "fd00::/8"`, s)
	}
	return prefix.Masked(), nil
}

// profile reads what is published. A profile that cannot be kept is refused: publishing
// more than somebody asked for can't be taken back.
func profile(value any) (string, error) {
	if _, isList := value.([]any); isList {
		return "", errors.New(`a list of fields is not available in this version; only "full" is, which publishes everything`)
	}
	name, err := text()(value)
	switch {
	case err != nil:
		return "", err
	case name == "public":
		return "", errors.New(`"public" is not available in this version; only "full" is, which publishes everything`)
	case name != "full":
		return "", fmt.Errorf(`%q is no profile; write "full", which publishes everything`, name)
	}
	return name, nil
}
