# Dwa polecenia: `make run` uruchamia Strefę na tym komputerze, `make test` sprawdza wszystko.
SHELL := /bin/bash
BIN := .venv/bin
PYTEST_WORKERS ?= 3
BROWSER_ON_BOTH ?= yes
export PYTEST_WORKERS BROWSER_ON_BOTH

ifeq ($(shell uname -s),Darwin)
export DYLD_FALLBACK_LIBRARY_PATH := $(shell brew --prefix 2>/dev/null)/lib:/usr/local/lib:/usr/lib
endif

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests run test check bench translations docs clean

help:  ## tę listę
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:  ## przygotowuje komputer: biblioteki systemowe, .venv, przypięte pakiety, tłumaczenia
	@bash scripts/setup.sh run

setup-tests:  ## to samo i wszystko, czego potrzebują testy (PostgreSQL, Chromium, poppler)
	@bash scripts/setup.sh test

run: setup  ## uruchamia Strefę z rundą pokazową i wypisuje konta do zalogowania
	@$(BIN)/strefa run-demo

test: setup-tests  ## wszystkie testy na SQLite i na PostgreSQL
	@$(BIN)/python scripts/run_tests.py

check: setup-tests  ## styl, typy, piętra domu, szablony, tłumaczenia
	@bash scripts/check.sh

bench: setup-tests  ## pomiary szybkości, wiersze "nazwa: wartość"
	@$(BIN)/python -m bench

translations: setup-tests  ## zbiera teksty z kodu i szablonów do katalogów translations/
	@bash scripts/translations.sh

docs: setup  ## zapisuje strony podręcznika, które powstają z zasad: stany wniosku i tabelę uprawnień
	@$(BIN)/python scripts/make_docs.py

clean:  ## usuwa środowisko i wszystko, co da się odtworzyć; instance/ zostaje
	rm -rf .venv build test-output .pytest_cache .ruff_cache .hypothesis .import_linter_cache strefa.egg-info
	find strefa tests bench scripts -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
	find translations -name '*.mo' -delete 2>/dev/null || true
