// Package markdown reads content files: TOML front matter between two lines of +++,
// then a body in Markdown with the tables, strikethrough and bare links of GitHub's
// dialect. It imports the two libraries for that and nothing else does.
//
// Content is checked like source code: a mistake is an Error with the file and the line
// it stands on, and all mistakes of a file are reported together.
package markdown

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// fence is the line before and after the front matter.
const fence = "+++"

// Document is one content file.
type Document struct {
	// Path is relative to the content folder, with slashes.
	Path string
	// Title is the document's title as plain text.
	Title string
	// Body is the Markdown without the front matter.
	Body string
	// HTML is the body as HTML that is safe to put into any page. Its headings are one
	// level lower than written, and their ids begin with the file's name, so that
	// several documents can share a page.
	HTML template.HTML
}

// Error is a mistake in a content file.
type Error struct {
	// Path of the file, relative to the content folder.
	Path string
	// Line counts from 1, in the whole file.
	Line int
	// Message says what is wrong and what to write instead.
	Message string
}

// Error is the mistake as "path:line: message".
func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %s", e.Path, e.Line, e.Message) }

// parse reads the parts that all kinds of documents share. The front matter's keys are
// still to be asked for; the caller ends with finish.
func parse(name string, src []byte) (Document, *frontMatter, error) {
	text, err := normalize(name, src)
	if err != nil {
		return Document{}, nil, err
	}
	front, body, bodyLine, err := split(name, text)
	if err != nil {
		return Document{}, nil, err
	}
	fm, err := readFrontMatter(name, front)
	if err != nil {
		return Document{}, nil, err
	}
	html, problems := render(name, body, bodyLine)
	fm.problems = append(fm.problems, problems...)
	return Document{Path: name, Body: body, HTML: html}, fm, nil
}

// normalize makes lines end in \n alone and refuses what is not text.
func normalize(name string, src []byte) (string, error) {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	for i, line := range bytes.Split(src, []byte("\n")) {
		if !utf8.Valid(line) {
			return "", &Error{name, i + 1, "the file is not UTF-8: save it in that encoding"}
		}
	}
	return string(src), nil
}

// split parts the front matter from the body. Lines of the front matter keep their
// number: the opening fence is left as an empty line.
func split(name, text string) (front, body string, bodyLine int, err error) {
	lines := strings.Split(text, "\n")
	switch strings.TrimRight(lines[0], " \t") {
	case fence:
	case "---":
		return "", "", 0, &Error{name, 1, "front matter is TOML between lines of +++, not YAML between lines of ---"}
	default:
		return "", text, 1, nil
	}
	for i, line := range lines[1:] {
		if strings.TrimRight(line, " \t") == fence {
			front := "\n" + strings.Join(lines[1:i+1], "\n")
			return front, strings.Join(lines[i+2:], "\n"), i + 3, nil
		}
	}
	return "", "", 0, &Error{name, 1, "the front matter has no end: close it with a line of +++"}
}

// finish reports all mistakes of a file in the order of its lines, or nil.
func finish(problems []*Error) error {
	slices.SortStableFunc(problems, func(a, b *Error) int { return a.Line - b.Line })
	errs := make([]error, len(problems))
	for i, p := range problems {
		errs[i] = p
	}
	return errors.Join(errs...)
}

// baseName is the file's name without folder and extension.
func baseName(name string) string { return strings.TrimSuffix(path.Base(name), path.Ext(name)) }
