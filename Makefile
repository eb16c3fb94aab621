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

SAMPLES := data/samples/pearl_river_portfolio.csv data/samples/hato_2017.csv

demo: install
	$(BIN)/riskcloud forecast $(SAMPLES) --issued-at 2017-08-22T04:00Z --lang en --out $(OUT)/24h
	$(BIN)/riskcloud forecast $(SAMPLES) --issued-at 2017-08-22T16:00Z --lang en --out $(OUT)/en \
		--previous $(OUT)/24h
	$(BIN)/riskcloud forecast $(SAMPLES) --issued-at 2017-08-22T16:00Z --lang zh --out $(OUT)/zh \
		--previous $(OUT)/24h
	@echo
	@echo "Hato as seen 12 hours before landfall, and what changed since 24 hours before:"
	@echo "English: $(CURDIR)/$(OUT)/en/report.html, map.html, changed.html"
	@echo "中文:    $(CURDIR)/$(OUT)/zh/report.html, map.html, changed.html"

test: install lint
	bash tests/install_system_packages.sh
	$(BIN)/python -m pytest

lint: install
	$(BIN)/ruff check riskcloud tests benchmarks data
	$(BIN)/mypy

BENCHMARKS := wind forecast pages ensemble forecast_error ground_motion shakemap geocode book overlay within quake

BENCHMARKS := wind forecast pages ensemble forecast_error ground_motion shakemap geocode book overlay within quake

BENCHMARKS := wind forecast pages ensemble forecast_error ground_motion shakemap geocode book overlay within quake

bench: install
	cd benchmarks && for name in $(BENCHMARKS); do ../$(BIN)/python $$name.py || exit 1; done

clean:
	rm -rf .venv out build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis
