# Everything a developer runs. Each target sets up what it needs, and is safe to run twice.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
SOURCES := $(shell find labextension/src labextension/style labextension/schema -type f 2>/dev/null)

# pip copies the built plugin; in a checkout a link shows each new build at once. The link must not be there while pip
# works: it would write through it.
PLUGIN := .venv/share/jupyter/labextensions/sept-labextension
LINK_PLUGIN := rm -rf $(PLUGIN) && ln -s $(CURDIR)/sept_ext/labextension $(PLUGIN)

# The emulators want other versions of much that we use: they and the clients get environments of their own.
# Their plugins of pytest stay out: bqemulator's wants containers.
WAREHOUSE_TEST := PYTHONPATH=$(CURDIR) PYTEST_DISABLE_PLUGIN_AUTOLOAD=1
WAREHOUSE_PYTEST := -m pytest -q -p pytest_timeout --noconftest tests/connectors/test_warehouses.py

.PHONY: help demo test test-fast test-python test-warehouses test-plugin test-browser check format generate bench clean

help:  ## Say what there is.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 16

demo: .venv/.runtime  ## Set up everything and open JupyterLab on the demo (ARGS="--no-browser --port 9999").
	@jupyter sept demo $(ARGS)

test: test-python test-plugin test-browser  ## Set up everything and run all tests.

test-fast: .venv/.dev  ## The inner loop: no packaging, browser, Postgres, kernels or servers.
	pytest -q -n 2 -m "not slow and not postgres and not kernel" --ignore tests/server --ignore tests/cli tests

test-python: .venv/.dev  ## Core, kernel, store (SQLite and Postgres), GraphQL, server, packaging.
	@tests/support/ensure_postgres.sh
	@tests/support/ensure_mariadb.sh
	pytest -n 2 --dist loadgroup tests

test-warehouses: .venv-warehouses/.snowflake .venv-warehouses/.bigquery  ## Snowflake and BigQuery by their real clients against emulators.
	$(WAREHOUSE_TEST) SEPT_TEST_WAREHOUSE=fakesnow .venv-warehouses/snowflake/bin/python $(WAREHOUSE_PYTEST)
	$(WAREHOUSE_TEST) SEPT_TEST_WAREHOUSE=bqemulator .venv-warehouses/bigquery/bin/python $(WAREHOUSE_PYTEST)

test-plugin: .venv/.plugin  ## Unit tests of the JupyterLab plugin.
	cd labextension && jlpm test

test-browser: .venv/.dev .venv/.browser  ## Journeys in a real browser, databases beside it (ARGS="databases.spec.ts").
	@tests/support/ensure_postgres.sh
	@tests/support/ensure_mariadb.sh
	SEPT_CHROMIUM=$$(cat .venv/.browser) SEPT_PYTHON=$(CURDIR)/$(BIN)/python \
	  python -m tests.support.with_databases sh -c 'cd labextension && jlpm ui-test $(ARGS)'

check: .venv/.dev  ## Format, lint, types, import contracts, schema drift.
	ruff format --check .
	ruff check .
	mypy
	lint-imports --no-cache
	cd labextension && jlpm generate:check && jlpm typecheck && jlpm lint

format: .venv/.dev  ## Mend what can be mended by itself.
	ruff check --fix . ; ruff format .
	cd labextension && jlpm format && jlpm eslint . --fix

generate: .venv/.dev  ## Types of the plugin from sept_ext/graphql/schema.graphql.
	cd labextension && jlpm generate

bench: .venv/.bench .venv/.browser  ## Figures as JSON, peers beside ours (ARGS="--notebooks DIR --save").
	@SEPT_CHROMIUM=$$(cat .venv/.browser) python benchmarks/run_all.py --peers benchmarks/.peers/bin/python $(ARGS)

clean:  ## Forget what was built and set up.
	rm -rf .venv .venv-warehouses benchmarks/.peers dist labextension/lib labextension/node_modules sept_ext/labextension .demo

# --- what the targets above stand on ---------------------------------------------------------------------------

.venv/.base:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Sept needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null \
	  || { echo "Sept's plugin is built with Node.js 20 or newer; there is none on the PATH."; exit 1; }
	@echo "Setting up .venv ..."
	$(PYTHON) -m venv .venv
	pip install --quiet "jupyter-builder>=1.2,<2" "hatchling>=1.27" "hatch-jupyter-builder>=0.9.1"
	@touch $@

.venv/.plugin: .venv/.base labextension/package.json labextension/yarn.lock $(SOURCES)
	@echo "Building the JupyterLab plugin (the first time takes two minutes) ..."
	cd labextension && jlpm install --immutable > ../.venv/install.log 2>&1 || { tail -30 ../.venv/install.log; exit 1; }
	cd labextension && jlpm build:prod > ../.venv/build.log 2>&1 || { tail -30 ../.venv/build.log; exit 1; }
	@touch $@

.venv/.runtime: .venv/.plugin pyproject.toml
	@echo "Installing Sept and JupyterLab ..."
	@rm -rf $(PLUGIN)
	pip install --quiet --editable .
	@$(LINK_PLUGIN)
	@touch $@

.venv/.dev: .venv/.runtime
	@echo "Installing what tests and checks need ..."
	@rm -rf $(PLUGIN)
	pip install --quiet --editable ".[dev]"
	@$(LINK_PLUGIN)
	@touch $@

.venv/.bench: .venv/.dev benchmarks/peers.txt
	@echo "Installing what benchmarks need, and the tools they compare with (in benchmarks/.peers) ..."
	@rm -rf $(PLUGIN)
	pip install --quiet --editable ".[bench]"
	@$(LINK_PLUGIN)
	$(PYTHON) -m venv benchmarks/.peers
	benchmarks/.peers/bin/pip install --quiet --requirement benchmarks/peers.txt
	@touch $@

.venv-warehouses/.snowflake:
	@mkdir -p .venv-warehouses && echo '*' > .venv-warehouses/.gitignore
	$(PYTHON) -m venv .venv-warehouses/snowflake
	.venv-warehouses/snowflake/bin/pip install --quiet "fakesnow[server]==0.12.1" \
	  "snowflake-connector-python[pandas]==4.8.1" pytest pytest-timeout
	@touch $@

# The spatial extension, which the emulator would download, is there as a wheel for this DuckDB only.
.venv-warehouses/.bigquery:
	@mkdir -p .venv-warehouses && echo '*' > .venv-warehouses/.gitignore
	$(PYTHON) -m venv .venv-warehouses/bigquery
	.venv-warehouses/bigquery/bin/pip install --quiet bqemulator==1.4.0 google-cloud-bigquery==3.47.0 duckdb==1.5.5 \
	  duckdb-extension-spatial==1.5.5 pyarrow pandas pytest pytest-timeout
	@touch $@

.venv/.browser: .venv/.plugin
	@tests/support/ensure_chromium.sh > $@.new && mv $@.new $@
