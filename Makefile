# Everything runs in .venv, which the first use creates from the lock files.

PYTHON ?= python3
RAW ?= ../shared/data

VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# The stamps contain the path of the checkout: an environment copied with a folder would run the old folder's code.
HERE := $(shell pwd | cksum | cut -d ' ' -f 1)
RUN := $(VENV)/run-$(HERE)
DEV := $(VENV)/dev-$(HERE)
HEAVY := $(VENV)/heavy-$(HERE)

.DEFAULT_GOAL := help
.PHONY: help run test test-fast test-heavy bench bench-scale docs notebooks lint style types layers pytest format build data lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

run: $(RUN) ## set up, run the main job, print where the maps are
	@$(BIN)/influence run

test: lint pytest ## set up, then every check and every test

test-fast: $(DEV) ## the fast tests that need no browser; stops at the first failure
	@$(BIN)/python -m pytest -m "not slow and not browser" -x -q

test-heavy: $(HEAVY) ## the tests that need Spark (Java), LibreOffice, a network or several minutes (site, notebooks)
	@$(BIN)/python -m pytest tests/heavy

docs: $(DEV) ## build the documentation as a site that opens from its folder: outputs/site/
	@$(BIN)/python -m docs_build

notebooks: $(DEV) ## run the notebooks: outputs/notebooks/
	@$(BIN)/python -m notebooks

bench-scale: $(DEV) ## measure flows by product: millions of rows, a store, a million nodes (some 3 GB of disk)
	@$(BIN)/python -m benchmarks.scale

bench: $(DEV) ## measure speed and memory
	@test -d $(VENV)/bench/gegravity || $(INSTALL) --no-deps --target $(VENV)/bench gegravity==0.3 || true
	@$(BIN)/python -m benchmarks

lint: style types layers ## style, types and the order of the layers, without tests

style: $(DEV)
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .

types: $(DEV)
	@$(BIN)/python -m mypy

layers: $(DEV)
	@$(BIN)/python -c "from importlinter.cli import lint_imports_command; lint_imports_command()" --no-logo

pytest: $(DEV)
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

format: $(DEV) ## format the code
	@$(BIN)/python -m ruff check --fix .
	@$(BIN)/python -m ruff format .

build: $(RUN) ## build wheel and source archive in dist/
	@$(BIN)/python -m hatchling build -d dist

data: $(DEV) ## rebuild datasets/ from the publishers' files: make data RAW=folder
	@$(BIN)/influence data build --raw $(RAW)

lock: | $(VENV)/made ## write the newest versions that fit pyproject.toml into the lock files (needs a network)
	@$(BIN)/python .ci/lock.py

clean: ## remove the environment, caches and dist/; outputs/ stays
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find .ci influence tests benchmarks docs_build examples notebooks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# ---- the environment -----------------------------------------------------------------------------

$(VENV)/made:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "There is no $(PYTHON) here. Install Python 3.11, 3.12 or 3.13, or name yours: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	  echo "$(PYTHON) is $$($(PYTHON) --version 2>&1); Python 3.11, 3.12 or 3.13 is needed. Name one: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) comes without its venv module. On Debian and Ubuntu: sudo apt-get install python3-venv; then again." >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(RUN): requirements.lock pyproject.toml | $(VENV)/made
	@echo "Installing what the package needs into $(VENV) (once, about a minute) ..."
	@$(INSTALL) -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.lock $(RUN)
	@echo "Installing what the tests need into $(VENV) (once) ..."
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

$(HEAVY): requirements-heavy.lock $(DEV)
	@echo "Installing what the heavy tests need into $(VENV) (once, several hundred megabytes) ..."
	@$(INSTALL) -r requirements-heavy.lock
	@touch $@
