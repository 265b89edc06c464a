# Two commands on a fresh machine: `make site` and `make test`. Both set up what they need in .venv.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# `--without-pip` and `pip --python` need no ensurepip, which Debian ships apart. What is imported is compiled by then,
# and most of what is installed never is.
PIP    := $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check install --no-compile --quiet --root-user-action ignore

# Where it is set, each of hundreds of processes would compile anew all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: site serve test check commands alerts drills unit accept access bench labels lock clean browser dictionary

site: $(VENV)/.site  ## build the site: site/index.html opens from disk
	$(BIN)/opsbook build
	$(BIN)/opsbook check --site site

serve: $(VENV)/.site  ## show the site, rebuild on change
	$(BIN)/opsbook serve

# Drills and commands take longest and mostly wait for services: all else is done beside them.
test: browser dictionary  ## everything the project promises
	$(MAKE) --jobs 3 --output-sync drills commands site alerts check
	$(MAKE) unit BUILT=site

# Measured from the start of the interpreter: pytest imports opsbook's plugin before any of its own could do so.
# More workers than processors, for part of the time tests wait for servers and browsers.
unit: $(VENV)/.test $(VENV)/.prometheus
	rm -f .coverage .coverage.*
	COVERAGE_PROCESS_START=pyproject.toml $(BIN)/python -m pytest -n $$(($$(nproc) * 3 / 2)) $(BUILT:%=--site=%)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

check: $(VENV)/.test  ## style, types, spelling, shell, specs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/codespell
	find snippets generators -name '*.sh' -print0 | xargs -0 $(BIN)/shellcheck
	$(BIN)/opsbook check --gate

commands: $(VENV)/.test  ## run the commands of the handbooks
	$(BIN)/opsbook test

alerts: $(VENV)/.test $(VENV)/.prometheus  ## let promtool and amtool judge the files for Prometheus
	$(BIN)/opsbook monitoring test

drills: $(VENV)/.test $(VENV)/.prometheus  ## play the drills, and take their faults back
	@mkdir -p .opsbook; $(BIN)/opsbook drill --undo > .opsbook/undo.log 2>&1 & undo=$$!; \
	$(BIN)/opsbook drill --no-record > .opsbook/drill.log 2>&1; played=$$?; wait $$undo; undone=$$?; \
	cat .opsbook/drill.log .opsbook/undo.log; exit $$((played + undone))

accept: $(VENV)/.test  ## take over what the golden files should say; read the diff
	$(BIN)/python -m pytest --accept

access: $(VENV)/.test browser  ## let axe look at every page
	$(BIN)/python -m pytest tests/browser/every_page.py

bench: $(VENV)/.test $(VENV)/.prometheus  ## what opsbook costs, as ratios
	$(BIN)/python tests/benchmarks/bench_pages.py --mkdocs
	$(BIN)/python tests/benchmarks/bench_openapi.py
	$(BIN)/python tests/benchmarks/bench_mermaid.py
	$(BIN)/python tests/benchmarks/bench_architecture.py --pages
	$(BIN)/python tests/benchmarks/bench_incidents.py --html
	$(BIN)/python tests/benchmarks/bench_monitoring.py

labels: $(VENV)/.test  ## collect the labels of the pages after a change
	$(BIN)/pybabel -q extract -F generators/opsbook/locale/babel.cfg -k N_ -k label --no-location --omit-header \
	  --sort-output -o generators/opsbook/locale/opsbook.pot generators/opsbook

lock: $(VENV)/.test  ## pin the dependencies anew
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --no-header --no-annotate --extra docs --output-file requirements/site.lock \
	  pyproject.toml requirements/build.in
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --no-header --no-annotate --all-extras --output-file requirements/test.lock \
	  pyproject.toml requirements/build.in

$(VENV)/.site: pyproject.toml requirements/site.lock
	$(PYTHON) -m venv --without-pip $(VENV)
	$(PIP) --require-hashes -r requirements/site.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q generators  # sandboxes run parts of it, and cannot keep what they compile
	touch $@

$(VENV)/.test: $(VENV)/.site requirements/test.lock
	$(PIP) --require-hashes -r requirements/test.lock
	touch $@

# Debian's promtool and amtool judge the files for Prometheus. Unpacked they do, and no server is installed. They need
# nothing of Python's, and come while that is installed.
$(VENV)/.prometheus:
	@mkdir -p $(VENV)/bin; \
	if command -v prometheus >/dev/null && command -v promtool >/dev/null && command -v amtool >/dev/null; then touch $@; \
	elif command -v apt-get >/dev/null; then \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq; fi; \
	  mkdir -p $(VENV)/prometheus && cd $(VENV)/prometheus && \
	  apt-get download -qq prometheus prometheus-alertmanager && \
	  for package in *.deb; do dpkg -x "$$package" . && rm "$$package"; done && \
	  ln -sf ../prometheus/usr/bin/prometheus ../prometheus/usr/bin/promtool ../prometheus/usr/bin/amtool ../bin/ && touch ../.prometheus; \
	else \
	  echo "the tests of alerts need promtool and amtool: install Prometheus and Alertmanager, then make test again" >&2; exit 1; \
	fi

# Browser tests drive Debian's own Chromium, without the windows around it: a profile of its own costs each test little.
browser:
	@command -v chromium-headless-shell >/dev/null || if [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium-headless-shell; \
	else \
	  echo "the browser tests need Debian's Chromium: apt-get install chromium-headless-shell (as root), then make test again" >&2; exit 1; \
	fi

# The words of Spanish handbooks are looked up in Debian's dictionary.
dictionary:
	@command -v hunspell >/dev/null && hunspell -D </dev/null 2>&1 | grep -q es_ES || if [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq; apt-get install -y -qq --no-install-recommends hunspell hunspell-es; \
	else \
	  echo "spelling needs a dictionary: apt-get install hunspell hunspell-es (as root), then make test again" >&2; exit 1; \
	fi

clean:
	rm -rf $(VENV) site generated .opsbook .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
