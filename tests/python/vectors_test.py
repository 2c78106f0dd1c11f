"""verimix.vectors: cases as the program writes them, their parts, and judgements."""
import fractions
import json
import pathlib

import numpy
import pytest
import verimix
from verimix import vectors

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "data" / "vectors"
SMOKE = vectors.load(FOLDER)


def test_the_cases_are_those_of_the_files():
    lines = {line["id"]: line for path in FOLDER.glob("*.jsonl") if path.stem != "mixtures"
             for line in map(json.loads, path.read_text().splitlines())}
    assert {case.id for case in SMOKE} == set(lines)
    for case in SMOKE:
        line = lines[case.id]
        assert (case.op, case.predicts, case.flags, case.group, case.tier) == tuple(line[n] for n in ("op", "predicts", "flags", "group", "tier"))
        assert case.mixture.name == line["mixture"] and case.time == float.fromhex(line["time"])
        assert case.points.tolist() == [[float.fromhex(x) for x in row] for row in line["points"]]
        assert list(case.shape) == line["shape"] == list(case.lower.shape) == list(case.upper.shape)
        assert case.lower_text == line["value"]["lower"] and case.upper_text == line["value"]["upper"]
        for dtype, bounds in line["tolerance"].items():
            if isinstance(bounds, str):
                assert case.tolerance(dtype) is None and case.inapplicable(dtype) == bounds
            else:
                assert case.tolerance(dtype).ravel().tolist() == [float(b) for b in bounds] and not case.inapplicable(dtype)
        assert (case.process is None) == ("process" not in line)


def test_enclosures_are_rounded_outward():
    for case in SMOKE[::20]:
        for rounded, text in zip(case.lower.ravel(), case.lower_text):
            assert fractions.Fraction(rounded) <= fractions.Fraction(text)
        for rounded, text in zip(case.upper.ravel(), case.upper_text):
            assert fractions.Fraction(rounded) >= fractions.Fraction(text)


def test_a_request_is_the_line_of_the_pipe():
    case = next(c for c in SMOKE if c.process)
    request = json.loads(case.request("float32"))
    assert list(request) == ["id", "op", "mixture", "process", "time", "points", "dtype", "predicts"]
    assert verimix.Mixture.from_dict(request["mixture"]) == case.mixture and request["dtype"] == "float32"
    with pytest.raises(verimix.InputError, match="exactly"):
        vectors.case(verimix.instance("over1"), [["1/3"]]).request()


def test_generated_cases_are_the_committed_ones(tmp_path):
    vectors.generate(tmp_path / "made", "smoke")
    assert (tmp_path / "made" / "manifest.json").read_bytes() == (FOLDER / "manifest.json").read_bytes()
    assert [c.id for c in vectors.load(tmp_path / "made", "smoke")] == [c.id for c in SMOKE]
    with pytest.raises(verimix.InputError, match="tier"):
        vectors.load(FOLDER, "full")
    with pytest.raises(verimix.InputError):
        vectors.load(tmp_path / "nothing")


def test_our_own_numbers_are_right():
    for case in vectors.select(SMOKE, op=["log_density", "score", "responsibilities", "jacobian"], dtype="float64"):
        if case.process is None:
            vectors.assert_right(case, getattr(case.mixture, case.op)(case.points, case.time))


@pytest.mark.parametrize(("spoil", "outcome"), [
    (lambda x: x + 1e-3, "wrong"), (lambda x: x * numpy.nan, "not-finite"), (lambda x: x * numpy.inf, "not-finite"),
    (lambda x: x[..., None], "wrong-shape"), (lambda x: x.astype(numpy.float64), "pass")])
def test_outcomes(spoil, outcome):
    case = next(c for c in SMOKE if c.id == "score-plain-001")
    right = case.mixture.score(case.points)
    judgement = case.judge(spoil(right))
    assert judgement.outcome == outcome and judgement.failed == (outcome != "pass")
    if outcome == "wrong":
        assert judgement.place == "[0][0]" and judgement.error_in_tolerances > 1e9
        assert judgement.error_in_tolerances == pytest.approx(1e-3 / case.tolerance()[0, 0], rel=1e-3)
        with pytest.raises(AssertionError, match="PLAIN: Nothing special"):
            vectors.assert_right(case, spoil(right))


def test_a_case_of_one_s_own():
    mixture = verimix.instance("over2")
    case = vectors.case(mixture, [["1/3", "0.1"], [0, 5]], time="1/7", op="jacobian")
    assert case.shape == (2, 2, 2)
    assert case.judge(mixture.jacobian(numpy.array([[1 / 3, 0.1], [0, 5]]), 1 / 7)).outcome == "pass"
    velocity = vectors.case(mixture, [[0.5, 1]], time=0.25, op="prediction", predicts="velocity", process={"kind": "linear-path"})
    assert velocity.process["kind"] == "linear-path"
    for bad in (lambda: vectors.case(mixture, [[0.0, 0]], op="taste"), lambda: vectors.case(mixture, [[0.0, 0]], time=-1),
                lambda: vectors.case(mixture, [[0.0, 0, 0]]), lambda: case.tolerance("float16")):
        with pytest.raises(verimix.InputError):
            bad()


def test_tolerances_are_conditions_times_roundoffs():
    """The formula of include/verimix/validate/tolerance.hpp, up to the three digits of what is printed."""
    storage, arithmetic = vectors.roundoffs()["float32"]
    for case in vectors.select(SMOKE, op="score", dtype="float32")[::7]:
        size = numpy.maximum(abs(case.lower), abs(case.upper))
        least = 2 * (storage * size + case.operations * arithmetic * case.operation_condition)
        # What storing the inputs and the time may add: nothing where float32 holds them.
        most = least + 2 * (2 * storage + 8 * arithmetic) * case.input_condition
        assert (case.tolerance("float32") > 0.97 * least).all() and (case.tolerance("float32") < 1.03 * most).all()
