# Two commands do everything on a fresh machine with Python 3.11 or newer: make demo, make test.
# uv is used where it is on the path, pip where it is not; both install from locks with hashes.

PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null)
VENV := .venv
RUN := $(VENV)/bin

ifdef UV
  MAKE_VENV = uv venv --quiet --allow-existing --python $(PYTHON) $(VENV)
  INSTALL = uv pip install --quiet --compile-bytecode --python $(RUN)/python
else
  MAKE_VENV = $(PYTHON) -m venv $(VENV)
  INSTALL = $(RUN)/python -m pip install --quiet --disable-pip-version-check
endif

.PHONY: demo test lint docs lock clean

demo: $(VENV)/.installed
	$(RUN)/adoption demo

test: $(VENV)/.installed-test
	$(RUN)/python -m pytest -n 3 --dist worksteal

lint: $(VENV)/.installed-test
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/sqlfluff lint --disable-progress-bar sql

# The generated parts of docs/; a test fails when they are stale. The answers need a demo's run.
docs: $(VENV)/.installed-test
	$(RUN)/python -m tests.docs.pages
	$(RUN)/python -m tests.docs.answers

$(VENV)/.installed: requirements.lock pyproject.toml
	$(MAKE_VENV)
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed requirements-test.lock
	$(INSTALL) --require-hashes -r requirements-test.lock
	touch $@

# Needs uv. The third is of an older DuckDB, as readers have it. The locks name versions and hashes, never an address.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-header --extra build \
	    pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-header --extra build --extra test \
	    --constraint requirements.lock pyproject.toml --output-file requirements-test.lock
	echo duckdb==1.5.5 | uv pip compile --quiet --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	    --output-file tests/older_client.lock -

clean:
	rm -rf $(VENV) demo
