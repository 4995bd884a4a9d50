#!/usr/bin/env bash
# LibreOffice for the tests that open and save workbooks as a county does; the product itself never needs it.
# Where it cannot be had, those tests are skipped: that is said here, and is no failure.
set -euo pipefail

command -v soffice >/dev/null && exit 0
needed="libreoffice-calc fonts-wqy-microhei"
if [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] && command -v apt-get >/dev/null; then
    echo "安装 LibreOffice（${needed}）  installing LibreOffice"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # a list of packages
    if timeout 120 apt-get update -qq &&
        timeout 600 apt-get install -qq -y --no-install-recommends $needed >/dev/null; then
        exit 0
    fi
fi
cat <<TEXT
没有 LibreOffice：打开、另存表格的测试会跳过，其余照常。要运行它们，请安装 LibreOffice Calc 和一种中文字体，例如（Debian，管理员）：
No LibreOffice: tests that open and save workbooks are skipped. To run them, install Calc and a Chinese font, for example:
    apt-get install --no-install-recommends ${needed}
TEXT
