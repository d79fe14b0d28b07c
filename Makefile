# Souk's commands; `make` alone lists them. Everything they need they set up themselves.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3.12 python3.11 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
ARGS ?=
NAME ?= turn_cost
PYTEST ?= .venv/bin/python -m pytest

.PHONY: help
help: ## List the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Set up both Python environments and build the web pages
	@test -n "$(PYTHON)" || { echo "souk: Python 3.11, 3.12 or 3.13 is needed and none was found on PATH." >&2; exit 1; }
	@$(PYTHON) tools/set_up.py

.PHONY: run
run: setup ## Set up and start the whole shop
	@exec .venv/bin/souk up $(ARGS)

.PHONY: test
test: setup ## Set up and run every test
	@engine/.venv/bin/python -m pytest engine/tests
	@$(PYTEST) $(ARGS)

.PHONY: lint
lint: setup ## Check style, types and the web sources
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@$(PYTHON) tools/set_up.py --npm run --silent check

.PHONY: rasa
rasa: setup ## Rasa's own command line: make rasa ARGS="train"
	@engine/.venv/bin/python -m engine $(ARGS)

.PHONY: engine-tensorflow
engine-tensorflow: setup ## Give the engine TensorFlow, for DIET and TED
	@$(PYTHON) tools/set_up.py --tensorflow

.PHONY: bench
bench: ## Run a benchmark: make bench NAME=turn_cost
	@$(MAKE) --no-print-directory setup >&2
	@.venv/bin/souk bench $(NAME)

.PHONY: faults
faults: setup ## Run the fault tests alone: kill -9 in the middle of turns
	@$(PYTEST) tests/faults $(ARGS)

.PHONY: web
web: setup ## Build the web pages
	@$(PYTHON) tools/set_up.py --npm run --silent build

.PHONY: lock
lock: ## Write the lock files anew
	@.tools/bin/uv lock
	@.tools/bin/uv lock --project engine
