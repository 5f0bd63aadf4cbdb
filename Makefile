# The commands of this project; `make` alone lists them.
.PHONY: help run bench https install-service uninstall-service test test-engines engines check contract chromium proxies screenshots lock format
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: $(VENV)/.runtime ## everything from a bare clone to the running app
	@$(BIN)/python manage.py run

# Where nothing of Python's own is kept, each process of the tests compiles all of it again.
test test-engines: export PYTHONDONTWRITEBYTECODE =

test: $(VENV)/.development chromium ## the whole test suite, browser tests included
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

test-engines: $(VENV)/.development $(VENV)/.engines ## the tests that touch a database, on PostgreSQL with Redis as the cache
	@$(BIN)/python tests/engines.py -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

https: $(VENV)/.runtime ## a certificate for home and a Caddyfile: https without a name; says what is left to do
	@$(BIN)/python manage.py https $(if $(NAME),--name $(NAME))

engines: $(VENV)/.engines ## the drivers that DATABASE_URL and CACHE_URL need for PostgreSQL and Redis or Valkey

install-service: ## a service of systemd that starts with the machine; again after each update (as root)
	@$(PYTHON) deploy/service.py install

uninstall-service: ## the service is taken away; its data folder stays (as root)
	@$(PYTHON) deploy/service.py uninstall

check: $(VENV)/.development ## linters, types, templates, layers, migrations, deployment settings
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	SPOTWEB_URL=https://music.example SPOTIFY_CLIENT_ID=00000000000000000000000000000000 \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

bench: $(VENV)/.development ## how fast it is today beside the goals, in twenty minutes; writes the table of docs/speed.md
	@$(BIN)/python tests/benchmarks/table.py $(ARGS)

contract: $(VENV)/contract/.installed ## other people's Spotify clients against the simulated Spotify
	@$(VENV)/contract/bin/python -m pytest -c tests/contract/pytest.ini tests/contract

proxies: $(VENV)/.development ## nginx and Caddy for the tests of docs/https.md, which are skipped without them
	@$(BIN)/python -m tests.get_proxies

chromium: $(VENV)/.development
	@$(BIN)/python tests/get_chromium.py

screenshots: $(VENV)/.development chromium ## the pictures of docs/screenshots, from the demo
	@$(BIN)/python -m tests.screenshots

lock: $(VENV)/.development ## renew the lock files after a change of requirements*.in (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-contract.in -o requirements-contract.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-engines.in -o requirements-engines.txt

format: $(VENV)/.development ## bring code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# An environment of their own: they are judges, not dependencies.
$(VENV)/contract/.installed: requirements-contract.txt | $(VENV)/bin/python
	@$(PYTHON) -m venv $(VENV)/contract
	@$(VENV)/contract/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements-contract.txt
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 …")'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python cannot make a virtual environment; on Debian and Ubuntu install python3-venv."; exit 1; }

# Only wheels, so that no compiler is needed; the hashes in the lock file say exactly which.
$(VENV)/.runtime: requirements.txt | $(VENV)/bin/python
	@echo "Installing what the app needs …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.development: requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.runtime

# Beside either of the others; the lock file holds the same versions of what they share.
$(VENV)/.engines: requirements-engines.txt | $(VENV)/.runtime
	@echo "Installing the drivers of PostgreSQL and Redis …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements-engines.txt
	@touch $@
