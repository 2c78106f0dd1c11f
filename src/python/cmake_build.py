"""The steps of `pip install .` that setuptools does not know: CMake builds the extension module."""
import os
import pathlib
import shlex
import subprocess
import sys

from setuptools.command.build_py import build_py
from wheel.bdist_wheel import bdist_wheel

_TOP = pathlib.Path(__file__).resolve().parents[2]


class BuildWithCMake(build_py):
    """The Python files, and beside them _verimix from the CMake build in build/pip. CMAKE_ARGS adds settings; the number of
    compilers at once is CMAKE_BUILD_PARALLEL_LEVEL, 1 unless set: the largest needs 2.4 GB."""

    def run(self):
        super().run()
        build = _TOP / "build" / "pip"
        target = pathlib.Path(self.build_lib).resolve() / "verimix"
        settings = {"CMAKE_BUILD_TYPE": "Release", "Python3_EXECUTABLE": sys.executable, "VERIMIX_BUILD_TESTS": "OFF",
                    "VERIMIX_BUILD_BENCH": "OFF", "VERIMIX_BUILD_PYTHON": "ON", "VERIMIX_REQUIRE_PYTHON": "ON", "VERIMIX_UNITY": "ON"}
        subprocess.check_call(["cmake", "-G", "Ninja", "-S", _TOP, "-B", build, *(f"-D{key}={value}" for key, value in settings.items()),
                               *shlex.split(os.environ.get("CMAKE_ARGS", ""))])
        jobs = os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL", "1")
        subprocess.check_call(["cmake", "--build", build, "--target", "_verimix", "-j", jobs])
        modules = list((build / "python" / "verimix").glob("_verimix*.so"))
        if len(modules) != 1:
            raise RuntimeError(f"expected one extension module in {build}, found {modules}")
        self.mkpath(str(target))
        self.copy_file(str(modules[0]), str(target))


class PlatformWheel(bdist_wheel):
    """A wheel for this platform: the module is copied in, so setuptools sees no extension of its own."""

    def finalize_options(self):
        self.distribution.has_ext_modules = lambda: True
        super().finalize_options()
