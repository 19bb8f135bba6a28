package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
	"golang.org/x/term"
)

// display shows how a cycle advances: trackers on a terminal, log lines elsewhere.
type display struct {
	logger *slog.Logger
	// quiet is set on a terminal, where the log is kept off the trackers.
	quiet  bool
	writer progress.Writer
	// held are the warnings and errors of the log, for when the display has ended.
	held *bytes.Buffer
	out  io.Writer

	mu       sync.Mutex
	trackers map[string]*progress.Tracker
}

func (a *app) newProgress() *display {
	file, isFile := a.stdio.Err.(*os.File)
	if !isFile || !term.IsTerminal(int(file.Fd())) {
		return &display{logger: a.logger()}
	}
	w := progress.NewWriter()
	w.SetOutputWriter(file)
	w.SetAutoStop(false)
	w.SetUpdateFrequency(100 * time.Millisecond)
	w.Style().Visibility.ETA = false
	held := &bytes.Buffer{}
	d := &display{logger: slog.New(slog.NewTextHandler(held, &slog.HandlerOptions{Level: slog.LevelWarn})), quiet: true, held: held, out: file, writer: w, trackers: map[string]*progress.Tracker{}}
	go w.Render()
	return d
}

// update is told as a collector advances.
func (d *display) update(collector string, done, total int, what string) {
	if !d.quiet {
		d.logger.Info("progress", "collector", collector, "done", done, "total", total, "what", what)
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.trackers[collector]
	if t == nil {
		t = &progress.Tracker{Message: collector, Total: int64(total)}
		d.trackers[collector] = t
		d.writer.AppendTracker(t)
	}
	t.UpdateTotal(int64(total))
	t.UpdateMessage(fmt.Sprintf("%s %s", collector, what))
	t.SetValue(int64(done))
}

// stop ends the display and leaves the terminal as it was.
func (d *display) stop() {
	if d.writer == nil {
		return
	}
	d.mu.Lock()
	for _, t := range d.trackers {
		t.MarkAsDone()
	}
	d.mu.Unlock()
	d.writer.Stop()
	for d.writer.IsRenderInProgress() {
		time.Sleep(time.Millisecond)
	}
	_, _ = d.held.WriteTo(d.out)
}

func printJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}
