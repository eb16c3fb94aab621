# Two commands do everything on a fresh machine: `make demo` and `make test`.
# Both set up .venv first; nothing else is needed but Python 3.11 or newer and a network to PyPI.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
OUT ?= out/demo

.PHONY: install demo test lint bench clean

install: .venv/installed

.venv/installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo "needs Python 3.11 or newer"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: install
	$(BIN)/riskcloud forecast data/samples/pearl_river_portfolio.csv data/samples/hato_2017.csv --lang en --out $(OUT)/en
	$(BIN)/riskcloud forecast data/samples/pearl_river_portfolio.csv data/samples/hato_2017.csv --lang zh --out $(OUT)/zh
	@echo
	@echo "Report (English): $(CURDIR)/$(OUT)/en/report.html   map: $(CURDIR)/$(OUT)/en/map.html"
	@echo "报告（中文）:     $(CURDIR)/$(OUT)/zh/report.html   地图: $(CURDIR)/$(OUT)/zh/map.html"

test: install lint
	bash tests/install_system_packages.sh
	$(BIN)/python -m pytest

lint: install
	$(BIN)/ruff check riskcloud tests benchmarks data
	$(BIN)/mypy

bench: install
	cd benchmarks && ../$(BIN)/python wind.py && ../$(BIN)/python forecast.py && ../$(BIN)/python pages.py

clean:
	rm -rf .venv out build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis
