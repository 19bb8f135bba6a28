// Package publish writes a generation to disk so that no reader ever sees half a
// file, and reads it back with its hashes checked.
package publish
