# `make demo` runs the whole way once; `make test` proves it. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo
# Where the shipped model is trained, and where it is shipped.
MODEL := default-model
SHIPPED := klgnn/default_model
SHIPPED_FILES := README.md dataset.json metrics.json split_ids.parquet weights.safetensors
# A process for each core, at most four (each takes a gigabyte); a file's tests stay together.
PARALLEL := --numprocesses auto --maxprocesses 4 --dist loadfile
.DEFAULT_GOAL := help

.PHONY: help demo default-model test test-slow lint format types docs bench release clean

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# One stamp per set of extras: reinstalled only when what it was made from changes.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing into $(VENV) (once; a minute or more)"
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e .
	@touch $@

$(VENV)/installed-dev: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing the tools of development into $(VENV) (once; a minute or more)"
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-docs: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing what builds the documentation into $(VENV) (once)"
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[docs]'
	@touch $@ $(VENV)/installed

demo: $(VENV)/installed ## S_5 and S_6 from permutations to a saliency report (demo/report.html)
	$(BIN)/klgnn generate --n 5 --n 6 --select classes --out $(DEMO)/data
	$(BIN)/klgnn train $(DEMO)/data --out $(DEMO)/run
	@$(MAKE) --no-print-directory $(DEMO)/report.html
	@echo "The report is one file that opens offline: $(CURDIR)/$(DEMO)/report.html"

# The verbs above know themselves what is still valid; a report is remade when its run or the code is newer.
$(DEMO)/report.html: $(DEMO)/run/metrics.json $(shell find data_gen klgnn analysis -name '*.py' -o -name '*.j2')
	$(BIN)/klgnn report $(DEMO)/run --out $@

test: lint types ## every quick test, after linting and typing (under 10 minutes)
	$(BIN)/python -m pytest $(PARALLEL)

test-slow: $(VENV)/installed-dev ## the long tests: S_8, S_9 and long runs
	$(BIN)/python -m pytest -m slow

lint: $(VENV)/installed-dev ## ruff, format and check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/installed-dev ## mypy, strict on data_gen
	$(BIN)/mypy

format: $(VENV)/installed-dev ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/installed-docs ## the documentation, examples executed (docs/_build/html)
	$(BIN)/sphinx-build --fail-on-warning --keep-going -b html docs docs/_build/html

bench: $(VENV)/installed-dev ## every benchmark, and the page docs/benchmarks.md from what they print
	$(BIN)/python benchmarks/write_page.py

default-model: $(VENV)/installed ## train the model that comes with klgnn, and put it into the package
	$(BIN)/klgnn generate --n 8 --select extremal-classes --max-nodes 500 --out $(MODEL)/data
	$(BIN)/klgnn train $(MODEL)/data --preset top-down --epochs 400 --out $(MODEL)/run
	$(BIN)/klgnn similar $(MODEL)/run 1324 3412 > $(MODEL)/similar.txt
	rm -rf $(SHIPPED)
	mkdir -p $(SHIPPED)/index
	cp $(addprefix $(MODEL)/run/,$(SHIPPED_FILES)) $(SHIPPED)
	cp $(MODEL)/run/index/*.parquet $(SHIPPED)/index
	sed 's|^path = .*|path = ""|' $(MODEL)/run/config.toml > $(SHIPPED)/config.toml

# In an environment with nothing of development, from a folder that is not the repository.
release: $(VENV)/installed-dev ## wheel and source in dist, and the wheel tried in a clean environment
	rm -rf dist build/clean
	$(BIN)/python -m build
	$(PYTHON) -m venv build/clean
	build/clean/bin/python -m pip install --quiet -c constraints.txt dist/klgnn-*.whl
	cd "$$(mktemp -d)" && $(CURDIR)/build/clean/bin/python -I $(CURDIR)/tests/smoke.py

clean: ## remove what was made, except the virtual environment
	rm -rf build dist docs/_build $(DEMO) $(MODEL) .mypy_cache .ruff_cache .pytest_cache
