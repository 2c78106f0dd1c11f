"""Every impostor is caught by some case; the correct implementation passes all of them in every dtype."""
import functools
import os

import numpy
import pytest
from cases import cases
from correct import Implementation
from impostors import everyone
from verimix.testing import ScoreTruth

CASES = {case.name: case for case in cases()}
SEEDS = int(os.environ.get("VERIMIX_SEEDS", "3"))


@functools.lru_cache(maxsize=None)
def truths(name, dtype, seed=0):
    case = CASES[name]
    return [ScoreTruth.of(case.mixture, time, case.predicts, dtype, seed=seed) for time in case.times]


def implementation(kind, name, dtype):
    case = CASES[name]
    return kind(*case.mixture.parameters(0), dtype=dtype, predicts=case.predicts)


def reports(kind, name, dtype, seed=0):
    f = implementation(kind, name, dtype)
    return [truth.examine(f) for truth in truths(name, dtype, seed) if truth.judged.any()]


def catches(name, kind, dtype="float64"):
    """Does this case tell that the implementation is wrong? One that breaks down is caught too."""
    try:
        return any(not report.worst <= 1 for report in reports(kind, name, dtype))
    except numpy.linalg.LinAlgError:
        return True


def test_there_are_at_least_forty_impostors_each_with_its_mistake():
    mistakes = [kind.mistake for kind in everyone()]
    assert len(mistakes) >= 40
    assert len(set(mistakes)) == len(mistakes)


@pytest.mark.parametrize("kind", everyone(), ids=lambda kind: kind.__name__)
def test_an_impostor_is_caught(kind):
    assert any(catches(name, kind) for name in CASES)


@pytest.mark.parametrize("dtype", ["float64", "float32", "bfloat16"])
@pytest.mark.parametrize("name", CASES)
def test_the_correct_implementation_passes(name, dtype):
    judged = 0
    for seed in range(1 if CASES[name].mixture.dimension > 50 else SEEDS):
        for report in reports(Implementation, name, dtype, seed):
            judged += int(report.judged.sum())
            assert report.worst <= 1, report.text(None)
    assert judged
