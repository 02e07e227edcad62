# Everything one does with this tree. `make` alone lists it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
PY := .venv/bin/python

# The first of these that is a Python of 3.11 or newer makes the virtual environment.
PYTHONS := $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3 python
FIND_PYTHON = for python in $(PYTHONS); do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; python=; done; \
	if [ -z "$$python" ]; then echo "Cannot install: Python 3.11 or newer is needed and was not found (name one: make PYTHON=/path/to/python3.11 ...)" >&2; exit 1; fi

.PHONY: help run test check format browser old-browser lock messages screenshots clean install install-dev

help: ## lists the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name words; do printf '  make %-12s %s\n' "$$name" "$$words"; done

run: install ## runs everything on this machine: http://localhost:8000 (PORT, DATA_DIR and more: .env.example)
	@exec $(PY) -m quizplatform.run

test: install-dev ## runs the whole test suite on servers of its own (ARGS="tests/exams -k clock")
	@env -u DATABASE_URL -u REDIS_URL $(PY) -m pytest -n 2 $(ARGS)

check: install-dev ## lints, types, imports, templates, migrations, deployment settings, translations
	@$(PY) deploy/check.py

format: install-dev ## formats code and templates
	@.venv/bin/ruff format -q . && .venv/bin/ruff check -q --fix . ; \
	find common schools questionbank exams proctoring reports quizplatform -path '*/templates/*' -name '*.html' \
		-exec .venv/bin/djade --target-version 5.2 {} + >/dev/null || true

browser: ## installs Debian's Chromium for the browser journeys
	@sh deploy/browser.sh

old-browser: ## brings Chromium 80, the oldest one the students' pages work in, for the journeys in it (needs npm)
	@sh deploy/old_browser.sh

lock: install-dev ## pins the packages afresh from requirements*.in
	@cd "$(CURDIR)" && for name in requirements requirements-dev; do \
		.venv/bin/uv pip compile -q --generate-hashes --no-header --no-annotate --python-version 3.11 \
		$$name.in -o $$name.txt || exit 1; done

messages: install-dev ## takes new texts into the English catalogs and compiles them
	@$(PY) manage.py messages && $(PY) manage.py messages --compile

screenshots: install-dev ## takes the pictures of the README from the running product
	@$(PY) benchmarks/screenshots.py

clean: ## removes the virtual environment and caches; data in var/ stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

install:
	@$(FIND_PYTHON); "$$python" deploy/install.py

install-dev:
	@$(FIND_PYTHON); "$$python" deploy/install.py --dev
