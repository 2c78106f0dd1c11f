"""Every impostor is caught by the smoke tier, in this process and over the pipe; the correct implementation passes in every dtype."""
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest
import verimix.vectors
from cases import cases
from correct import Implementation
from impostors import everyone
from peer import Peer
from verimix.testing import ScoreTruth, assert_score_close

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parents[0] / "data" / "vectors"
SMOKE = verimix.vectors.load(VECTORS, "smoke")
CASES = {case.name: case for case in cases()}
DTYPES = ("float64", "float32", "bfloat16")
# The nightly test sets these.
SEEDS = int(os.environ.get("VERIMIX_SEEDS", "2"))
ALL_OVER_THE_PIPE = "VERIMIX_SEEDS" in os.environ


def failures(kind, dtype):
    """What the smoke tier finds, case by case."""
    peer = Peer(kind)
    for case in SMOKE:
        if case.inapplicable(dtype):
            continue
        reply = peer.reply(json.loads(case.request(dtype)))
        if not reply.get("error", "").startswith("unsupported"):
            yield case.id, "error" in reply or case.judge(reply[case.op], dtype).failed


def validate(name, dtype):
    """(exit status, verimix.validate/1) of the program with this implementation behind the pipe."""
    command = f"'{sys.executable}' '{HERE / 'peer.py'}' {name}"
    run = subprocess.run([os.environ["VERIMIX_PROGRAM"], "validate", "--vectors", VECTORS, "--tier", "smoke", "--dtype", dtype, "--command", command],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=False)
    return run.returncode, json.loads(run.stdout)


def test_every_mistake_is_named_and_has_a_source():
    kinds = everyone()
    assert len(kinds) >= 40
    assert len({kind.mistake for kind in kinds}) == len(kinds)
    for kind in kinds:
        assert {"mistake", "source"} <= set(vars(kind)), f"{kind.__name__}: each impostor has a mistake and a source of its own"
        assert re.fullmatch(r"public code: [\w.-]+/[\w.-]+#\d+\W.{10,}|our own: .{10,}", kind.source), f"{kind.__name__}: {kind.source}"
    assert sum(kind.source.startswith("public code") for kind in kinds) >= 30


@pytest.mark.parametrize("kind", everyone(), ids=lambda kind: kind.__name__)
def test_the_smoke_tier_catches_an_impostor(kind):
    assert any(failed for _, failed in failures(kind, "float64"))


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_correct_implementation_passes_the_smoke_tier(dtype):
    found = list(failures(Implementation, dtype))
    assert len(found) > {"float64": 250, "float32": 240, "bfloat16": 100}[dtype]
    assert not [name for name, failed in found if failed]


@pytest.mark.parametrize("kind", everyone()[:: 1 if ALL_OVER_THE_PIPE else 12], ids=lambda kind: kind.__name__)
def test_an_impostor_is_caught_over_the_pipe(kind):
    status, report = validate(kind.__name__, "float64")
    assert (status, report["verdict"]) == (1, "fail")
    assert report["failures"][0]["flags"]


@pytest.mark.parametrize("dtype", DTYPES if ALL_OVER_THE_PIPE else DTYPES[:1])
def test_the_correct_implementation_passes_over_the_pipe(dtype):
    status, report = validate("Implementation", dtype)
    assert (status, report["verdict"], report["failed"]) == (0, "pass", 0)


def judged(f, mixture, time, predicts, dtype, seed):
    """How many points could be judged, all of them right; with some seeds the dtype can carry none."""
    truth = ScoreTruth.of(mixture, time, predicts, dtype, seed=seed)
    if not truth.judged.any():
        return 0
    report = truth.examine(f)
    assert report.worst <= 1, report.text(None)
    return int(truth.judged.sum())


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", CASES)
def test_the_correct_implementation_is_close_at_every_seed(name, dtype):
    case = CASES[name]
    f = Implementation(*case.mixture.parameters(0), dtype=dtype, predicts=case.predicts)
    if dtype not in case.dtypes:
        with pytest.raises(ValueError, match="nothing can be judged"):
            assert_score_close(f, case.mixture, case.times, case.predicts, dtype)
        return
    assert sum(judged(f, case.mixture, time, case.predicts, dtype, seed) for seed in range(SEEDS) for time in case.times) > SEEDS


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_correct_implementation_is_close_on_random_mixtures(dtype):
    count = 0
    for seed in range(SEEDS):
        mixture = verimix.instance("random", k=3, d=1 + seed % 6, seed=seed)
        f = Implementation(*mixture.parameters(0), dtype=dtype)
        count += sum(judged(f, mixture, time, "score", dtype, seed) for time in (0.1, 1))
    assert count
