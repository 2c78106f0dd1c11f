"""The adapters over the real pipe: what fails is known, and why is said in tests/adapters/<name>-<dtype>.xfail."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "data" / "vectors"
KNOWN = pathlib.Path(__file__).resolve().parents[1] / "adapters"
PYTHON = [("own", "float64"), ("numpy_textbook", "float64"), ("numpy_textbook", "float32")]
# Their imports alone take seconds: the nightly test asks them.
SLOW = [("scipy_normal", "float64"), ("scikit_learn", "float64"), ("torch_mixture", "float64"), ("torch_mixture", "float32")]
NIGHTLY = "VERIMIX_SEEDS" in os.environ


def validate(command, dtype, *options):
    run = subprocess.run([os.environ["VERIMIX_PROGRAM"], "validate", "--vectors", FOLDER, "--dtype", dtype, "--command", command, *options],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=200, check=False)
    return run.returncode, json.loads(run.stdout)


def check(name, command, dtype):
    expected = KNOWN / f"{name}-{dtype}.xfail"
    status, report = validate(command, dtype, *(["--xfail", str(expected)] if expected.exists() else []))
    assert (status, report["verdict"]) == (0, "pass"), report["failures"][:3]
    assert report["cases"] > 80


@pytest.mark.parametrize(("name", "dtype"), PYTHON + (SLOW if NIGHTLY else []))
def test_python_adapter(name, dtype):
    command = f"'{sys.executable}' -m verimix.adapters.{name}"
    version = subprocess.run(f"{command} --version", shell=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if version.returncode:
        assert version.stderr.startswith("skipped: "), version.stderr
        pytest.skip(version.stderr.strip())
    check(name, command, dtype)


def test_armadillo():
    program = os.environ.get("VERIMIX_ARMADILLO", "")
    if not os.access(program, os.X_OK):
        pytest.skip("skipped: Armadillo is not installed (libarmadillo-dev in Debian)")
    check("armadillo", f"'{program}'", "float64")


def test_a_missing_package_is_said():
    """With the package's directory hidden, the adapter ends and names what to install."""
    code = "import sys; sys.modules['sklearn'] = None; import runpy; runpy.run_module('verimix.adapters.scikit_learn', run_name='__main__')"
    run = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.strip() == "skipped: scikit-learn is not installed (python3-sklearn in Debian)"
