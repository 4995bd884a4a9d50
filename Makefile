# make demo 与 make test 在刚克隆的目录里就能运行，只需要 Python 3.11–3.13、make 和软件包源。
# `make demo` and `make test` work in a fresh clone with nothing but Python, make and a package registry.
SHELL := /bin/bash
PYTHON ?= python3
unexport PYTHONDONTWRITEBYTECODE
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test programs lint up down bench lock clean

help: ## 列出全部目标 list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## 建立 .venv（其他目标会自动做） make .venv (the others do it themselves)

$(READY): requirements.txt setup/uv.txt setup/venv.sh pyproject.toml
	@setup/venv.sh "$(PYTHON)"

demo: $(READY) ## 用演示数据经 Airflow 跑完一个轮次 run one collection cycle of the demo data through Airflow
	@.venv/bin/python -m desk.demo

# 只有 CI 会自动安装 LibreOffice 和 Chromium；本机不问不装。 Only CI gets them unasked.
test: $(READY) $(if $(filter true,$(CI)),programs) ## 全部测试 all tests
	@.venv/bin/python -m pytest

programs: ## 安装 LibreOffice 和 Chromium（部分测试用；产品不需要） LibreOffice and Chromium, which some tests use
	@setup/programs.sh

lint: $(READY) ## 代码检查 linters
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/lint-imports

up: $(READY) ## 启动 Airflow 及其网页（本机） start Airflow with its web interface on this machine
	@.venv/bin/python -m desk.airflow.server up

down: $(READY) ## 停止 Airflow stop it
	@.venv/bin/python -m desk.airflow.server down

bench: $(READY) ## 与只读不审的脚本比速度和内存 speed and memory against a script that only reads
	@.venv/bin/python -m bench

lock: $(READY) ## 重新锁定 requirements.txt compile the lock files again
	@.venv/bin/uv pip compile --quiet --system-certs requirements.in --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-header -o requirements.txt
	@grep -A 100 '^uv==' requirements.txt | awk 'NR > 1 && /^[a-z]/ {exit} {print}' > setup/uv.txt

clean: ## 删除 .venv 与 var（演示与测试产物） remove .venv and var
	@if [ -d var ]; then chmod -R u+w var; fi
	@rm -rf .venv var
