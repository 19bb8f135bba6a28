package pbs

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	// maxDepth bounds the nesting of a document; PBS nests four deep.
	maxDepth = 64
	// maxValues bounds its size: 10,000 nodes with 200 jobs each have half as many.
	maxValues = 4 << 20
)

// parser reads one document.
type parser struct {
	src       string
	pos       int
	depth     int
	values    int
	rawQuotes bool // a quote ends a string only where a string can end
}

var errTruncated = errors.New("the output ends in the middle of the document")

// document reads the object at the position; its error names the line.
func (p *parser) document() (value, error) {
	v, err := p.value(false)
	if err == nil {
		return v, nil
	}
	line := 1 + strings.Count(p.src[:min(p.pos, len(p.src))], "\n")
	return value{}, fmt.Errorf("line %d: %w", line, err)
}

// value reads any value; inList tells what may follow it.
func (p *parser) value(inList bool) (value, error) {
	p.space()
	if p.pos >= len(p.src) {
		return value{}, errTruncated
	}
	if p.values++; p.values > maxValues {
		return value{}, errors.New("too long")
	}
	switch p.src[p.pos] {
	case '{', '[':
		if p.depth >= maxDepth {
			return value{}, errors.New("nested too deeply")
		}
		p.depth++
		defer func() { p.depth-- }()
		if p.src[p.pos] == '{' {
			return p.object()
		}
		return p.list()
	case '"':
		text, err := p.text(func(at int) bool { return p.endsValue(at, inList) })
		return value{kind: scalarValue, text: text}, err
	}
	return p.bare()
}

// object reads members up to the closing brace.
func (p *parser) object() (value, error) {
	v := value{kind: objectValue}
	for p.pos++; ; {
		if p.peek() == '}' {
			p.pos++
			return v, nil
		}
		if p.peek() != '"' {
			return v, p.unexpected("a name or }")
		}
		key, err := p.text(p.endsKey)
		if err != nil {
			return v, err
		}
		if c := p.peek(); c != ':' && c != '=' {
			return v, p.unexpected(": after a name")
		}
		p.pos++
		element, err := p.value(false)
		if err != nil {
			return v, err
		}
		v.members = append(v.members, member{key, element})
		if p.peek() == ',' {
			p.pos++
		} else if p.peek() != '}' {
			return v, p.unexpected(", or }")
		}
	}
}

// list reads elements up to the closing bracket.
func (p *parser) list() (value, error) {
	v := value{kind: listValue}
	for p.pos++; ; {
		if p.peek() == ']' {
			p.pos++
			return v, nil
		}
		element, err := p.value(true)
		if err != nil {
			return v, err
		}
		v.members = append(v.members, member{"", element})
		if p.peek() == ',' {
			p.pos++
		} else if p.peek() != ']' {
			return v, p.unexpected(", or ]")
		}
	}
}

// bare reads a number, a word or what should have been a string: everything up to what
// can follow a value on its line.
func (p *parser) bare() (value, error) {
	length := strings.IndexAny(p.src[p.pos:], ",}]\r\n")
	if length < 0 {
		p.pos = len(p.src)
		return value{}, errTruncated
	}
	text := strings.TrimSpace(p.src[p.pos : p.pos+length])
	if text == "" || strings.ContainsAny(text, `"{[:`) {
		return value{}, p.unexpected("a value")
	}
	p.pos += length
	if text == "null" {
		return value{}, nil
	}
	return value{kind: scalarValue, text: text}, nil
}

