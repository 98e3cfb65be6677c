# make book   builds the book and says where to open it
# make test   lints and runs every test
# Both set themselves up in .venv the first time.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && exit; \
	done; echo python3)
RUN := .venv/bin/python

.PHONY: book test thorough lab lock fingerprints clean
book: .venv/ready
	@$(RUN) -m tools.book

test: .venv/ready
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m pytest -n auto --dist worksteal

thorough: .venv/ready
	@COMPANION_PROFILE=thorough $(RUN) -m pytest tests

# Opens the labs in JupyterLab.
lab: .venv/ready
	@$(RUN) -m jupyterlab chapters

# requirements.in -> requirements.txt, for every platform and Python from 3.11.
lock: .venv/ready
	@$(RUN) -m uv pip compile -q --universal --no-header --python-version 3.11 \
		requirements.in -o requirements.txt

# Executes every lab anew and records the numbers behind the figures.
fingerprints: .venv/ready
	@rm -rf _build chapters/fingerprints.json
	@COMPANION_FINGERPRINTS=write $(RUN) -m tools.book

clean:
	rm -rf _build

.venv/ready: requirements.txt tools/setup.py
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed, and no python3 was found."; exit 1; }
	@$(PYTHON) tools/setup.py
