# Candour needs Python 3.11, 3.12 or 3.13, and make. Everything else is put into .venv from the hash-locked lists.

# A Python counts if it starts and can make an environment: the name alone may be a stub of pyenv or of Windows.
find_python = $(firstword $(shell for each in python3.$(1) python3 python \
		"$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.$(1).*/bin/python; do \
	"$$each" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info[:2] != (3, $(1)))' 2>/dev/null && echo "$$each"; done; true))
PYTHONS = $(foreach minor,13 12 11,$(call find_python,$(minor)))
PYTHON ?= $(firstword $(PYTHONS))
BIN := .venv/bin
REVIEW ?= reviews/demonstration
export CANDOUR_REVIEW := $(REVIEW)
# Some machines have Python write no bytecode: each of many processes would then compile the program for itself.
unexport PYTHONDONTWRITEBYTECODE

# The list is complete: pip is not to look for anything that is not in it, and then says whether it all fits.
install = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(1) \
	&& { $(BIN)/python -m pip check --disable-pip-version-check \
	|| { echo "What lies in .venv does not fit together. Remove it with make clean, and run this again."; exit 1; }; }

.PHONY: run test browse check soak audit bench docs lock clean pythons

run: .venv/run.stamp
	@test -e $(REVIEW)/terms.toml || test "$(REVIEW)" != reviews/demonstration || $(BIN)/python -m data demo
	@test -e $(REVIEW)/terms.toml || { echo "There is no review in $(REVIEW); make one with: $(BIN)/python -m data new $(REVIEW)"; exit 1; }
	@$(BIN)/python dashboard.py

# Most of the tests, in minutes; `make check` runs those too that take long.
# One thread for Polars: two processes with two threads each wait for one another on two cores.
TESTS ?= not long and not soak and not browser
test: .venv/test.stamp
	POLARS_MAX_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal $(COVERAGE) -q -m "$(TESTS)"

# With a real browser in front of a real server, which takes as long again.
browse: .venv/test.stamp
	$(BIN)/python -m pytest -n 2 --dist loadscope -q -m "browser and not soak"

check: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(MAKE) test TESTS="not soak and not browser" COVERAGE="--cov --cov-report term:skip-covered"
	$(MAKE) browse

soak: .venv/test.stamp
	$(BIN)/python -m pytest -m "soak or hypothesis" --hypothesis-profile soak -s -q

# Takes an hour or more; a part alone takes minutes, such as: make bench BENCH="--sizes 3778 --parts pages --turns 1".
bench: .venv/test.stamp
	$(BIN)/python -m tests.bench $(BENCH)

# What GLOSSARY.md and README.md take from the code: figures, pages, and what each role may see.
docs: .venv/test.stamp
	$(BIN)/python -m tests.docs

# Asks the public lists of known faults, so it needs the internet; what cannot be looked up counts as a failure.
audit: .venv/test.stamp
	$(BIN)/python -m pip_audit --strict --require-hashes --disable-pip --progress-spinner off -r requirements.txt

# Keeps the versions that are in the lists; to take newer ones, delete the lists first.
lock:
	uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-header --no-annotate \
		pyproject.toml -o requirements.txt
	uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-header --no-annotate \
		--extra cluster --extra test pyproject.toml -o requirements-test.txt
	uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-header --no-annotate \
		--extra cluster --constraint requirements-test.txt pyproject.toml -o requirements-cluster.txt

clean:
	rm -rf .venv

# The Pythons of this machine that Candour can run on, the newest first.
pythons:
	@for each in $(PYTHONS); do echo "$$each"; done

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Candour needs Python 3.11, 3.12 or 3.13 with venv; none was found. Name one: make PYTHON=..."; exit 1; }
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.txt | .venv/bin/python
	$(call install,requirements.txt)
	touch $@

.venv/test.stamp: requirements-test.txt | .venv/bin/python
	$(call install,requirements-test.txt)
	touch $@
