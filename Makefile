# The commands of this repository; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run test e2e timing deploy-local build-local e2e-deployed permissions rehearsal admin-deployed destroy-local check openapi lint-rust lint-openapi lint-docs lint-dependencies lint-template lint-workflows advisories build deploy secrets keys admin postman browser screenshots fuzz redis dlq fmt setup test-tools clean

# What `make build` builds for: arm64 (as template.yaml deploys by default) or x86_64.
ARCH ?= arm64
# This machine's, for `make deploy-local`.
HOST_ARCH := $(if $(filter arm64 aarch64,$(shell uname -m)),arm64,x86_64)
# What `make deploy-local` sets besides: PARAMETERS="LogLevel=debug ThrottleRate=50".
PARAMETERS ?=
# Where the local stack's API listens.
API_PORT ?= 9000
export API_PORT
# Where its Redis listens.
REDIS_PORT ?= 9002
export REDIS_PORT
# Whether `make deploy-local` enforces IAM: true or false.
AUTH ?= false
# The queue whose dead letters `make dlq` looks at: audit or catalog.
QUEUE = audit
# How long `make fuzz` tries, and where its randomness starts; anew each time when empty.
FUZZ_SECONDS ?= 300
FUZZ_SEED ?=

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## Start everything on this machine; docs/LOCAL_STACK.md lists the settings (make run API_PORT=9100)
	@cargo run --package local -- run

test: setup test-tools ## All tests: unit and integration in parallel, then end to end
	cargo test --workspace --no-run
	cargo build --bin watchlist-add --bin catalog-worker
	cargo test --workspace --quiet -- --skip e2e:: --skip timing:: --skip deployed::
	@$(MAKE) timing e2e

e2e: setup test-tools ## The end-to-end test alone: the real stack on free ports
	cargo test --workspace --test api e2e:: -- --nocapture --test-threads 1

timing: setup ## Whether the time of a sign-in tells what was wrong, measured alone
	cargo test --workspace --test api timing:: -- --nocapture

check: lint-rust lint-openapi lint-docs lint-dependencies lint-template lint-workflows ## Format, lints, docs, dependencies, template, workflow, route contract, API document
	cargo test --workspace --test api -- contract:: openapi::

openapi: ## Write web/openapi.json, the API's document, from the code
	@mkdir -p target && cargo run --quiet --package openapi > target/openapi.json && mv target/openapi.json web/openapi.json

lint-rust:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

lint-openapi: export REDOCLY_TELEMETRY = off
lint-openapi: export REDOCLY_SUPPRESS_UPDATE_NOTICE = true
lint-openapi: tests/node_modules/.installed
	tests/node_modules/.bin/redocly lint --config tests/redocly.yaml web/openapi.json

lint-docs:
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

lint-dependencies:
	@tools/setup.sh tool cargo-deny 0.20.2 --no-default-features
	@tools/setup.sh tool cargo-machete 0.9.2
	cargo deny --workspace --all-features check --hide-inclusion-graph bans licenses sources
	cargo machete --with-metadata

