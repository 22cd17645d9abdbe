# Two commands: `make run` serves the demo bank, `make test` proves it works. Both prepare .venv first; nothing else is needed than
# Python 3.11 or newer. Every download is pinned by hash in requirements/*.lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
export UV_PYTHON_DOWNLOADS := never
WEB := $(shell find web -type f -not -path '*/node_modules/*' 2>/dev/null)

.PHONY: install run test lint types pages unit lock clean

install: $(VENV)/.core

$(VENV)/.uv: requirements/uv.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.lock
	touch $@

$(VENV)/.core: $(VENV)/.uv requirements/build.lock pyproject.toml hatch_build.py $(WEB)
	$(BIN)/uv pip install --quiet --require-hashes -r requirements/build.lock
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.test: $(VENV)/.core requirements/dev.lock
	$(BIN)/uv pip install --quiet --require-hashes -r requirements/dev.lock
	touch $@

run: install
	$(BIN)/personaforge serve --demo

test: $(VENV)/.test lint types pages unit

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/pyright

pages: $(VENV)/.test
	$(BIN)/python -c "from pathlib import Path; from hatch_build import check_pages; check_pages(Path('web'))"

unit: $(VENV)/.test
	$(BIN)/python -m pytest -n 2

lock: $(VENV)/.uv
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -q -o requirements/core.lock
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -q -c requirements/core.lock --group build -o requirements/build.lock
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -q -c requirements/core.lock --extra postgres --extra parquet --group build --group test -o requirements/dev.lock

clean:
	rm -rf $(VENV) server/static web/node_modules
