# `make run` and `make test` are the only two commands anyone needs.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url

# A machine that keeps no bytecode would compile everything anew in each of the many processes of the tests.
test soak: export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup run demo test soak check format bench shots lock migration
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

setup: $(VENV)/.installed ## create .venv and install into it

run: $(VENV)/.installed ## migrate and serve site and worker (HOST, PORT, STATUSPAGE_*)
	@exec $(BIN)/statuspage serve

demo: $(VENV)/.installed ## serve a believable company to look at, made anew at each start
	@exec $(BIN)/statuspage demo

test: $(VENV)/.installed-dev ## run the test suite (ARGS='tests/web -x')
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

soak: $(VENV)/.installed-dev ## run the long repetitions in full
	$(BIN)/python -m pytest -m soak $(ARGS)

check: $(VENV)/.installed-dev ## lint, format, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.installed-dev ## run the benchmarks and print the ratios
	$(BIN)/python -m bench $(ARGS)

# UPGRADE=--upgrade takes the newest versions; otherwise only what pyproject.toml asks for changes.
# setuptools is locked too, because it builds the project without a network.
shots: $(VENV)/.installed-dev ## take the pictures of README and docs anew (needs Chromium)
	$(BIN)/python -m shots

lock: $(VENV)/.installed-dev ## write the lock files anew (UPGRADE=--upgrade)
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(PIP) uv
	echo 'setuptools>=77' | $(BIN)/python -m $(LOCK) $(UPGRADE) pyproject.toml - -o requirements.lock
	echo 'setuptools>=77' | $(BIN)/python -m $(LOCK) $(UPGRADE) --extra dev -c requirements.lock \
		pyproject.toml - -o requirements-dev.lock

migration: $(VENV)/.installed-dev ## write a migration for changed models (MESSAGE='a few words')
	@test -n "$(MESSAGE)" || { echo "say what changes: make migration MESSAGE='add teams'"; exit 1; }
	$(BIN)/python migrations/make.py $(if $(filter initial,$(MESSAGE)),--initial,"$(MESSAGE)")
	$(BIN)/ruff check --quiet --fix --exit-zero migrations
	$(BIN)/ruff format --quiet migrations

$(VENV)/.created:
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
		if $$python -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
		then echo "Creating $(VENV) with $$($$python --version)"; \
			$$python -m venv $(VENV) && touch $@ && exit 0; exit 1; fi; \
	done; \
	echo "Python 3.11 or newer is needed, with venv (on Debian: apt-get install python3 python3-venv);" >&2; \
	echo "where it has another name, say: make PYTHON=/path/to/python" >&2; exit 1

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/.created
	@echo "Installing into $(VENV)"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what tests need into $(VENV)"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
