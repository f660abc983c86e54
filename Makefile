# Regulars. `make demo` and `make test` need Python 3.11+ and make; uv is fetched where absent.

PORT ?= 8000
REGULARS_HOME ?= demo-shop
export PATH := $(HOME)/.local/bin:$(CURDIR)/.uv/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help demo test check lint docs bench uv runtime dev

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

demo: runtime ## a living shop at http://127.0.0.1:$PORT (PORT=8000, REGULARS_HOME=demo-shop)
	@exec .venv/bin/regulars demo --home "$(REGULARS_HOME)" --port "$(PORT)"

test: check ## everything: check, then all tests, on SQLite and on PostgreSQL
	REGULARS_TEST_ON=postgresql uv run --no-sync pytest -n auto -q tests/lake tests/flow tests/backoffice
	uv run --no-sync pytest -n auto

check: lint docs ## style, types, layers and docs; no tests

lint: dev ## ruff, mypy strict, the import contracts
	uv run --no-sync ruff check
	uv run --no-sync ruff format --check
	uv run --no-sync mypy
	uv run --no-sync lint-imports

docs: dev ## the documentation, in site/
	NO_MKDOCS_2_WARNING=1 uv run --no-sync mkdocs build --strict --quiet

bench: dev ## how fast, against whom, in one run
	uv run --no-sync python -m benchmarks

dev: uv
	@uv sync --quiet --frozen --all-groups

runtime: uv
	@uv sync --quiet --frozen --no-default-groups --inexact

# Into the user's own folder, else into .uv: a system's Python may be managed by its packages.
uv:
	@command -v uv >/dev/null \
	|| python3 -m pip install --quiet --user uv 2>/dev/null \
	|| python3 -m pip install --quiet --user --break-system-packages uv 2>/dev/null \
	|| { python3 -m venv .uv && .uv/bin/python -m pip install --quiet uv; } \
	|| { echo "uv is needed: https://docs.astral.sh/uv/getting-started/installation/" >&2; exit 1; }
