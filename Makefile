# The two commands a user needs are `make run` and `make test`; both begin with `make setup`.
UV_VERSION := 0.13.9
BIN := .venv/bin
SYNC := .venv/.synced

export UV_PROJECT_ENVIRONMENT := .venv
# uv takes a Python of the system; `UV_PYTHON_DOWNLOADS=automatic make setup` lets it fetch one of its own.
export UV_PYTHON_DOWNLOADS ?= never
NO_PYTHON := No Python 3.11 to 3.13 was found. Install one (Debian, Ubuntu: apt install python3.11, or 3.12 or 3.13), \
or let uv fetch one: UV_PYTHON_DOWNLOADS=automatic make setup

.PHONY: setup run test check fix openapi dashboards bench screenshots clean

setup: $(SYNC)

# It needs python3, of any version that is still cared for, and touches nothing outside this folder.
$(SYNC): pyproject.toml uv.lock
	@python3 tools/get_uv.py $(UV_VERSION)
	@.tools/uv python find --quiet '>=3.11,<3.14' > /dev/null || [ "$$UV_PYTHON_DOWNLOADS" != never ] \
		|| { echo '$(NO_PYTHON)' >&2; exit 1; }
	.tools/uv sync --frozen --all-extras --quiet
	@touch $@

run: setup
	@$(BIN)/callscribe up

# Without restarts: with files for units of work, what replaces a process that died may wait for ever for work.
test: setup
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile --max-worker-restart 0

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest tests/unit/test_openapi.py

fix: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# What is claimed about speed and memory; see bench/README.md.
bench: setup
	$(BIN)/python -m bench.pipeline
	$(BIN)/python -m bench.speech
	$(BIN)/python -m bench.first_words
	$(BIN)/python -m bench.upload
	$(BIN)/python -m bench.page
	-$(BIN)/python -m bench.prepare
	-$(BIN)/python -m bench.prepare --copy
	$(BIN)/python -m bench.dispatch
	$(BIN)/python -m bench.claims
	$(BIN)/python -m bench.queue_load
	$(BIN)/python -m bench.scaling
	$(BIN)/python -m bench.speakers
	$(BIN)/python -m bench.summaries
	$(BIN)/python -m bench.metrics
	$(BIN)/python -m bench.search

# The document of the HTTP API; a test compares it with the application.
openapi: setup
	$(BIN)/python -m callscribe.api.openapi > docs/openapi.json

# What Grafana loads; a test compares it with what is written.
dashboards: setup
	$(BIN)/python -m tools.dashboards

# Every page in both languages, light and dark, in three widths; those in docs/images are made so.
screenshots: setup
	$(BIN)/python -m tools.screenshots

clean:
	rm -rf .venv .tools .mypy_cache .ruff_cache
