"""Reference values of mixtures for tests/mixture/density_test.cpp: log-density, score, responsibilities and Jacobian of the score.

Independent of the library: densities are summed as they are (mpmath's exponents have no bounds), with explicit inverses and
determinants, no whitening, no log-sum-exp; the Jacobian is Hess q / q - (grad q / q)(grad q / q)^T, not the centred form.

Usage: mixture_reference.py > mixture_reference.json
"""

import datetime
import json
import platform
import sys
from fractions import Fraction

import mpmath
from mpmath import mp

WORKING_DIGITS = 160
PRINTED_DIGITS = 60


def number(text):
    fraction = Fraction(text)
    return mp.mpf(fraction.numerator) / fraction.denominator


def text(x):
    """60 digits; below 1e-90000 (beyond what the readers of numbers accept) a plain 0."""
    if x == 0 or abs(x) < mp.mpf(10) ** -90000:
        return "0"
    return mp.nstr(x, PRINTED_DIGITS, min_fixed=0, max_fixed=0)


def rows(a):
    return [[text(a[i, j]) for j in range(a.cols)] for i in range(a.rows)]


def evaluate(mixture, time, point):
    d = mixture["dimension"]
    scale, variance = mp.exp(-time), -mp.expm1(-2 * time)
    x = mp.matrix([number(c) for c in point])
    terms = []
    for component in mixture["components"]:
        weight = number(component["weight"])
        mean = scale * mp.matrix([number(c) for c in component["mean"]])
        covariance = scale**2 * mp.matrix([[number(c) for c in row] for row in component["covariance"]])
        covariance += variance * mp.eye(d)
        inverse = covariance**-1
        g = inverse * (x - mean)
        exponent = -((x - mean).T * g)[0] / 2
        density = weight * mp.exp(exponent) / mp.sqrt((2 * mp.pi) ** d * mp.det(covariance))
        terms.append((density, g, inverse))
    total = mp.fsum(t[0] for t in terms)
    gradient, hessian = mp.zeros(d, 1), mp.zeros(d, d)
    for density, g, inverse in terms:
        gradient -= density * g
        hessian += density * (g * g.T - inverse)
    score = gradient / total
    return {
        "x": point,
        "log_density": text(mp.log(total)),
        "score": [text(s) for s in score],
        "responsibilities": [text(t[0] / total) for t in terms],
        "jacobian": rows(hessian / total - score * score.T),
    }


def mixture(name, *components):
    return {
        "format": "verimix.mixture/1",
        "name": name,
        "dimension": len(components[0][1]),
        "components": [{"weight": w, "mean": m, "covariance": q} for w, m, q in components],
    }


ONE = mixture("standard-1", ("1", ["0"], [["1"]]))
NARROW_AND_WIDE = mixture("nested-1", ("1/2", ["0"], [["1/10"]]), ("1/2", ["0"], [["2"]]))
OVERLAPPING = mixture("overlapping-2", ("1/2", ["-1", "0"], [["3/5", "1/5"], ["1/5", "4/5"]]),
                      ("1/2", ["1", "1/2"], [["1", "-3/10"], ["-3/10", "1/2"]]))
TINY_WEIGHT = mixture("weight-1e-200", ("1e-200", ["20"], [["1/4"]]),
                      (str(1 - Fraction("1e-200")), ["-20"], [["1"]]))
ZERO_WEIGHT = mixture("weight-0", ("0", ["1", "1"], [["1", "0"], ["0", "1"]]),
                      ("1/3", ["0", "1"], [["2", "1"], ["1", "3"]]), ("2/3", ["0", "-1"], [["1", "0"], ["0", "1"]]))
# The rotation by the angle of the 3-4-5 triangle applied to diag(1, 1e-12).
E = Fraction(1, 10**12)
ILL_CONDITIONED = mixture(
    "condition-1e12",
    ("1/4", ["0", "0"], [[str((9 + 16 * E) / 25), str(12 * (1 - E) / 25)], [str(12 * (1 - E) / 25), str((16 + 9 * E) / 25)]]),
    ("3/4", ["1", "0"], [["1", "0"], ["0", str(E)]]))
EQUAL_MEANS = mixture("equal-means-3", *[(w, ["1", "2", "3"], [[a, "0", "1/4"], ["0", b, "0"], ["1/4", "0", "1"]])
                                         for w, a, b in (("1/8", "1", "2"), ("3/8", "4", "1/16"), ("1/2", "1/8", "1"))])
SINGULAR = mixture("rank-1", ("1/2", ["0", "3"], [["1", "2"], ["2", "4"]]), ("1/2", ["1", "-1"], [["0", "0"], ["0", "0"]]))

CASES = [
    (ONE, "0", [["0"], ["1"], ["-40"], ["1e6"]]),
    (NARROW_AND_WIDE, "0", [["0"], ["0.5"], ["-3"], ["200"]]),
    (OVERLAPPING, "0", [["0", "0"], ["-1.5", "0.25"], ["100", "-200"], ["1e100", "1e99"]]),
    (OVERLAPPING, "1e-6", [["0", "0"], ["-1.5", "0.25"], ["1e3", "-2e3"]]),
    (OVERLAPPING, "30", [["0", "0"], ["-1.5", "0.25"], ["1e3", "-2e3"]]),
    (TINY_WEIGHT, "0", [["20"], ["5"], ["4"], ["-20"], ["0"]]),
    (ZERO_WEIGHT, "0", [["0", "0"], ["1", "1"], ["-50", "80"]]),
    (ILL_CONDITIONED, "0", [["0.5", "0"], ["0.75", "1"], ["0.8", "-0.6"]]),
    (ILL_CONDITIONED, "1e-6", [["0.5", "0"], ["0.75", "1"]]),
    (ILL_CONDITIONED, "30", [["0.5", "0"]]),
    (EQUAL_MEANS, "0", [["1", "2", "3"], ["0", "0", "0"], ["30", "-20", "10"]]),
    (SINGULAR, "1e-6", [["0", "3"], ["1", "-1"], ["0.5", "0.5"]]),
    (SINGULAR, "30", [["0", "3"]]),
]


def main():
    mp.dps = WORKING_DIGITS
    document = {
        "provenance": {
            "command": "python3 mixture_reference.py > mixture_reference.json",
            "mpmath": mpmath.__version__,
            "backend": mpmath.libmp.BACKEND,
            "python": platform.python_version(),
            "working_digits": WORKING_DIGITS,
            "printed_digits": PRINTED_DIGITS,
            "date": datetime.date.today().isoformat(),
        },
        "cases": [{"mixture": m, "time": t, "points": [evaluate(m, number(t), p) for p in points]} for m, t, points in CASES],
    }
    json.dump(document, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
