"""assert_score_close."""
import dataclasses
import fractions

import numpy

from .. import rescaling
from .mistakes import likely_mistake
from .points import telling_points
from .tolerance import Components, round_to, score_tolerance, unit_roundoff


@dataclasses.dataclass
class ScoreReport:
    """What was seen at one time: errors are in units of the tolerance, per point; NaN and infinities count as infinite."""

    time: float
    dtype: str
    predicts: str
    process: object
    points: numpy.ndarray
    kinds: list
    judged: numpy.ndarray
    got: numpy.ndarray
    lower: numpy.ndarray
    upper: numpy.ndarray
    errors: numpy.ndarray

    @property
    def worst(self):
        """The largest error of a judged point."""
        return float(numpy.max(self.errors[self.judged]))

    def text(self, mistake):
        """The failure in words."""
        where = numpy.flatnonzero(self.judged)
        at = where[numpy.argmax(self.errors[where])]
        wrong = int(numpy.sum(self.errors[where] > 1))
        coordinate = int(numpy.argmax(numpy.nan_to_num(_distance(self.got[at], self.lower[at], self.upper[at]), nan=numpy.inf)))
        by_kind = {kind: max(self.errors[j] for j in where if self.kinds[j] == kind)
                   for kind in dict.fromkeys(self.kinds[j] for j in where)}
        return "\n".join([
            f"the {self.predicts} is wrong at {wrong} of {len(where)} points (t = {self.time:g}, {self.dtype})",
            f"worst point ({self.kinds[at]}): x = {_short(self.points[at])}, coordinate {coordinate}: "
            f"got {self.got[at, coordinate]:.17g}, the truth is {self.lower[at, coordinate]:.17g}, "
            f"an error of {self.errors[at]:.3g} tolerances",
            "errors in tolerances: " + ", ".join(f"{kind} {error:.3g}" for kind, error in by_kind.items()),
            f"likely mistake: {mistake or 'none that is known here'}"])


def _short(x):
    return numpy.array2string(x, threshold=6, edgeitems=2, precision=6, separator=", ")


def _distance(got, lower, upper):
    """How far outside of [lower, upper]; NaN stays NaN."""
    return numpy.where(got < lower, lower - got, numpy.where(got > upper, got - upper, got - got))


@dataclasses.dataclass
class ScoreTruth:
    """The points, the certified truth and the tolerances at one time; made once, it judges any number of implementations."""

    time: float
    dtype: str
    predicts: str
    process: object
    points: numpy.ndarray
    kinds: list
    judged: numpy.ndarray
    lower: numpy.ndarray
    upper: numpy.ndarray
    tolerance: numpy.ndarray

    @classmethod
    def of(cls, mixture, t, predicts="score", dtype="float64", points=None, seed=0, process="ou"):
        """The arguments are those of assert_score_close."""
        roundoff = unit_roundoff(dtype)
        ours = {"time": float(t), "scale": 1} if process == "ou" else rescaling(process, float(t), predicts)
        of_point, of_score = (rescaling(process, float(t), predicts)[key] for key in ("of_point", "of_score"))
        if of_score == 0:
            raise ValueError(f"predicts: at time {t:g} {predicts!r} does not depend on the score")
        time, scale = float(ours["time"]), float(ours["scale"])
        kinds = None
        if points is None:
            points, kinds = telling_points(mixture, time, seed)
            points = scale * points
        x = round_to(numpy.asarray(points, dtype=float), dtype).astype(float)
        at = x if process == "ou" else [[fractions.Fraction(value) / ours["scale"] for value in row] for row in x.tolist()]
        score = mixture.enclose(at, ours["time"], digits=20)["score"]
        tolerance, judged = score_tolerance(Components(mixture, time, scale), x, roundoff)
        ends = numpy.sort([of_score / scale * score.lower, of_score / scale * score.upper], axis=0)
        terms = numpy.abs(of_point * x) + numpy.abs(ends).max(axis=0)
        # The conversion is done in float64: its own rounding widens the enclosure.
        slack = 0 if predicts == "score" and process == "ou" else 2.0**-50 * terms
        return cls(float(t), str(dtype), predicts, process, x, kinds or ["given"] * len(x), judged, of_point * x + ends[0] - slack,
                   of_point * x + ends[1] + slack, abs(of_score) * tolerance + (4 + 2 * time) * roundoff * terms)

    def examine(self, f):
        """What f(x, t) gives, compared with the truth. AssertionError if it has another shape."""
        got = numpy.asarray(f(round_to(self.points, self.dtype), self.time), dtype=float)
        if got.shape != self.points.shape:
            raise AssertionError(f"the {self.predicts} has shape {got.shape}, expected {self.points.shape}: a row for each point")
        with numpy.errstate(all="ignore"):
            beyond = _distance(got, self.lower, self.upper)
            errors = numpy.max(numpy.where(beyond == 0, 0, numpy.nan_to_num(beyond / self.tolerance, nan=numpy.inf)), axis=1)
        return ScoreReport(self.time, self.dtype, self.predicts, self.process, self.points, self.kinds, self.judged, got, self.lower, self.upper,
                           errors)


def assert_score_close(f, mixture, t=(1e-3, 0.1, 1.0), predicts="score", dtype="float64", points=None, seed=0, process="ou"):
    """Raises AssertionError if f(x, t), for x of shape (n, d) in the dtype, is further from the truth than rounding explains.

    The truth is a certified enclosure; each coordinate has its own tolerance, conditioning times the dtype's unit roundoff
    (verimix.testing.tolerance). `t` is one time or several, of the process: "ou" is dx = -x dt + sqrt(2) dw; others are named by a
    dict such as {"kind": "vp-linear", "beta_min": "0.1", "beta_max": "20"}, as in include/verimix/diffusion/convention.hpp.
    `predicts` is score, noise, x0, v or velocity, conditional expectations given x. bfloat16 is passed as float32 with 8
    significant bits. Points at which the dtype cannot carry the mixture are not judged. Returns the report of the worst time.
    """
    reports = []
    for time in numpy.atleast_1d(t):
        truth = ScoreTruth.of(mixture, time, predicts, dtype, points, seed, process)
        if not truth.judged.any():
            raise ValueError(f"t = {truth.time:g}: nothing can be judged in {dtype}: the mixture is too ill-conditioned for it")
        report = truth.examine(f)
        if report.worst > 1:
            raise AssertionError(report.text(likely_mistake(report, mixture)))
        reports.append(report)
    return max(reports, key=lambda report: report.worst)
