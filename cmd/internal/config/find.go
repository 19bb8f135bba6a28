package config

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// FileName is the name of the file in the folders that are searched.
const FileName = "hpcstatus.toml"

// Find returns the path of the configuration file: the one of the flag --config where
// it is given, else ./hpcstatus.toml, else hpcstatus/hpcstatus.toml below
// $XDG_CONFIG_HOME (~/.config by default). found is false when there is none; a flag's
// file counts as found, so that reading it reports that it is missing.
func Find(flag string, env func(string) string) (path string, found bool) {
	if flag != "" {
		return flag, true
	}
	candidates := []string{FileName}
	if folder := xdgFolder(env, "XDG_CONFIG_HOME", ".config"); folder != "" {
		candidates = append(candidates, filepath.Join(folder, FileName))
	}
	for _, path := range candidates {
		// A file that cannot be looked at is still the one that was meant.
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			return path, true
		}
	}
	return "", false
}

// xdgFolder returns our folder below that of a variable or its default below the home
// folder, and "" when neither is known. The XDG base directory specification says to
// ignore relative paths.
func xdgFolder(env func(string) string, variable, fallback string) string {
	if base := env(variable); filepath.IsAbs(base) {
		return filepath.Join(base, "hpcstatus")
	}
	if home := env("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, fallback, "hpcstatus")
	}
	return ""
}

// StateDir returns the folder for what a monitor remembers: paths.state, else one named
// by the hash of the file's absolute path below $XDG_STATE_HOME/hpcstatus
// (~/.local/state/hpcstatus by default), so that two monitors of one user never share
// it. Without a file it is that of hpcstatus.toml in the working folder.
func StateDir(c Config, env func(string) string) (string, error) {
	if c.Paths.State != "" {
		return c.Paths.State, nil
	}
	file := c.File
	if file == "" {
		file = FileName
	}
	file, err := filepath.Abs(file)
	if err != nil {
		return "", fmt.Errorf("find the state folder: %w", err)
	}
	base := xdgFolder(env, "XDG_STATE_HOME", filepath.Join(".local", "state"))
	if base == "" {
		return "", errors.New("find the state folder: neither XDG_STATE_HOME nor HOME is set; write state = \"...\" below [paths]")
	}
	sum := sha256.Sum256([]byte(file))
	return filepath.Join(base, hex.EncodeToString(sum[:6])), nil
}
