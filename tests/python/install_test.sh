#!/usr/bin/env bash
# `pip install .` without a network, into an environment that sees Debian's packages; then the installed module, alone.
#   install_test.sh PYTHON SOURCE SCRATCH
set -euo pipefail
python=$1 source=$2 scratch=$3
rm -rf "$scratch"
mkdir -p "$scratch"
"$python" -m venv --system-site-packages "$scratch/environment"
cd "$source"
"$scratch/environment/bin/pip" install --no-index --no-build-isolation --no-deps .
cd "$scratch"
"$scratch/environment/bin/python" - "$(realpath environment)" <<'EOF'
import sys
import verimix
assert verimix.__file__.startswith(sys.argv[1]), verimix.__file__
assert verimix.instance("over1").score([0.5]).shape == (1,)
EOF
