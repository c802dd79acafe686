# Everything a contributor runs. Each target brings what it needs.
PYTHON ?= python3
venv := .venv
bin := $(venv)/bin
stamp := $(venv)/.installed

.PHONY: check test clean

$(stamp): pyproject.toml requirements-dev.lock
	test -x $(bin)/python || $(PYTHON) -m venv $(venv)
	$(bin)/pip install --quiet --require-hashes -r requirements-dev.lock
	echo "$(CURDIR)" > "$$($(bin)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/refrain-dev.pth"
	touch $@

check: $(stamp)
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/lint-imports

test: $(stamp)
	$(bin)/pytest

clean:
	rm -rf $(venv) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