lint-template: export SAM_CLI_TELEMETRY = 0
lint-template: .venv-check/.installed .venv-checkov/.installed
	.venv-check/bin/sam validate --lint --template template.yaml --region us-east-1
	.venv-check/bin/cfn-lint template.yaml infra/*.yaml
	.venv-checkov/bin/checkov --config-file tools/checkov.yaml --file template.yaml infra/*.yaml
	.venv-check/bin/python tools/resources.py

lint-workflows: .venv-check/.installed
	.venv-check/bin/zizmor --offline --quiet --persona pedantic .github/workflows

advisories: ## Known vulnerabilities in dependencies (asks the RustSec database over the network)
	@tools/setup.sh tool cargo-deny 0.20.2 --no-default-features
	cargo deny check advisories

build: export PATH := $(CURDIR)/.venv/bin:$(PATH)
build: .venv/.installed ## All functions for AWS, in target/lambda (make build ARCH=x86_64)
	cargo-lambda lambda build --release --locked --bins --$(subst _,-,$(ARCH))

deploy: .venv-check/.installed ## What `make build` built, to AWS (make deploy ENV=dev, or prod; MORE="Name=value --option")
	@test -n "$(ENV)" || { echo "error: say where to: make deploy ENV=dev" >&2; exit 1; }
	@.venv-check/bin/python tools/deploy.py $(ENV) $(MORE)

secrets: ## New secrets for a deployment, as JSON for aws secretsmanager; stores nothing
	@cargo run --quiet --package local -- secrets

keys: ## A new key pair for rotation: make -s keys PUBLIC_KEYS='{"keys":[...]}'; docs/OPERATIONS.md says how
	@cargo run --quiet --package local -- keys '$(PUBLIC_KEYS)'

admin: .venv/.installed ## Make an account of the running stack an administrator: make admin EMAIL=you@example.com
	@test -n "$(EMAIL)" || { echo "error: say whose: make admin EMAIL=you@example.com" >&2; exit 1; }
	@.venv/bin/cargo-lambda lambda invoke admin-bootstrap --invoke-address 127.0.0.1 --invoke-port $(API_PORT) \
		--data-ascii '{"email": "$(EMAIL)"}' || { echo "error: is there a stack at port $(API_PORT), and an account $(EMAIL) in it?" >&2; exit 1; }

postman: tests/node_modules/.installed .venv/.installed ## Run the request collection against the running stack; VERBOSE=1 prints every request
	@node postman/run.mjs

# These break the catalogue, which all share.
browser: LAST = tests/browser/favourites.test.mjs
browser: tests/node_modules/.installed .venv/.installed ## Test the console in Chromium against the running stack, started with make run RATE_LIMIT_FACTOR=1000
	@CHROMIUM="$$(tools/setup.sh browser)" && export CHROMIUM && \
		node --test --test-reporter=spec --test-concurrency=2 $(filter-out $(LAST),$(wildcard tests/browser/*.test.mjs)) && \
		node --test --test-reporter=spec $(LAST)

screenshots: export SCREENSHOTS ?= docs/screenshots
screenshots: tests/node_modules/.installed .venv/.installed ## Take the README's pictures of the console into docs/screenshots
	@CHROMIUM="$$(tools/setup.sh browser)" node --test --test-reporter=spec tests/browser/screenshots.mjs

fuzz: export FUZZ_API = http://127.0.0.1:$(API_PORT)
fuzz: .venv-fuzz/.installed .venv/.installed ## Send what the API's document allows and what it does not, against the running stack, started with make run RATE_LIMIT_FACTOR=1000
	@.venv-fuzz/bin/schemathesis --config-file tests/fuzz/schemathesis.toml run web/openapi.json --url $$FUZZ_API \
		--max-time $(FUZZ_SECONDS) $(if $(FUZZ_SEED),--seed $(FUZZ_SEED))

deploy-local: export REHEARSAL_PARAMETERS = $(PARAMETERS)
deploy-local: export REHEARSAL_AUTH = $(AUTH)
deploy-local: setup .venv-check/.installed .venv-rehearsal/.installed build-local ## Deploy template.yaml on this machine, into an emulator of AWS; AUTH=true enforces IAM (docs/REHEARSAL.md)
	@.venv-rehearsal/bin/python tools/rehearsal/rehearsal.py deploy

build-local: export PATH := $(CURDIR)/.venv/bin:$(PATH)
build-local: .venv/.installed
	cargo-lambda lambda build --release --locked --bins --$(subst _,-,$(HOST_ARCH)) --compiler cargo
	cargo build --package local

e2e-deployed: ## The end-to-end suite against the stack of make deploy-local
	cargo test --workspace --test api deployed:: -- --nocapture --test-threads 1

permissions: ## Take away each permission of the stack of make deploy-local AUTH=true once; something must miss it
	.venv-rehearsal/bin/python tests/permissions

rehearsal: ## Both rehearsals from beginning to end, without and with IAM: deploy, use, deploy again, destroy
	@$(MAKE) deploy-local AUTH=false && $(MAKE) e2e-deployed && $(MAKE) destroy-local
	@$(MAKE) deploy-local AUTH=true && $(MAKE) e2e-deployed && $(MAKE) permissions && $(MAKE) destroy-local

admin-deployed: ## Make an account of the stack of make deploy-local an administrator: make admin-deployed EMAIL=you@example.com
	@.venv-rehearsal/bin/python tools/rehearsal/rehearsal.py admin '$(EMAIL)'

destroy-local: ## Delete the stack of make deploy-local, and all that it ran on
	@test -d .rehearsal || { echo "There is no rehearsal."; exit 0; } && .venv-rehearsal/bin/python tools/rehearsal/rehearsal.py destroy

redis: ## Start Redis again that was killed on purpose while the stack runs; Ctrl-C stops it
	@$$(command -v redis-server || command -v valkey-server) --bind 127.0.0.1 --port $(REDIS_PORT) --save "" --appendonly no

dlq: ## What a queue of the running stack gave up on (make dlq QUEUE=catalog); REDRIVE=1 moves it back
	@cargo run --quiet --package local -- dlq '$(QUEUE)' $(if $(REDRIVE),redrive)

fmt: ## Format the code
	cargo fmt --all

setup: .venv/.installed ## Install what is missing: Redis and .venv
	@tools/setup.sh redis

test-tools: tests/node_modules/.installed .venv-fuzz/.installed ## Install what the tests need besides: tests/node_modules, .venv-fuzz and a browser
	@tools/setup.sh browser >/dev/null

clean: ## Remove everything that was built or installed here; .local keeps its data and secrets
	cargo clean
	rm -rf .venv .venv-check .venv-checkov .venv-fuzz .venv-rehearsal tests/node_modules

.venv/.installed: requirements.txt
	@tools/setup.sh venv .venv $<

tests/node_modules/.installed: tests/package-lock.json
	@tools/setup.sh node_modules tests

.venv-check/.installed: requirements-check.txt
	@tools/setup.sh venv .venv-check $<

.venv-rehearsal/.installed: requirements-rehearsal.txt
	@tools/setup.sh venv .venv-rehearsal $<

.venv-checkov/.installed: requirements-checkov.txt
	@tools/setup.sh venv .venv-checkov $<

.venv-fuzz/.installed: requirements-fuzz.txt
	@tools/setup.sh venv .venv-fuzz $<
