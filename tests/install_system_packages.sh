#!/bin/sh
# Install what the browser tests need (Chromium) from the system's packages. Safe to run again.
# Never fails: where it cannot install, it says so, and the tests skip or (with CI=true) fail.
set -u

if command -v chromium >/dev/null 2>&1; then
    exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "chromium is not installed; install it to run the browser tests (apt-get install chromium)" >&2
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1; then
    echo "chromium could not be installed; browser tests will not run" >&2
fi
exit 0
