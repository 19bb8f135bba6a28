package markdown

import "hpcstatus/collectors/fleet"

// Help is a file of help/: a chapter of the help page.
type Help struct {
	Document
	// Slug is made from the file's name and identifies the chapter.
	Slug string
	// Order sorts the chapters, the smallest first; chapters of one order go by title.
	Order int
	// Summary says in one sentence what the chapter is about; empty when it is not given.
	Summary string
}

// ParseHelp reads a file of help/. The error joins all mistakes, each an *Error.
func ParseHelp(path string, src []byte) (Help, error) {
	doc, front, err := parse(path, src)
	if err != nil {
		return Help{}, err
	}
	root := front.root()
	doc.Title = root.required("title")
	h := Help{
		Document: doc, Slug: fleet.Slug(baseName(path)),
		Order: int(root.integer("order")), Summary: root.text("summary"),
	}
	if h.Slug == "" {
		front.report(1, "the file's name needs at least one letter or digit")
	}
	root.done()
	return h, finish(front.problems)
}
