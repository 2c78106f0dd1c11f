"""mypy --strict on typed_use.py, and mypy's stubtest: the stub and the compiled module have the same names.

What stubtest says of classes themselves (pybind11's metaclass, constructors that refuse) and of type aliases is left out.
"""
import os
import pathlib
import subprocess
import sys

# Of the build directory, where this runs: a second run is quick.
cache = pathlib.Path.cwd() / "mypy_cache"
cache.mkdir(exist_ok=True)
environment = {**os.environ, "MYPYPATH": os.environ["PYTHONPATH"]}
use = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--cache-dir", cache, pathlib.Path(__file__).with_name("typed_use.py")]
leave_out = cache / "leave_out"
leave_out.write_text(r"verimix\._verimix\.[A-Z]\w+(\.__init__)?" + "\n")
names = [sys.executable, "-m", "mypy.stubtest", "--allowlist", leave_out, "--ignore-unused-allowlist", "verimix._verimix"]
statuses = [subprocess.run(command, env=environment, cwd=cache, check=False).returncode for command in (use, names)]
sys.exit(max(statuses))
