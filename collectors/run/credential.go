package run

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// fingerprint is a short hash of the parts, from which none of them can be found again.
func fingerprint(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// mark changes when the file does. A file that cannot be read at all has none.
func mark(path string) string {
	info, err := os.Stat(path)
	if path == "" || err != nil {
		return ""
	}
	return fmt.Sprintf("%s %d %d", path, info.Size(), info.ModTime().UnixNano())
}

// sshCredential marks what ssh may log in with. In ~/.ssh these are the configuration, the
// keys, and the sockets of open sessions, which also lie in folders of their own.
// known_hosts changes with every new host and is none of it.
func sshCredential(getenv func(string) string) string {
	ticket := ticketCache(getenv)
	if kind, path, ok := strings.Cut(ticket, ":"); ok && (kind == "FILE" || kind == "DIR") {
		ticket = path
	}
	parts := []string{ticket, mark(ticket), mark(getenv("SSH_AUTH_SOCK"))}
	folder := filepath.Join(getenv("HOME"), ".ssh")
	entries, _ := os.ReadDir(folder) // no folder, nothing to mark
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || entry.Type()&os.ModeSocket != 0 || name == "config" || strings.HasPrefix(name, "id_") {
			parts = append(parts, mark(filepath.Join(folder, name)))
		}
	}
	return fingerprint(parts...)
}

// pwCredential marks what the pw CLI logs in with: PW_API_KEY, which outranks the rest, else
// the selected context of its credentials file, wherever its version keeps that.
func pwCredential(getenv func(string) string, context string) string {
	parts := []string{context}
	for _, name := range []string{"PW_API_KEY", "PW_CONTEXT", "PW_PLATFORM_HOST"} {
		parts = append(parts, getenv(name))
	}
	for _, path := range pwCredentialFiles(getenv) {
		parts = append(parts, mark(path))
	}
	return fingerprint(parts...)
}

// pwCredentialFiles are the places where releases of the CLI and of its SDKs keep the
// credentials: PW_CREDENTIALS_DIR, the XDG configuration folder, and ~/pw.
func pwCredentialFiles(getenv func(string) string) []string {
	home := getenv("HOME")
	files := []string{
		filepath.Join(home, ".config", "pw", "credentials"),
		filepath.Join(home, "pw", ".credentials"),
	}
	if folder := getenv("XDG_CONFIG_HOME"); folder != "" {
		files = append(files, filepath.Join(folder, "pw", "credentials"))
	}
	if folder := getenv("PW_CREDENTIALS_DIR"); folder != "" {
		files = append(files, filepath.Join(folder, ".credentials"))
	}
	return files
}
