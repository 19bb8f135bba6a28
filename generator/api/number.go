package api

import "math"

// round rounds half away from zero, and never to a negative zero.
func round(x float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Round(x*scale)/scale + 0
}

// amount rounds hours and gigabytes as documents give them.
func amount(x float64) float64 { return round(x, 2) }

// percent rounds a percentage but never across a border that matters: what is not
// all of it is never 100, what is over is never 100, and what is some is never 0.
func percent(p float64, decimals int) float64 {
	step := math.Pow10(-decimals)
	switch rounded := round(p, decimals); {
	case p > 0 && rounded == 0:
		return step
	case p < 100 && rounded >= 100:
		return 100 - step
	case p > 100 && rounded <= 100:
		return 100 + step
	default:
		return rounded
	}
}

// gigabytes is a number of bytes in units of 1024^3.
func gigabytes(bytes int64) float64 { return amount(float64(bytes) / (1 << 30)) }

// optional applies a function to a value that may be unknown.
func optional[T, U any](value *T, f func(T) U) *U {
	if value == nil {
		return nil
	}
	result := f(*value)
	return &result
}

// finite is the value, or nil when JSON has no number for it.
func finite(x *float64) *float64 {
	if x == nil || math.IsNaN(*x) || math.IsInf(*x, 0) {
		return nil
	}
	return x
}

// positive is a limit, or nil where a source writes 0 for none.
func positive(n *int64) *int64 {
	if n == nil || *n <= 0 {
		return nil
	}
	return n
}
