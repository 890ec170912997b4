#!/bin/sh
# Installs a missing tool and prints what it installs. Does nothing when the tool is present.
#
#   tools/setup.sh uv <requirements file>              uv, into .venv-uv
#   tools/setup.sh venv <folder> <requirements file>   a Python virtual environment; needs uv
#   tools/setup.sh redis                               redis-server or valkey-server, as a package
#   tools/setup.sh tracers                             strace and valgrind, as packages
#   tools/setup.sh node_modules <folder>               the packages of the folder's npm lock file
#   tools/setup.sh browser                             Chromium or Chrome; prints its path
#
# CHROMIUM selects another browser.
set -eu

fail() {
    echo "error: $*" >&2
    exit 1
}

has() {
    command -v "$1" >/dev/null 2>&1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif has sudo; then
        sudo "$@"
    else
        fail "root privileges are required: $*"
    fi
}

apt_install() {
    echo "installing $* with apt-get"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" </dev/null >/dev/null
}

uv() {
    python=${PYTHON:-python3}
    has "$python" || fail "$python is not installed; Python 3.10 or newer is required"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || fail "$python is older than 3.10; set PYTHON to a newer one"
    # Debian and Ubuntu package these two modules separately from python3.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        has apt-get || fail "$python lacks the modules venv and ensurepip"
        apt_install python3-venv
    fi
    echo "installing $1 into .venv-uv"
    "$python" -m venv --clear .venv-uv
    .venv-uv/bin/pip install --quiet --disable-pip-version-check --requirement "$1"
    touch .venv-uv/.installed
}

# uv installs in seconds what takes pip minutes.
venv() {
    echo "installing $2 into $1"
    .venv-uv/bin/uv venv --quiet --clear --python .venv-uv/bin/python "$1"
    .venv-uv/bin/uv pip install --quiet --python "$1" --requirement "$2"
    touch "$1/.installed"
}

redis() {
    if has redis-server || has valkey-server; then
        return
    elif has apt-get; then
        apt_install redis-server
    elif has dnf; then
        as_root dnf install -q -y valkey || as_root dnf install -q -y redis
    elif has brew; then
        brew install --quiet redis
    fi
    has redis-server || has valkey-server || fail "install redis-server or valkey-server, and try again"
}

tracers() {
    has strace && has valgrind && return
    if has apt-get; then
        apt_install strace valgrind
    elif has dnf; then
        as_root dnf install -q -y strace valgrind
    fi
    has strace && has valgrind || fail "install strace and valgrind, and try again"
}

node_modules() {
    # Debian 12 and Ubuntu 24.04 package an older Node.js, so this script cannot install it.
    has node && has npm || fail "Node.js is not installed; the request collection and the console tests need 20.19 or newer (https://nodejs.org)"
    node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)' ||
        fail "Node.js $(node --version) is older than 20.19"
    echo "installing $1/package-lock.json into $1/node_modules"
    # Install scripts are disabled; no package needs them.
    npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
    touch "$1/node_modules/.installed"
}

browser() {
    if [ -n "${CHROMIUM:-}" ]; then
        has "$CHROMIUM" || fail "CHROMIUM is set to $CHROMIUM, which cannot be run"
        echo "$CHROMIUM"
        return
    fi
    find_browser && return
    if has apt-get; then
        # Without a font the browser draws boxes instead of text.
        apt_install chromium fonts-dejavu-core >&2
    elif has dnf; then
        as_root dnf install -q -y chromium >&2
    fi
    find_browser || fail "install Chromium or Chrome, or set CHROMIUM to its path, and try again"
}

find_browser() {
    for candidate in chromium chromium-browser google-chrome-stable google-chrome \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
        command -v "$candidate" && return
    done
    return 1
}

"$@"
