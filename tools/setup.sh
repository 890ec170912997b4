#!/bin/sh
# Installs what a step of the Makefile needs and the machine lacks. Says what it does; does nothing when all is there.
#   tools/setup.sh venv <folder> <requirements file>    a virtual environment of Python
#   tools/setup.sh redis                                redis-server or valkey-server, from the system's packages
#   tools/setup.sh tool <crate> <version> [option...]   a cargo subcommand
#   tools/setup.sh node_modules <folder>                what the lock file of npm in the folder names
#   tools/setup.sh browser                              Chromium or Chrome; prints its path. CHROMIUM names another one
set -eu

stop() {
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
        stop "this needs root: $*"
    fi
}

apt_install() {
    echo "installing $* with apt-get"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" </dev/null >/dev/null
}

venv() {
    python=${PYTHON:-python3}
    has "$python" || stop "$python is not installed; Python 3.10 or newer is needed"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || stop "$python is older than 3.10; set PYTHON"
    # Debian and Ubuntu leave these two out of python3.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        has apt-get || stop "$python lacks the modules venv and ensurepip"
        apt_install python3-venv
    fi
    echo "installing $2 into $1"
    "$python" -m venv --clear "$1"
    "$1/bin/pip" install --quiet --disable-pip-version-check --requirement "$2"
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
    has redis-server || has valkey-server || stop "install redis-server or valkey-server, and try again"
}

tool() {
    crate=$1
    version=$2
    shift 2
    has "$crate" || cargo install --locked "$crate@$version" "$@"
}

node_modules() {
    # Debian 12 and Ubuntu 24.04 pack an older one, so there is nothing to install by ourselves.
    has node && has npm || stop "Node.js is not installed; the tests of the request collection and of the console need 20.19 or newer (https://nodejs.org)"
    node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)' ||
        stop "Node.js $(node --version) is older than 20.19"
    echo "installing $1/package-lock.json into $1/node_modules"
    # No package runs anything while it is installed; none of them needs to.
    npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
    touch "$1/node_modules/.installed"
}

browser() {
    if [ -n "${CHROMIUM:-}" ]; then
        has "$CHROMIUM" || stop "CHROMIUM names $CHROMIUM, which cannot be run"
        echo "$CHROMIUM"
        return
    fi
    find_browser && return
    if has apt-get; then
        # Without a font it would draw nothing but boxes.
        apt_install chromium fonts-dejavu-core >&2
    elif has dnf; then
        as_root dnf install -q -y chromium >&2
    fi
    find_browser || stop "install Chromium or Chrome, or say in CHROMIUM where it is, and try again"
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
