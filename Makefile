# make demo: set up and run the main job.  make test: set up and run the whole test suite.
PYTHON ?= python3.11
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test check bench bench-fidelity test-oracles clean

demo: $(READY)
	$(BIN)/jingsim demo

test: $(READY)
	$(BIN)/pytest -m "not oracle"

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	for file in benchmarks/*.py; do \
		echo "== $$file"; $(BIN)/python -m benchmarks.$$(basename $$file .py) || exit 1; \
	done

bench-fidelity: $(READY)
	$(BIN)/python -m benchmarks.fidelity all --fresh --write

test-oracles: $(READY)
	$(BIN)/pytest -m oracle

clean:
	rm -rf .venv runs dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,osm,report,sumo]'
	touch $@
