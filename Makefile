# The HPC Status Monitor. `make run` shows the demo; `make test` runs every test.

GO       ?= go
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS  := -s -w -X hpcstatus/cmd/internal/cli.release=$(VERSION)
BUILD    := CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)'
TARGETS  := linux-amd64 linux-arm64 darwin-amd64 darwin-arm64
TESTFLAGS ?=
FUZZTIME ?= 30s

.PHONY: help run build test check cover bench fuzz dist clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: build ## show the demo at http://127.0.0.1:8080
	bin/hpcstatus serve --demo --public public

build: ## build bin/hpcstatus
	$(BUILD) -o bin/hpcstatus ./cmd/hpcstatus

test: ## run every test with the race detector
	$(GO) test -race $(TESTFLAGS) ./...

check: ## gofmt, vet, staticcheck and the import table
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "run gofmt -w on these"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) test -run 'TestImport' ./cmd/hpcstatus
	$(GO) mod tidy -diff

cover: ## statement coverage of collectors and generator
	$(GO) test -coverpkg=./collectors/...,./generator/... -coverprofile=cover.out ./... >/dev/null
	@$(GO) tool cover -func=cover.out | tail -n 1

bench: ## run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

fuzz: ## run each fuzz target for FUZZTIME
	@for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$target"; $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; \
	done

dist: ## static binaries for linux and darwin with their checksums, in dist/
	@rm -rf dist && mkdir dist
	@for t in $(TARGETS); do \
	  echo "dist/hpcstatus-$$t"; \
	  GOOS=$${t%-*} GOARCH=$${t#*-} $(BUILD) -o dist/hpcstatus-$$t ./cmd/hpcstatus || exit 1; \
	done
	@cd dist && sha256sum hpcstatus-* >SHA256SUMS && cat SHA256SUMS

clean: ## remove what was built
	rm -rf bin dist *.out
