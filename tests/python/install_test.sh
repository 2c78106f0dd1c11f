#!/usr/bin/env bash
# `pip install .` without a network, into an environment that sees Debian's packages; then the installed package, alone: the module, the
# pytest plugin by its entry point, an adapter.
#   install_test.sh PYTHON SOURCE SCRATCH
set -euo pipefail
python=$1 source=$2 scratch=$3
rm -rf "$scratch"
mkdir -p "$scratch"
"$python" -m venv --system-site-packages "$scratch/environment"
cd "$source"
"$scratch/environment/bin/pip" install --no-index --no-build-isolation --no-deps .
cd "$scratch"
unset PYTHONPATH
environment/bin/python - "$(realpath environment)" <<'EOF'
import sys
import verimix
assert verimix.__file__.startswith(sys.argv[1]), verimix.__file__
assert verimix.instance("over1").score([0.5]).shape == (1,)
EOF
cat >batch_test.py <<'EOF'
import pytest
from verimix.vectors import assert_right


@pytest.mark.verimix(op="score", group="score", flags="BATCH")
def test_a_batch(verimix_case):
    assert_right(verimix_case, verimix_case.mixture.score(verimix_case.points))
EOF
environment/bin/python -m pytest -q -p no:cacheprovider batch_test.py | tee pytest.log
grep -q '^4 passed' pytest.log
environment/bin/python -m verimix.adapters.own --version | grep -q '^verimix '
