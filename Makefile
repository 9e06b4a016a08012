# `make run` starts everything; the other commands are for people who change it.
# PYTHON=/path/to/python3 chooses an interpreter (3.11 or later).

catalogues := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/messages.po))

.PHONY: help run venv dev test lint format bench translations reference clean

help:
	@echo 'make run            start Grievance here (the first time it installs itself into .venv)'
	@echo 'make test           everything that is checked before a change lands'
	@echo 'make lint           the static part of it'
	@echo 'make format         lay out the Python files'
	@echo 'make translations   bring the catalogues up to the texts in code and templates'
	@echo 'make reference      bring the tables in docs/ up to the code'
	@echo 'make bench          measure speed on this machine'
	@echo 'make clean          remove what was made here, except your data'

run: venv $(catalogues)
	@exec .venv/bin/grievance run

venv:
	@.ci/venv run

dev:
	@.ci/venv dev

test: dev
	@.ci/test

lint: dev
	@.ci/lint

format: dev
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

translations: dev
	.venv/bin/python .ci/catalogues extract
	.venv/bin/python .ci/catalogues update
	.venv/bin/python .ci/catalogues compile

reference: dev
	.venv/bin/python -m tests.architecture.reference

bench: dev
	.venv/bin/python -m bench

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache tests/node/node_modules
	find translations -name '*.mo' -delete

$(catalogues): | venv

# Only what Babel alone can do: `make run` has no development packages.
%.mo: %.po
	@.venv/bin/python -m babel.messages.frontend --quiet compile --input-file $< --output-file $@
