# The one entry point, for people and for CI. `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:

VENV := .venv
PYTHON := $(VENV)/bin/python
ANSATZ := .build/release/ansatz
# Cells of test corpora are as readers write them.
SWIFT_FILES := git ls-files -z '*.swift' ':!Tests/Fuzz/corpus' ':!Tests/Runtime' \
  ':!Tests/Differential' ':!Tests/Exercises'
SHIM := $(shell find python/ansatz_jupyter -name '*.py' -o -name 'pyproject.toml' 2>/dev/null)

.PHONY: help workbook student slides pdf check-site seeds test fuzz kernel lab bench doctor format lint clean \
  toolchain packages test-packages python build

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

workbook: kernel ## Run all notebooks and write build/workbook/index.html
	@$(PYTHON) scripts/workbook $(ARGS)

student: python ## Make copies of the notebooks without and with their answers: build/student, build/solutions
	@$(PYTHON) scripts/student_copies.py $(ARGS)

slides: python ## Make a deck of slides for each part, from the pages that `make workbook` ran: build/slides
	@$(PYTHON) scripts/slides $(ARGS)

pdf: python test-packages ## Print the site that `make workbook` built as one PDF: build/workbook.pdf
	@$(PYTHON) scripts/print_site.py build/workbook $(ARGS)

check-site: $(VENV)/.requirements-test test-packages ## Look at the site that `make workbook` built: links, contrast, keyboard, narrow windows
	@$(PYTHON) scripts/check_site.py build/workbook $(ARGS)

seeds: kernel $(VENV)/.requirements-test ## Run every page from 10 on over ten seeds, in its quick form: Benchmarks/pages/seeds.md
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(ANSATZ) sweep notebooks/[1-8]*.ipynb --quick --seeds 10 \
	  --report Benchmarks/pages/seeds.md $(ARGS)

test: kernel test-packages $(VENV)/.requirements-test ## Run all tests, the notebooks in their quick form included
	@$(PYTHON) scripts/run_tests.py $(ARGS)

fuzz: kernel ## Run the long fuzz tests of the protocol, of cells and of the runtime (under AddressSanitizer)
	@$(PYTHON) scripts/run_tests.py --only fuzz --long $(ARGS)

kernel: build python ## Build the kernel and install it as "Swift" into .venv
	@$(ANSATZ) install --prefix "$(CURDIR)/$(VENV)"

lab: kernel ## Open JupyterLab on the notebooks
	@$(VENV)/bin/jupyter lab --notebook-dir=notebooks $(ARGS)

bench: kernel test-packages ## Measure everything that has a figure against its peers (hours); writes Benchmarks/*/results.md anew
	@failed=; for run in Benchmarks/*/run; do echo "$$run"; "$$run" $(ARGS) || failed="$$failed $$run"; done; \
	[ -z "$$failed" ] || { echo "not measured to the end:$$failed" >&2; exit 1; }

doctor: ## Say what is missing and how to mend it
	@scripts/check-toolchain.sh
	@if [ -x $(ANSATZ) ]; then $(ANSATZ) doctor --prefix "$(CURDIR)/$(VENV)"; \
	else echo "kernel: not built yet; run: make kernel"; exit 1; fi

format: ## Format all Swift files
	@$(SWIFT_FILES) | xargs -0 swift format format --parallel --in-place

lint: ## Check the format of all Swift files, and that public declarations are documented
	@$(SWIFT_FILES) | xargs -0 swift format lint --parallel --strict
	@swift build -c release --target Ansatz >&2 && python3 scripts/lint_documentation.py

clean: ## Remove everything that was built, the Python environment included
	rm -rf .build build $(VENV)

build: toolchain packages
	@swift build -c release --product ansatz

toolchain:
	@scripts/check-toolchain.sh --quiet

packages:
	@scripts/install-packages.sh scripts/packages.txt

test-packages:
	@scripts/install-packages.sh scripts/packages-test.txt

python: $(VENV)/.shim

$(VENV)/.requirements: python/requirements.txt scripts/make-venv.sh | packages
	@scripts/make-venv.sh $(VENV) python/requirements.txt
	@touch $@

$(VENV)/.requirements-test: python/requirements-test.txt python/requirements-test-files.txt $(VENV)/.requirements
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r python/requirements.txt -r python/requirements-test.txt
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps -r python/requirements-test-files.txt
	@touch $@

$(VENV)/.shim: $(VENV)/.requirements $(SHIM)
	@$(PYTHON) -m pip install --quiet --no-index --no-deps --no-build-isolation ./python/ansatz_jupyter
	@touch $@
