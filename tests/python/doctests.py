"""Runs the examples in the package's documentation."""
import doctest
import importlib
import sys

MODULES = ["verimix", "verimix.vectors", "verimix.testing", "verimix.testing.points", "verimix.testing.sampler"]
results = [doctest.testmod(importlib.import_module(name)) for name in MODULES]
attempted, failed = sum(r.attempted for r in results), sum(r.failed for r in results)
print(f"{attempted} examples, {failed} failed")
sys.exit(0 if attempted >= 20 and not failed else 1)
