package hpcmp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	// maxTries is how often the page is asked for before the run fails.
	maxTries = 4
	// maxElapsed bounds all tries where the context has no deadline.
	maxElapsed = 2 * time.Minute
)

// client fetches one page over HTTP.
type client struct {
	http    *http.Client
	timeout time.Duration // of one try
	max     int64         // bytes
	agent   string
	caFile  string // for messages
	pause   func() backoff.BackOff
}

// newBackOff is the wait between tries: about 1 s, 2 s, 4 s.
func newBackOff() backoff.BackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.Multiplier, b.MaxInterval = time.Second, 2, 8*time.Second
	return b
}

// temporary is a failure that may pass.
type temporary struct {
	error
	after time.Duration // how long the server asks to wait; zero when it does not
}

// Unwrap lets backoff find the server's wish beside the cause.
func (t *temporary) Unwrap() []error {
	if t.after > 0 {
		return []error{t.error, &backoff.RetryAfterError{Duration: t.after}}
	}
	return []error{t.error}
}

// get fetches the page, again and again while the failure may pass and ctx allows a wait
// as long as is due.
func (c *client) get(ctx context.Context, page *url.URL) ([]byte, error) {
	defer c.http.CloseIdleConnections() // the next cycle is minutes away
	budget := maxElapsed
	if deadline, ok := ctx.Deadline(); ok {
		budget = min(budget, max(time.Until(deadline), 1)) // zero would be no bound
	}
	tries := 0
	var last error // of the tries that were not cut short by ctx
	body, err := backoff.Retry(ctx, func() ([]byte, error) {
		tries++
		body, err := c.try(ctx, page)
		switch _, passes := errors.AsType[*temporary](err); {
		case err == nil:
			return body, nil
		case ctx.Err() != nil:
			return nil, backoff.Permanent(context.Cause(ctx))
		case !passes:
			err = backoff.Permanent(err)
		}
		last = err
		return nil, err
	}, backoff.WithBackOff(c.pause()), backoff.WithMaxTries(maxTries), backoff.WithMaxElapsedTime(budget))
	if err == nil {
		return body, nil
	}
	return nil, failure(ctx, page, last, tries)
}

// failure words the end of all tries.
func failure(ctx context.Context, page *url.URL, last error, tries int) error {
	var suffix string
	if tries > 1 {
		suffix = fmt.Sprintf(" (tried %d times)", tries)
	}
	switch ended := context.Cause(ctx); {
	case ended != nil && last == nil:
		return fmt.Errorf("%s: no answer before the cycle ended: %w", page.Redacted(), ended)
	case ended != nil:
		return fmt.Errorf("%s: %w%s, then the cycle ended: %w", page.Redacted(), last, suffix, ended)
	}
	if t, ok := errors.AsType[*temporary](last); ok && t.after > 0 && tries < maxTries {
		suffix += fmt.Sprintf("; the server asks to wait %s, longer than this cycle may take", t.after)
	}
	return fmt.Errorf("%s: %w%s", page.Redacted(), last, suffix)
}

// try asks for the page once.
func (c *client) try(ctx context.Context, page *url.URL) ([]byte, error) {
	tctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(tctx, http.MethodGet, page.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("Accept", "text/html, application/xhtml+xml")
	resp, err := c.http.Do(req)
	if err == nil {
		defer resp.Body.Close()
		var body []byte
		if body, err = c.read(resp); err == nil {
			return body, nil
		}
	}
	if tctx.Err() != nil { // also when ctx ended, which get looks at itself
		return nil, &temporary{error: fmt.Errorf("timed out after %s", c.timeout)}
	}
	return nil, c.explain(page, err)
}

// read checks the answer and returns its body.
func (c *client) read(resp *http.Response) ([]byte, error) {
	if resp.StatusCode != http.StatusOK {
		return nil, statusError(resp)
	}
	if err := checkType(resp.Header.Get("Content-Type")); err != nil {
		return nil, err
	}
	tooLong := &refusal{fmt.Sprintf("the answer is longer than %d bytes: check that url is the status page", c.max)}
	if resp.ContentLength > c.max {
		return nil, tooLong
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, c.max+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the answer: %w", err)
	case int64(len(body)) > c.max:
		return nil, tooLong
	}
	return body, nil
}

// refusal is a failure that no further try mends; its text says what to do.
type refusal struct{ text string }

func (r *refusal) Error() string { return r.text }

// statusError words an answer other than 200.
func statusError(resp *http.Response) error {
	code := fmt.Sprintf("the server answers %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	switch status := resp.StatusCode; {
	case status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status >= 500:
		return &temporary{error: errors.New(code), after: retryAfter(resp.Header.Get("Retry-After"), resp.Header.Get("Date"))}
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return &refusal{code + ": the page needs a login or is closed to this network; try it in a browser on this machine"}
	case status == http.StatusProxyAuthRequired:
		return &refusal{code + ": the proxy needs a login; set proxy to an address with it"}
	case status == http.StatusNotFound, status == http.StatusGone:
		return &refusal{code + ": the page has moved; set url to its new address"}
	}
	return &refusal{code + ": check url"}
}

// retryAfter reads the Retry-After header, in seconds or as a date that is taken against
// the server's own; zero when it asks for no wait or cannot be read.
func retryAfter(value, date string) time.Duration {
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return max(0, time.Duration(seconds)*time.Second)
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(date)
	if err != nil {
		return 0
	}
	return max(0, until.Sub(now))
}

// checkType refuses what is not HTML. A server that does not say is given the benefit of the doubt.
func checkType(value string) error {
	if value == "" {
		return nil
	}
	switch kind, _, _ := mime.ParseMediaType(value); kind {
	case "text/html", "application/xhtml+xml":
		return nil
	}
	return &refusal{fmt.Sprintf("the answer is %s, not a page: check that url is the status page", value)}
}

// explain words a failed request: whether another try may help, and what to do if not.
func (c *client) explain(page *url.URL, err error) error {
	if moved, ok := errors.AsType[*refusal](err); ok {
		return moved
	}
	if _, ok := errors.AsType[*temporary](err); ok {
		return err
	}
	if text := c.certificateHint(page.Hostname(), err); text != "" {
		return fmt.Errorf("%s: %w", text, cause(err))
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return fmt.Errorf("host %s is not known: check url, the network and the name service: %w", dns.Name, cause(err))
	}
	if strings.Contains(err.Error(), "server gave HTTP response to HTTPS client") {
		return fmt.Errorf("%s does not speak https on this port: check url: %w", page.Host, cause(err))
	}
	return &temporary{error: cause(err)}
}

// cause drops the request line that net/http puts before an error: the caller says it.
func cause(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
