"""assert_score_close."""
import dataclasses
from typing import Any, Callable, Mapping, Optional, Union

import numpy
from numpy.typing import ArrayLike, NDArray

from .. import Mixture, rescaling
from .._verimix import Judgement, VectorCase, make_cases
from .mistakes import likely_mistake
from .points import round_to, telling_points


_Floats = NDArray[numpy.float64]
_Process = Union[str, Mapping[str, Any]]


@dataclasses.dataclass
class ScoreReport:
    """What was seen at one time: errors are in units of the tolerance, per point; NaN and infinities count as infinite."""

    time: float
    dtype: str
    predicts: str
    process: _Process
    points: _Floats
    kinds: list[str]
    judged: NDArray[numpy.bool_]
    got: _Floats
    lower: _Floats
    upper: _Floats
    errors: _Floats
    judgements: list[Judgement]

    @property
    def worst(self) -> float:
        """The largest error of a judged point."""
        return float(numpy.max(self.errors[self.judged]))

    def text(self, mistake: Optional[str]) -> str:
        """The failure in words."""
        where = numpy.flatnonzero(self.judged)
        at = where[numpy.argmax(self.errors[where])]
        wrong = int(numpy.sum(self.errors[where] > 1))
        worst = self.judgements[at]
        by_kind = {kind: max(self.errors[j] for j in where if self.kinds[j] == kind)
                   for kind in dict.fromkeys(self.kinds[j] for j in where)}
        return "\n".join([
            f"the {self.predicts} is wrong at {wrong} of {len(where)} points (t = {self.time:g}, {self.dtype})",
            f"worst point ({self.kinds[at]}): x = {_short(self.points[at])}, got {_short(self.got[at])}, entry {worst.place}: the truth "
            f"is {worst.lower}, an error of {self.errors[at]:.3g} tolerances",
            "errors in tolerances: " + ", ".join(f"{kind} {error:.3g}" for kind, error in by_kind.items()),
            f"likely mistake: {mistake or 'none that is known here'}"])


def _short(x: _Floats) -> str:
    return numpy.array2string(x, threshold=6, edgeitems=2, precision=17 if len(x) < 3 else 6, separator=", ")


@dataclasses.dataclass
class ScoreTruth:
    """The points with their cases at one time; made once, it judges any number of implementations."""

    time: float
    dtype: str
    predicts: str
    process: _Process
    points: _Floats
    kinds: list[str]
    cases: list[VectorCase]

    @classmethod
    def of(cls, mixture: Mixture, t: float, predicts: str = "score", dtype: str = "float64", points: Optional[ArrayLike] = None, seed: int = 0,
           process: _Process = "ou") -> "ScoreTruth":
        """The arguments are those of assert_score_close."""
        if predicts != "score" and rescaling(process, float(t), predicts)["of_score"] == 0:
            raise ValueError(f"predicts: at time {t:g} {predicts!r} does not depend on the score")
        kinds = None
        if points is None:
            ours = {"time": float(t), "scale": 1} if process == "ou" else rescaling(process, float(t), predicts)
            points, kinds = telling_points(mixture, float(ours["time"]), seed)
            points = float(ours["scale"]) * points
        x = round_to(numpy.asarray(points, dtype=float), str(dtype)).astype(float)
        op = "score" if predicts == "score" else "prediction"
        cases = make_cases(mixture, x, float(t), op, predicts, None if process == "ou" else process, True)
        return cls(float(t), str(dtype), predicts, process, x, kinds or ["given"] * len(x), cases)

    @property
    def judged(self) -> NDArray[numpy.bool_]:
        """Where the dtype can carry the question."""
        return numpy.array([not case.inapplicable(self.dtype) for case in self.cases])

    def examine(self, f: Callable[[Any, float], ArrayLike]) -> ScoreReport:
        """What f(x, t) gives, compared with the truth. AssertionError if it has another shape."""
        got = numpy.asarray(f(round_to(self.points, self.dtype), self.time), dtype=float)
        if got.shape != self.points.shape:
            raise AssertionError(f"the {self.predicts} has shape {got.shape}, expected {self.points.shape}: a row for each point")
        judgements = [case.judge(row[None, :], self.dtype) for case, row in zip(self.cases, got)]
        errors = numpy.array([numpy.inf if j.error_in_tolerances is None else j.error_in_tolerances for j in judgements])
        lower, upper = (numpy.concatenate([getattr(case, end) for case in self.cases]) for end in ("lower", "upper"))
        return ScoreReport(self.time, self.dtype, self.predicts, self.process, self.points, self.kinds, self.judged, got, lower, upper,
                           errors, judgements)


def assert_score_close(f: Callable[[Any, float], ArrayLike], mixture: Mixture, t: ArrayLike = (1e-3, 0.1, 1.0), predicts: str = "score",
                       dtype: str = "float64", points: Optional[ArrayLike] = None, seed: int = 0, process: _Process = "ou") -> ScoreReport:
    """Raises AssertionError if f(x, t), for x of shape (n, d) in the dtype, is further from the truth than rounding explains.

    Each point is a case as in verimix.vectors: the truth is a certified enclosure, and each coordinate has its own tolerance, a
    certified condition number times the dtype's unit roundoff (proofs-notes/validate/tolerance.md). `t` is one time or several, of
    the process: "ou" is dx = -x dt + sqrt(2) dw; others are named by a dict such as {"kind": "vp-linear", "beta_min": "0.1",
    "beta_max": "20"}, as in include/verimix/diffusion/convention.hpp. `predicts` is score, noise, x0, v or velocity, conditional
    expectations given x. bfloat16 is passed as float32 with 8 significant bits. Points at which the dtype cannot carry the question
    are not judged. Returns the report of the worst time.
    """
    reports = []
    for time in numpy.atleast_1d(t):
        truth = ScoreTruth.of(mixture, time, predicts, dtype, points, seed, process)
        if not truth.judged.any():
            raise ValueError(f"t = {truth.time:g}: nothing can be judged in {dtype}: {truth.cases[0].inapplicable(truth.dtype)}")
        report = truth.examine(f)
        if report.worst > 1:
            raise AssertionError(report.text(likely_mistake(report, mixture)))
        reports.append(report)
    return max(reports, key=lambda report: report.worst)
