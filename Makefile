# Everything a contributor runs. Each target brings what it needs.
PYTHON ?= python3
# Tests start hundreds of processes: each would compile what the one before had compiled.
export PYTHONDONTWRITEBYTECODE :=
venv := .venv
bin := $(venv)/bin
used := $(venv)/.for-use
stamp := $(venv)/.for-work
for_docs := $(venv)/.for-docs
# A lint for HTTP, beside the rest: what it needs calls a package of its own `tests`.
redbot := $(venv)/redbot/.for-tests
# What Debian's Mopidy needs to play from here, for its own Python and not for ours.
mopidy := $(venv)/mopidy/.for-tests
dist := web/dist/manifest.json
# What a build needs, and what checks and tests need beside it: players and parsers of others.
packages := web/node_modules/.for-use
players := web/node_modules/.for-work
sources := $(shell find web/src -type f) web/build.mjs web/icons.mjs web/package-lock.json
npm := $(bin)/python web/npm.py --silent

.PHONY: up assets client messages check audit types contracts scripts style docs test browser screenshots chaos test-compose test-image test-bare migration bench clean

# Starts anew when the code or the front end changes.
up: $(used) $(dist)
	exec $(bin)/refrain up --reload

$(venv)/bin/python:
	$(PYTHON) -m venv $(venv) || (echo "Debian keeps venv apart: apt-get install python3-venv" && exit 1)

# What is never imported need not be compiled; what is compiles itself.
pip := $(bin)/pip install --quiet --disable-pip-version-check --no-compile

$(used): requirements.lock pyproject.toml | $(venv)/bin/python
	$(pip) --require-hashes -r requirements.lock
	$(pip) --no-deps --editable .
	touch $@

$(stamp): requirements-dev.lock $(used)
	$(pip) --require-hashes -r requirements-dev.lock
	touch $@

$(for_docs): requirements-docs.lock $(stamp)
	$(pip) --require-hashes -r requirements-docs.lock
	touch $@

$(redbot): tests/redbot.lock $(stamp)
	$(pip) --require-hashes --upgrade --target $(venv)/redbot -r tests/redbot.lock
	touch $@

$(mopidy): tests/mopidy.lock $(stamp)
	$(pip) --require-hashes --no-deps --upgrade --target $(venv)/mopidy -r tests/mopidy.lock
	touch $@

assets: $(dist)

# npm ci empties the folder, and these stamps with it.
$(packages): web/package-lock.json | $(used)
	$(npm) ci --omit=dev
	touch $@

$(players): web/package-lock.json | $(used)
	$(npm) ci
	touch $(packages) $@

$(dist): $(sources) | $(packages)
	$(npm) run build

# After routes or documents changed.
client: $(stamp)
	$(bin)/python -m refrain.api_client

# After pages say something new: into the catalogues, to be translated.
messages: $(stamp)
	$(bin)/python -m stream.pages.extraction

# All there is to install comes first, one behind the other; of the rest, the first takes longest.
check: $(stamp) $(for_docs) $(players) $(dist)
	$(MAKE) --no-print-directory --jobs 2 types contracts scripts style docs

# What is known of faults in what is locked; says so where nobody can be asked.
audit: $(stamp)
	.ci/audit

types: $(stamp)
	$(bin)/mypy

contracts: $(stamp)
	$(bin)/lint-imports

scripts: $(players) $(dist)
	$(npm) run check

style: $(stamp)
	$(bin)/ruff check --quiet .
	$(bin)/ruff format --quiet --check .

# Every warning is a fault: a link that leads nowhere, a page that nothing leads to.
docs: $(for_docs)
	$(bin)/sphinx-build --quiet --fail-on-warning --keep-going --doctree-dir .docs/trees docs .docs/site

test: $(stamp) $(for_docs) $(redbot) $(mopidy) $(players) $(dist)
	.ci/debian
	$(bin)/pytest --numprocesses auto --maxprocesses 4

browser: $(stamp) $(players) $(dist)
	.ci/debian
	$(bin)/pytest -m "not chaos" tests/browser

chaos: $(stamp) $(for_docs) $(players) $(dist)
	.ci/debian
	$(bin)/pytest -m chaos
	$(bin)/pytest -m "hypothesis and not chaos" --hypothesis-profile chance

# The image alone and the parts together, really brought up; wants a Docker that answers.
test-compose: $(stamp)
	docker build --tag refrain .
	docker compose --profile nginx build nginx
	$(bin)/pytest tests/compose

# Whether the image is the same when it is made again: twice from the start, which takes long.
test-image: $(stamp)
	$(bin)/pytest -m long tests/compose

# The first contribution, as somebody new makes it: a bare Debian, a clone, and what this file says.
test-bare:
	tests/compose/bare $(TARGETS)

# The pages as the README shows them, of a house that is the same each time.
screenshots: $(stamp) $(players) $(dist)
	.ci/debian
	$(bin)/python -m tests.support.screenshots

migration: $(stamp)
	$(bin)/python -m migrations "$(MESSAGE)"
	$(bin)/ruff check --quiet --fix migrations
	$(bin)/ruff format --quiet migrations

bench: $(stamp) $(dist)
	$(bin)/refrain bench media $(FILES)
	$(bin)/refrain bench pipeline $(FILES)

clean:
	rm -rf $(venv) web/node_modules web/dist .docs
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
