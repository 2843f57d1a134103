# Candour needs Python 3.11 and make. Everything else is put into .venv from the hash-locked lists.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
REVIEW ?= reviews/demonstration
export CANDOUR_REVIEW := $(REVIEW)

.PHONY: run test browse check soak audit bench lock clean

run: .venv/run.stamp
	@test -e $(REVIEW)/terms.toml || test "$(REVIEW)" != reviews/demonstration || $(BIN)/python -m data demo
	@test -e $(REVIEW)/terms.toml || { echo "There is no review in $(REVIEW); make one with: $(BIN)/python -m data new $(REVIEW)"; exit 1; }
	@$(BIN)/python dashboard.py

test: .venv/test.stamp
	$(BIN)/python -m pytest -n 2 --dist loadscope --cov --cov-report term:skip-covered -q -m "not soak and not browser"

# With a real browser in front of a real server, which takes as long again.
browse: .venv/test.stamp
	$(BIN)/python -m pytest -n 2 --dist loadscope -q -m "browser and not soak"

check: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(MAKE) test
	$(MAKE) browse

soak: .venv/test.stamp
	$(BIN)/python -m pytest -m soak -s -q

bench: .venv/test.stamp
	$(BIN)/python -m tests.bench

# Asks the public lists of known faults, so it needs the internet; what cannot be looked up counts as a failure.
audit: .venv/test.stamp
	$(BIN)/python -m pip_audit --strict --require-hashes --disable-pip --progress-spinner off -r requirements.txt

lock:
	uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-header --no-annotate \
		pyproject.toml -o requirements.txt
	uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-header --no-annotate \
		--extra test pyproject.toml -o requirements-test.txt

clean:
	rm -rf .venv

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

.venv/test.stamp: requirements-test.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	touch $@
