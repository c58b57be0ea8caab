# Every command a person needs. `make run` and `make test` do all the set-up they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help run test lint types tests quick thorough bench screenshots pictures format lock wheel clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/run.stamp ## run everything here: crawls, and the site at http://127.0.0.1:8000
	$(BIN)/climate-jobs up

test: lint types tests ## check style and types, and run all tests

lint: $(VENV)/test.stamp ## check the style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/test.stamp ## check the types
	$(BIN)/mypy

tests: $(VENV)/test.stamp ## run the tests
	$(BIN)/pytest -n auto

quick: $(VENV)/test.stamp ## run the tests that run neither the whole program nor a browser
	$(BIN)/pytest -n auto -m "not whole"

thorough: $(VENV)/test.stamp ## run the slow forms of the tests: thousands of histories, hundreds of kills
	CLIMATE_JOBS_EXAMPLES=1500 CLIMATE_JOBS_KILLS=200 CLIMATE_JOBS_ADDRESSES=10000 $(BIN)/pytest -n auto \
		tests/postings/test_model.py tests/test_crashes.py tests/test_faults.py tests/web/test_hostile.py

screenshots: $(VENV)/test.stamp ## pictures of every page of a site that runs, into screenshots/ (SITE=http://…)
	$(BIN)/python -m tools.screenshots $(if $(SITE),--site $(SITE))

pictures: $(VENV)/test.stamp ## draw the pictures beside links to solutions anew (after a change of names or figures)
	$(BIN)/python -m tools.pictures

bench: $(VENV)/test.stamp ## measure: fill, tagging, scale, memory, workers (an hour; POSTGRES=postgresql+psycopg://… to measure it too)
	$(BIN)/python -m bench fill $(if $(POSTGRES),--postgres $(POSTGRES))
	$(BIN)/python -m bench tagging
	$(BIN)/python -m bench scale $(if $(POSTGRES),--postgres $(POSTGRES))
	$(BIN)/python -m bench memory
	$(if $(POSTGRES),$(BIN)/python -m bench workers --postgres $(POSTGRES))

format: $(VENV)/test.stamp ## write all files in the one style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

wheel: $(VENV)/test.stamp ## build the wheel into dist/
	$(BIN)/pip wheel --no-deps --wheel-dir dist .

lock: $(VENV)/test.stamp ## pin all packages anew (after a change of pyproject.toml)
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" \
		pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" \
		--extra dev pyproject.toml -o requirements-dev.lock

clean: ## remove what make has made
	rm -rf $(VENV) dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/run.stamp: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps -e .
	touch $@

$(VENV)/test.stamp: requirements-dev.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --no-deps -e .
	touch $@
