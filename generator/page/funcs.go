package page

import (
	"fmt"
	"html/template"
	"time"

	"hpcstatus/collectors/fleet/doc"
)

// notMeasured is the usual reason why a value is missing.
const notMeasured = "not measured"

// funcs are the functions that templates may call.
func funcs(loc *time.Location) template.FuncMap {
	clock := clock{loc}
	return template.FuncMap{
		"num":      num,
		"amount":   amount,
		"size":     size,
		"percent":  percent,
		"text":     text,
		"walltime": walltime,
		"took":     took,
		"time":     clock.short,
		"timeLong": clock.long,
		"date":     date,
		"icon":     icon,
	}
}

// missing is shown where a value is not known, with the reason for eyes and ears.
func missing(why string) template.HTML {
	why = template.HTMLEscapeString(why)
	return template.HTML(`<span class="nil" role="img" aria-label="` + why + `" title="` + why + `">—</span>`)
}

// reason is the given reason for a missing value, or the usual one.
func reason(why []string) string {
	if len(why) > 0 && why[0] != "" {
		return why[0]
	}
	return notMeasured
}

// num formats a count with separators between thousands; a nil pointer is shown as
// missing for the given reason.
func num(n any, why ...string) (any, error) {
	switch n := n.(type) {
	case int:
		return thousands(int64(n)), nil
	case int64:
		return thousands(n), nil
	case *int:
		if n != nil {
			return thousands(int64(*n)), nil
		}
	case *int64:
		if n != nil {
			return thousands(*n), nil
		}
	default:
		return nil, fmt.Errorf("num: %T is no count", n)
	}
	return missing(reason(why)), nil
}

// amount formats hours and the like, with up to two decimals; nil is missing.
func amount(n any, why ...string) (any, error) {
	switch n := n.(type) {
	case float64:
		return decimal(n), nil
	case *float64:
		if n != nil {
			return decimal(*n), nil
		}
	default:
		return nil, fmt.Errorf("amount: %T is no amount", n)
	}
	return missing(reason(why)), nil
}

// size formats a size given in units of 1024^3 bytes; nil is missing.
func size(gb any, why ...string) (any, error) {
	switch gb := gb.(type) {
	case float64:
		return binarySize(gb), nil
	case *float64:
		if gb != nil {
			return binarySize(*gb), nil
		}
	default:
		return nil, fmt.Errorf("size: %T is no size", gb)
	}
	return missing(reason(why)), nil
}

// text shows a string; nil and empty ones are missing.
func text(s any, why ...string) (any, error) {
	switch s := s.(type) {
	case string:
		if s != "" {
			return s, nil
		}
	case *string:
		if s != nil && *s != "" {
			return *s, nil
		}
	default:
		return nil, fmt.Errorf("text: %T is no text", s)
	}
	if len(why) == 0 {
		return missing("not known"), nil
	}
	return missing(why[0]), nil
}

// walltime shows the longest walltime of a queue.
func walltime(l doc.Limits) any {
	switch {
	case l.UnlimitedWalltime:
		return "no limit"
	case l.MaxWalltimeSeconds == nil:
		return missing("no limit known")
	}
	return walltimeWords(*l.MaxWalltimeSeconds)
}

// took shows how long something ran, given in milliseconds; nil is missing.
func took(ms *int64) any {
	if ms == nil {
		return missing(notMeasured)
	}
	return millis(*ms)
}

// icon draws a symbol of the page's sprite. It is hidden from screen readers because a word always stands beside it.
func icon(name string) template.HTML {
	return template.HTML(`<svg class="icon" aria-hidden="true"><use href="#i-` + template.HTMLEscapeString(name) + `"/></svg>`)
}

// clock shows times in UTC and, beside it, in the site's own time zone.
type clock struct{ loc *time.Location }

// short is for tables: the local time is only in the title.
func (c clock) short(t doc.Time, why ...string) template.HTML {
	if t.IsZero() {
		if len(why) == 0 {
			return missing("never")
		}
		return missing(why[0])
	}
	title := ""
	if local := c.local(t); local != "" {
		title = ` title="` + local + `"`
	}
	return template.HTML(`<time datetime="` + t.String() + `"` + title + `>` + utc(t) + `</time>`)
}

// long shows both times.
func (c clock) long(t doc.Time, why ...string) template.HTML {
	local := c.local(t)
	if t.IsZero() || local == "" {
		return c.short(t, why...)
	}
	return template.HTML(`<time datetime="` + t.String() + `">` + utc(t) + `, ` + local + `</time>`)
}

// date shows the day of a time in UTC.
func date(t doc.Time, why string) template.HTML {
	if t.IsZero() {
		return missing(why)
	}
	return template.HTML(`<time datetime="` + t.String() + `">` + t.UTC().Format(time.DateOnly) + `</time>`)
}

// local is the time in the site's zone, with its date where that differs; empty where the zone is UTC.
func (c clock) local(t doc.Time) string {
	in := t.In(c.loc)
	if _, offset := in.Zone(); offset == 0 {
		return ""
	}
	layout := "15:04 MST"
	if in.Day() != t.UTC().Day() {
		layout = "2006-01-02 15:04 MST"
	}
	return template.HTMLEscapeString(in.Format(layout))
}

func utc(t doc.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
