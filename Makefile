# `make` lists what can be done. `make demo` and `make test` set up all they need.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
DIST := api/static/dist
WEB := $(shell find web -type f 2>/dev/null) package-lock.json

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types contracts pytest web-test browser days recovery slow reference bench-calibration bench-exchange bench-bank bench-delivery faults faults-long wheel lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

setup: $(VENV)/.run $(DIST)/.built ## build the environment in .venv, and the browser's bundles

demo: setup ## a demo province on SQLite, served at http://127.0.0.1:$(PORT)
	$(BIN)/khaothi demo --port $(PORT)

test: $(VENV)/.dev node_modules/.dev $(DIST)/.built ## format, lint, types, contracts, all tests
	$(MAKE) --no-print-directory -j 2 types web-test lint contracts
	$(MAKE) --no-print-directory pytest

lint:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports

web-test: node_modules/.dev
	tools/node.sh npm run --silent check
	tools/node.sh npm run --silent test

pytest:
	OPENBLAS_NUM_THREADS=1 $(BIN)/pytest -q -n 3 --dist loadfile --no-loadscope-reorder -m "not slow"

slow: $(VENV)/.dev ## slow tests: levels, coverage and recovery over many replications
	OPENBLAS_NUM_THREADS=1 $(BIN)/pytest -q -n 2 -m slow

recovery: $(VENV)/.dev ## slow: recovery and coverage of every model, with its table in docs/methods/recovery.md
	$(BIN)/python -m benchmarks.recovery --write

reference: $(VENV)/.dev ## our numbers beside those of other programs (FOLDER=... for another collection)
	$(BIN)/python -m benchmarks.reference $(FOLDER)

bench-calibration: $(VENV)/.dev ## speed and memory of the calibration, one JSON line a figure
	$(BIN)/python -m benchmarks.calibration

browser: $(VENV)/.dev node_modules/.dev $(DIST)/.built ## only the walk through the pages in Chromium
	$(BIN)/pytest -q tests/browser

days: $(VENV)/.dev node_modules/.dev $(DIST)/.built ## whole days in Chromium: an examination, a school without a line, twenty items through appraisal
	$(BIN)/pytest -q tests/browser/test_exam_day.py tests/browser/test_site_day.py tests/browser/test_appraisal_walk.py

bench-exchange: $(VENV)/.dev ## speed and memory of importing files, one JSON line a figure
	$(BIN)/python -m benchmarks.exchange

bench-bank: $(VENV)/.dev ## speed of the bank up to 200,000 items, one JSON line a figure
	$(BIN)/python -m benchmarks.bank

bench-delivery: $(VENV)/.dev node_modules/.dev $(DIST)/.built ## speed of the answer path and of the room, one JSON line a figure
	$(BIN)/python -m benchmarks.delivery

faults: $(VENV)/.dev node_modules/.dev $(DIST)/.built ## what it survives: kills, cut lines, lost writes; one JSON line a scenario (25 minutes)
	$(BIN)/python -m faults

faults-long: $(VENV)/.dev node_modules/.dev $(DIST)/.built ## the same with more cycles and in real time
	$(BIN)/python -m faults --long

wheel: setup ## the installable wheel, bundles and migrations inside
	$(BIN)/python -m pip wheel --no-deps --no-build-isolation -w build/wheel .

lock: ## compile the locked requirements again (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml requirements/run.in -o requirements/run.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml requirements/run.in requirements/dev.in -c requirements/run.txt -o requirements/dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements/node.in -o requirements/node.txt

clean: ## remove what setup built (not your data in var/)
	rm -rf $(VENV) node_modules $(DIST) .cache build

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Cần Python 3.11 trở lên / Python 3.11 or newer is needed: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Thiếu venv; trên Debian/Ubuntu hãy cài gói python3-venv / venv is missing: install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

node_modules/.run: package-lock.json $(VENV)/.run
	tools/node.sh npm ci --omit=dev --no-audit --no-fund --loglevel=error
	@touch $@

node_modules/.dev: package-lock.json $(VENV)/.run
	tools/node.sh npm ci --no-audit --no-fund --loglevel=error
	@touch $@ node_modules/.run

$(DIST)/.built: $(WEB) node_modules/.run
	tools/node.sh node web/build.mjs
	@touch $@
