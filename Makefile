# Needs only Python 3.11 or newer, git and make. `make help` lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/sh

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
PYTEST := $(PY) -m pytest
UV_VERSION := 0.13.9
# Two workers: more than the cores of a small machine only make the servers wait.
JOBS ?= 2

# Else each program, and each test that starts one, compiles the whole portal again.
unexport PYTHONDONTWRITEBYTECODE

# Enough to read the settings; nothing is connected to.
SETTINGS_ONLY := DATABASE_URL=postgresql://portal_app:-@127.0.0.1/portal \
	REDIS_URL=redis://127.0.0.1 SECRET_KEY=only-for-checks

RUN_STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

.PHONY: help run servers test test-fast test-faults test-lab test-browser screenshots lint types imports migrations templates security format lock agent bench clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: $(RUN_STAMP) ## start the whole portal with demo data; Ctrl-C stops it
	@PORTAL_DEMO=$${PORTAL_DEMO-1} exec $(PY) -m calcom_portal.supervisor

servers: $(RUN_STAMP) ## only PostgreSQL and Valkey, for development; Ctrl-C stops them
	@exec $(PY) -m calcom_portal.embedded --var var

# Types take one core for a minute: the other checks run beside them.
test: ## every check and every fast test
	@$(MAKE) --no-print-directory --jobs=$(JOBS) lint types imports security templates
	@$(MAKE) --no-print-directory test-fast

test-fast: $(DEV_STAMP) ## the tests that need no browser and break no server
	$(PYTEST) -n $(JOBS)

test-faults: $(DEV_STAMP) ## break real servers and look at what is left
	$(PYTEST) -m faults tests/faults

# Without the servers every test says that it is left out, and fails under CI=true.
test-lab: $(DEV_STAMP) ## install real servers of a phone system from Debian, and ask them
	@sh tests/lab/install.sh || true
	$(PYTEST) -m lab tests/lab

test-browser: $(DEV_STAMP) ## journeys in a real browser
	$(PYTEST) -m browser tests/browser

screenshots: $(DEV_STAMP) ## a picture of every page of the portal that `make run` shows, in var/screenshots
	$(SETTINGS_ONLY) $(PY) -m tests.browser.screenshots --out var/screenshots

lint: $(DEV_STAMP) ## style and plain mistakes
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(DEV_STAMP) ## types, strictly
	$(SETTINGS_ONLY) $(BIN)/mypy .

imports: $(DEV_STAMP) ## who may import whom
	$(BIN)/lint-imports

migrations: $(DEV_STAMP) ## no missing migration, none that breaks the running version
	$(PYTEST) -q tests/deploy/test_migrations.py

templates: $(DEV_STAMP) ## the HTML of the templates
	$(BIN)/djlint --lint --quiet templates

security: $(DEV_STAMP) ## known insecure calls
	$(BIN)/bandit -q --severity-level medium -c pyproject.toml -r accounts agent/calcom_agent calcom_portal contracts monitoring notifications tickets upkeep

format: $(DEV_STAMP) ## put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

agent: $(VENV)/bin/python ## the wheel of the agent at a site, in agent/dist
	$(PY) -m pip wheel -q --no-deps -w agent/dist ./agent

bench: $(DEV_STAMP) ## measure; figures are ratios against a reference of the same run
	$(PY) -m bench

lock: $(VENV)/bin/python ## pin requirements*.in with hashes
	$(PY) -m pip install -q uv==$(UV_VERSION)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 -c requirements.txt requirements-dev.in -o requirements-dev.txt

clean: ## remove caches and the virtual environment; the data in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis staticfiles
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed. Name it: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)

# The stamps make a second start quick; a changed lock file installs again.
$(RUN_STAMP): requirements.txt | $(VENV)/bin/python
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(RUN_STAMP)
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