// text reads the string at the position. ends tells in the reading with raw quotes
// whether a quote ends it.
func (p *parser) text(ends func(at int) bool) (string, error) {
	p.pos++
	start := p.pos
	var b strings.Builder // stays empty while the text is as in the source
	for {
		length := strings.IndexAny(p.src[p.pos:], `"\`)
		if length < 0 {
			p.pos = len(p.src)
			return "", errTruncated
		}
		at := p.pos + length
		switch {
		case p.src[at] == '\\':
			b.WriteString(p.src[start:at])
			p.pos = at + 1
			if err := p.escape(&b); err != nil {
				return "", err
			}
			start = p.pos
		case p.rawQuotes && !ends(at):
			p.pos = at + 1
		default:
			p.pos = at + 1
			if b.Len() == 0 {
				return p.src[start:at], nil
			}
			b.WriteString(p.src[start:at])
			return b.String(), nil
		}
	}
}

// escape reads what follows a backslash. A character that needs no escape is taken as
// it is: PBS escapes quotes and commas for its own use.
func (p *parser) escape(b *strings.Builder) error {
	if p.pos >= len(p.src) {
		return errTruncated
	}
	c := p.src[p.pos]
	p.pos++
	if i := strings.IndexByte("bfnrt", c); i >= 0 {
		b.WriteByte("\b\f\n\r\t"[i])
		return nil
	}
	if c != 'u' {
		b.WriteByte(c)
		return nil
	}
	r, ok := p.hex()
	if !ok {
		b.WriteString(`\u`)
		return nil
	}
	if utf16.IsSurrogate(r) {
		r = p.surrogate(r)
	}
	b.WriteRune(r)
	return nil
}

// surrogate completes a pair of \u escapes; half a pair is an unknown character.
func (p *parser) surrogate(high rune) rune {
	before := p.pos
	if strings.HasPrefix(p.src[p.pos:], `\u`) {
		p.pos += 2
		if low, ok := p.hex(); ok {
			if r := utf16.DecodeRune(high, low); r != utf8.RuneError {
				return r
			}
		}
	}
	p.pos = before
	return utf8.RuneError
}

// hex reads four hexadecimal digits.
func (p *parser) hex() (rune, bool) {
	if len(p.src)-p.pos < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(p.src[p.pos:p.pos+4], 16, 16)
	if err != nil {
		return 0, false
	}
	p.pos += 4
	return rune(n), true
}

// endsKey reports whether the quote at the offset ends a member's name.
func (p *parser) endsKey(at int) bool {
	c, _ := p.after(at+1, " \t")
	return c == ':' || c == '='
}

// endsValue reports whether the quote at the offset can end a value. PBS prints one
// attribute a line, so the end of the line decides nearly always.
func (p *parser) endsValue(at int, inList bool) bool {
	c, next := p.after(at+1, " \t\r")
	switch c {
	case 0, '\n':
		return true
	case '}', ']':
		c, _ = p.after(next+1, " \t\r")
		return slices.Contains([]byte{0, '\n', ',', '}', ']'}, c)
	case ',':
		c, next = p.after(next+1, " \t\r")
		switch {
		case c == '\n' || c == 0 || c == '}' || c == ']':
			return true
		case c != '"' || inList:
			return c == '"'
		}
		end := strings.IndexByte(p.src[next+1:], '"')
		return end >= 0 && p.endsKey(next+1+end)
	}
	return false
}

// after is the first character from the offset on that is none of skip, and where it
// is; 0 at the end.
func (p *parser) after(at int, skip string) (byte, int) {
	for ; at < len(p.src); at++ {
		if strings.IndexByte(skip, p.src[at]) < 0 {
			return p.src[at], at
		}
	}
	return 0, at
}

func (p *parser) space() {
	_, p.pos = p.after(p.pos, " \t\r\n")
}

// peek skips white space and returns the character after it, 0 at the end.
func (p *parser) peek() byte {
	p.space()
	if p.pos >= len(p.src) {
		return 0
	}
	return p.src[p.pos]
}

// unexpected says what stands where something else should.
func (p *parser) unexpected(want string) error {
	if p.pos >= len(p.src) {
		return errTruncated
	}
	r, _ := utf8.DecodeRuneInString(p.src[p.pos:])
	return fmt.Errorf("%q where %s should be", r, want)
}
