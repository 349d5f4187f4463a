# The two commands a user needs are `make run` and `make test`; both begin with `make setup`.
UV_VERSION := 0.13.9
BIN := .venv/bin
SYNC := .venv/.synced

.PHONY: setup run test check fix bench clean

setup: $(SYNC)

# uv lives in the virtual environment itself, so nothing outside this folder is touched.
# `python -m venv` needs Debian's python3-venv; where that is missing, pip alone can lay the same folder out.
$(SYNC): pyproject.toml uv.lock
	@tools/bootstrap $(UV_VERSION)
	$(BIN)/uv sync --frozen --all-extras --quiet
	@touch $@

run: setup
	@$(BIN)/callscribe up

test: setup
	$(BIN)/pytest

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest tests/unit/test_openapi.py

fix: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv .mypy_cache .ruff_cache
