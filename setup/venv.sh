#!/usr/bin/env bash
# Makes .venv from the hash-locked requirements.txt and installs the project into it: setup/venv.sh PYTHON
# uv does it in half a minute; where uv cannot reach the registry (it does not read pip's settings), pip does it in two.
set -euo pipefail
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE  # without stored byte-code every start of Airflow and dbt would compile again
unset VIRTUAL_ENV
python=${1:-python3}

fail() { printf '%s\n' "$*" >&2; exit 1; }

"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
    fail "需要 Python 3.11、3.12 或 3.13；请用 make PYTHON=/路径/python3.12 指定。Python 3.11 to 3.13 is needed: make PYTHON=…"
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "这个 Python 缺少 venv 模块（Debian/Ubuntu：apt install python3-venv）。This Python has no venv module."

echo "[1/5] 建立虚拟环境 .venv  virtual environment"
"$python" -m venv --clear .venv
echo "[2/5] 安装安装器 uv  installer"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r setup/uv.txt ||
    echo "      uv 装不上，改用 pip。No uv; pip will do."
echo "[3/5] 安装依赖（按 requirements.txt 的哈希锁定，约 200 个包）  locked packages"
if ! { [ -x .venv/bin/uv ] && .venv/bin/uv pip sync --quiet --system-certs --compile-bytecode --require-hashes \
    --python .venv/bin/python requirements.txt; }; then
    echo "      uv 没有成功，改用 pip，约需两分钟。uv failed; pip takes about two minutes."
    .venv/bin/python -m pip install --disable-pip-version-check --progress-bar off --require-hashes --no-deps \
        -r requirements.txt | grep --line-buffered -E '^(Collecting|Installing)' | sed -u 's/^/      /'
fi
echo "[4/5] 安装 huizong 本身  the project itself"
.venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip --default-pip >/dev/null
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
echo "[5/5] 解析 dbt 模型  dbt models, parsed once for every build"
.venv/bin/python -m dbt_project
touch .venv/.ready
