#!/usr/bin/env bash
# LibreOffice for the tests that open workbooks and documents as an office does, Chromium for those that use the desk as people
# do; the product itself needs neither. Where they cannot be had, those tests are skipped: that is said here.
set -euo pipefail

needed=()
office=$(dirname "$(readlink -f "$(command -v soffice || echo /none)")")
[ -e "$office/libsclo.so" ] || needed+=(libreoffice-calc)
[ -e "$office/libswlo.so" ] || needed+=(libreoffice-writer)
command -v chromium >/dev/null || needed+=(chromium)
[ ${#needed[@]} = 0 ] && exit 0
needed+=(fonts-wqy-microhei)
if [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] && command -v apt-get >/dev/null; then
    echo "安装 ${needed[*]}  installing"
    export DEBIAN_FRONTEND=noninteractive
    if timeout 120 apt-get update -qq &&
        timeout 600 apt-get install -qq -y --no-install-recommends "${needed[@]}" >/dev/null; then
        exit 0
    fi
fi
cat <<TEXT
缺少程序，用到它们的测试会跳过，其余照常。要运行它们，请安装（Debian，管理员）：
Programs are missing; the tests that use them are skipped. To run them, install, for example:
    apt-get install --no-install-recommends ${needed[*]}
TEXT
