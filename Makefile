# Two commands do everything on a fresh machine: `make demo` and `make test`.
# Both set up .venv first; nothing else is needed but Python 3.11 or newer and a network to PyPI.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
OUT ?= out/demo

.PHONY: install demo test lint ruff mypy warm chromium bench skill clean

install: .venv/installed

.venv/installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo "needs Python 3.11 or newer"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --editable '.[dev]'
	-$(BIN)/python -m compileall -q -j 0 -x '/(tests|pip|setuptools|mypyc?)/' riskcloud .venv/lib/python*/site-packages > /dev/null 2>&1
	@touch $@

SAMPLES := data/samples/pearl_river_portfolio.csv data/samples/hato_2017.csv

QUAKE := data/samples/yunnan_portfolio.csv --event data/samples/yangbi_2021_cenc.json \
	--event data/samples/yangbi_2021_usgs.json

demo: install
	$(BIN)/riskcloud forecast $(SAMPLES) --issued-at 2017-08-22T04:00Z --lang en --out $(OUT)/24h
	$(BIN)/riskcloud forecast $(SAMPLES) --issued-at 2017-08-22T16:00Z --lang en --out $(OUT)/en \
		--previous $(OUT)/24h
	$(BIN)/riskcloud forecast $(SAMPLES) --issued-at 2017-08-22T16:00Z --lang zh --out $(OUT)/zh \
		--previous $(OUT)/24h
	$(BIN)/riskcloud quake $(QUAKE) --lang en --out $(OUT)/quake-en
	$(BIN)/riskcloud quake $(QUAKE) --lang zh --out $(OUT)/quake-zh
	@echo
	@echo "Hato as seen 12 hours before landfall, and what changed since 24 hours before:"
	@echo "English: $(CURDIR)/$(OUT)/en/report.html, map.html, changed.html"
	@echo "中文:    $(CURDIR)/$(OUT)/zh/report.html, map.html, changed.html"
	@echo "Yangbi 2021 by two catalogues: who is insured within 50 km, and what it may cost:"
	@echo "English: $(CURDIR)/$(OUT)/quake-en/quake.html, map.html"
	@echo "中文:    $(CURDIR)/$(OUT)/quake-zh/quake.html, map.html"

# What the tests need is made side by side: types are checked while kernels compile. Waiting threads
# must not spin. To see what is slow: tests/conftest.py.
test: install
	$(MAKE) --no-print-directory -j 3 lint warm chromium
	OMP_WAIT_POLICY=passive OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: ruff mypy

ruff: install
	$(BIN)/ruff check riskcloud tests benchmarks data

mypy: install
	$(BIN)/mypy

warm: install
	$(BIN)/python tests/warm_kernels.py

chromium:
	bash tests/install_system_packages.sh

BENCHMARKS := wind rain surge exposure forecast pages ensemble forecast_error ground_motion shakemap geocode book overlay within \
	quake climate_map terrain site_hazard seismicity_kernels flood_depth pluvial hazard_profile terms terms_events ep risk risk_perils

bench: install
	cd benchmarks && for name in $(BENCHMARKS); do ../$(BIN)/python $$name.py || exit 1; done

# docs/skill.md and its plots, from the real data in ../shared
skill: install
	cd benchmarks && ../$(BIN)/python skill.py

clean:
	rm -rf .venv out build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis
