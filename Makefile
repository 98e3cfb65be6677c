# make book   builds the book and says where to open it
# make test   lints and runs every test
# make help   says what else there is
# All set themselves up in .venv the first time.

# A Python that is tested here (3.11 to 3.13), else any newer one.
FIND = $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(not $(1))' 2>/dev/null && echo $$p && exit; done)
PYTHON ?= $(or $(call FIND,(3,11) <= sys.version_info < (3,14)),$(call FIND,sys.version_info >= (3,11)),python3)
RUN := .venv/bin/python

.PHONY: help book test pages lint thorough coverage oldest lab lock fingerprints hooks clean
.DEFAULT_GOAL := help

help:  ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

book: .venv/ready  ## build the book, executing the labs that changed
	@$(RUN) -m tools.book

test: lint  ## lint, and run every test and documentation example
	@$(RUN) -m pytest -n auto --dist worksteal --ignore tests/browser -p tools.record

pages: book  ## read the built book in Chromium: links, phone, keyboard, contrast
	@$(RUN) -m pytest -n 2 --dist worksteal tests/browser -rs

lint: .venv/ready  ## style and types only
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy

thorough: .venv/ready  ## the property tests with 1,000 examples each
	@COMPANION_PROFILE=thorough $(RUN) -m pytest tests

coverage: .venv/ready  ## which lines of the reference code no test runs
	@$(RUN) -m pytest -n auto --dist worksteal --cov=reference --cov-report=term-missing:skip-covered

oldest: .venv/ready  ## all tests on the oldest NumPy and SciPy that are declared
	@$(RUN) -m tools.oldest

lab: .venv/ready  ## open the labs in JupyterLab
	@$(RUN) -m jupyterlab chapters

lock: .venv/ready  ## requirements.in -> requirements.txt, for every platform
	@$(RUN) -m uv pip compile -q --universal --no-header --python-version 3.11 \
		requirements.in -o requirements.txt

fingerprints: .venv/ready  ## execute every lab, record the numbers behind the figures
	@rm -rf _build chapters/fingerprints.json
	@COMPANION_FINGERPRINTS=write $(RUN) -m tools.book

hooks: .venv/ready  ## lint before every commit from now on
	@$(RUN) -m pre_commit install

clean:  ## remove what was built
	rm -rf _build

.venv/ready: requirements.txt tools/setup.py
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed, and no python3 was found."; exit 1; }
	@$(PYTHON) tools/setup.py
