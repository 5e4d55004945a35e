# Everything runs from .venv, which is made here; nothing has to be activated.
PY ?= python3.11
UV_VERSION := 0.13.9
CONTRACTS ?= ../shared/specs
WORKERS ?= logical
ARGS ?=

export UV_PROJECT_ENVIRONMENT := .venv
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport VIRTUAL_ENV CONDA_PREFIX PYTHONHOME PYTHONPATH
# Dozens of processes start in the tests; without compiled files each would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
UV := $(BIN)/uv
INSTALL := $(UV) pip install --quiet --python $(BIN)/python
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(UPGRADE)
FOREIGN := foreign tap

.PHONY: help demo test test-page shots cases check judge lock format clean chromium
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help:
	@echo "make demo    try the bot in a browser, on stand-ins of Xero, Scoro and Slack (ARGS=--script: a story on the terminal, checked in the books)"
	@echo "make test    all tests, on SQLite and on PostgreSQL (ARGS='-k name' picks some)"
	@echo "make test-page  the demo page in Chromium, which is installed from the distribution's packages where it is missing"
	@echo "make shots   the README's pictures of the demo page, made anew"
	@echo "make cases   play a file of cases in the form of tests/cases/cases.yaml (FILE=other.yaml), a line a case"
	@echo "make check   ruff, mypy and the import contracts"
	@echo "make judge   compare with the services' own contracts (CONTRACTS=folder) and with clients that others wrote"
	@echo "make lock    resolve requirements/*.txt again (UPGRADE=--upgrade for the newest)"
	@echo "make format  let ruff put the code into shape"
	@echo "make clean   remove .venv and everything built"
	@echo "Another Python than python3.11: make PY=python3.12 test"

$(BIN)/python:
	@command -v $(PY) >/dev/null || { echo "$(PY) is missing. Install Python 3.11 or newer, or name yours: make PY=python3.12 demo" >&2; exit 2; }
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PY) is too old: xero-sync needs Python 3.11 or newer." >&2; exit 2; }
	$(PY) -m venv .venv

$(UV): | $(BIN)/python
	$(BIN)/python -m pip install -qq 'uv==$(UV_VERSION)'

# A stamp is written last: an installation that broke off is done again, a finished one costs nothing.
.venv/.base: requirements/base.txt pyproject.toml | $(UV)
	$(INSTALL) --require-hashes -r requirements/base.txt
	$(INSTALL) --no-deps -e .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.base
	$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

demo: .venv/.base
	@$(BIN)/xero-sync demo $(ARGS)

test: .venv/.dev
	$(BIN)/pytest --numprocesses $(WORKERS) --maxprocesses 8 --dist worksteal $(ARGS)

.venv/.page: requirements/page.txt .venv/.dev
	$(INSTALL) --require-hashes -r requirements/page.txt
	@touch $@

# Root, or somebody whom sudo asks nothing, gets the browser installed; everybody else is told how.
chromium:
	@command -v chromium >/dev/null || { \
		sudo="$$(test "$$(id -u)" = 0 || echo "sudo -n")"; \
		command -v apt-get >/dev/null && $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends chromium >/dev/null \
		|| { echo "Chromium is missing. Install your distribution's package chromium, then run this again." >&2; exit 2; }; }

test-page: .venv/.page chromium
	$(BIN)/pytest tests/page --numprocesses 2 $(ARGS)

shots: .venv/.page chromium
	$(BIN)/python -m tests.page.shots

cases: .venv/.dev
	@test -n "$(FILE)" || { echo "Name a file of cases: make cases FILE=other.yaml" >&2; exit 2; }
	@$(BIN)/pytest tests/cases/test_cases.py --cases-file "$(abspath $(FILE))" --numprocesses $(WORKERS) --maxprocesses 8 --dist worksteal -k comes_out_as_it_says -q --tb no --no-header \
		-r N $(ARGS)

check: .venv/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

# The environments of the foreign clients lie in ours, each apart: what one of them pins must not reach us.
# Ours has to be there first, but a newer one of ours is no reason to make them again: that would need the network.
$(FOREIGN:%=.venv/.%): .venv/.%: requirements/%.txt | .venv/.dev
	$(UV) venv --quiet --clear --python $(BIN)/python .venv/$*
	$(UV) pip install --quiet --python .venv/$*/bin/python --require-hashes -r $<
	@touch $@

judge: .venv/.dev $(FOREIGN:%=.venv/.%)
	CONTRACTS="$(abspath $(CONTRACTS))" $(BIN)/pytest tests/judge $(ARGS)

lock: $(UV)
	$(COMPILE) pyproject.toml --output-file requirements/base.txt
	$(COMPILE) pyproject.toml --group dev --constraints requirements/base.txt --output-file requirements/dev.txt
	$(COMPILE) --group pyproject.toml:page --constraints requirements/dev.txt --output-file requirements/page.txt
	for group in $(FOREIGN); do $(COMPILE) --group pyproject.toml:$$group --output-file requirements/$$group.txt || exit 1; done

format: .venv/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find bot plugins tests -name __pycache__ -type d -prune -exec rm -rf {} +
