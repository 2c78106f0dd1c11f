#!/usr/bin/env python3
"""Reference values for the distances between Gaussians and between mixtures, at 60 digits, with mpmath.

    python3 tests/data/distance_reference.py > tests/data/distance_reference.json

Independent of the C++: in dimension 1 every value is the integral of its definition (tanh-sinh quadrature, split at the
zeros of p - q that the extrema of the integrand cross); in dimension 2 and 3 explicit inverses, determinants and an
eigenvalue square root stand in for the factorisations. Made 2026-11-23 with mpmath 1.2.1.
"""
import json

from mpmath import mp, mpf

mp.dps = 75
DIGITS = 60


def number(text):
    numerator, _, denominator = text.partition("/")
    return mpf(numerator) / mpf(denominator) if denominator else mpf(numerator)


def density(mixture, x):
    return sum(w * mp.exp(-(x - m) ** 2 / (2 * v)) / mp.sqrt(2 * mp.pi * v) for w, m, v in mixture)


def score(mixture, x):
    terms = [(w * mp.exp(-(x - m) ** 2 / (2 * v)) / mp.sqrt(v), (m - x) / v) for w, m, v in mixture]
    return sum(t * g for t, g in terms) / sum(t for t, _ in terms)


def splits(p, q):
    """End points 40 standard deviations out, and between them the crossings of the two densities."""
    low = min(m - 40 * mp.sqrt(v) for _, m, v in p + q)
    high = max(m + 40 * mp.sqrt(v) for _, m, v in p + q)
    inner_low = min(m - 6 * mp.sqrt(v) for _, m, v in p + q)
    inner_high = max(m + 6 * mp.sqrt(v) for _, m, v in p + q)
    steps = 600
    grid = [inner_low + (inner_high - inner_low) * i / steps for i in range(steps + 1)]
    gap = lambda x: mp.log(density(p, x)) - mp.log(density(q, x))
    values = [gap(x) for x in grid]
    crossings = []
    for i in range(steps):
        if values[i] == 0 or values[i] * values[i + 1] < 0:
            crossings.append(mp.findroot(gap, (grid[i], grid[i + 1]), solver="anderson", tol=mpf(10) ** -140))
    centres = sorted({m for _, m, _ in p + q})
    return sorted(set([low, inner_low, inner_high, high] + crossings + centres))


def on_the_line(p, q):
    points = splits(p, q)
    integral = lambda f: mp.quad(f, points, maxdegree=10)
    return {
        "tv": integral(lambda x: abs(density(p, x) - density(q, x))) / 2,
        "kl": integral(lambda x: density(p, x) * mp.log(density(p, x) / density(q, x))),
        "hellinger2": integral(lambda x: (mp.sqrt(density(p, x)) - mp.sqrt(density(q, x))) ** 2) / 2,
        "fisher": integral(lambda x: density(p, x) * (score(p, x) - score(q, x)) ** 2),
    }


def square_root(a):
    values, vectors = mp.eigsy(a)
    return vectors * mp.diag([mp.sqrt(v) for v in values]) * vectors.T


def trace(a):
    return sum(a[i, i] for i in range(a.rows))


def in_space(mean_p, cov_p, mean_q, cov_q):
    d = len(mean_p)
    shift = mp.matrix(mean_p) - mp.matrix(mean_q)
    p, q = mp.matrix(cov_p), mp.matrix(cov_q)
    precision_p, precision_q = p ** -1, q ** -1
    average = (p + q) / 2
    root = square_root(p)
    slope = precision_q - precision_p
    return {
        "kl": (trace(precision_q * p) - d + (shift.T * precision_q * shift)[0] + mp.log(mp.det(q) / mp.det(p))) / 2,
        "hellinger2": 1 - (mp.det(p) * mp.det(q)) ** mpf("0.25") / mp.sqrt(mp.det(average))
        * mp.exp(-(shift.T * average ** -1 * shift)[0] / 8),
        "fisher": trace(slope * p * slope) + (shift.T * precision_q * precision_q * shift)[0],
        "wasserstein2_squared": (shift.T * shift)[0] + trace(p) + trace(q) - 2 * trace(square_root(root * q * root)),
    }


GAUSSIANS = [
    (["0"], [["1"]], ["1"], [["1"]]),
    (["0"], [["1"]], ["1/2"], [["9/4"]]),
    (["-3"], [["1/100"]], ["2"], [["4"]]),
    (["1/3"], [["2"]], ["1/3"], [["1/5"]]),
    (["0"], [["1"]], ["1/1000000"], [["1000001/1000000"]]),
    (["0", "1"], [["1", "1/2"], ["1/2", "2"]], ["1", "0"], [["3", "-1"], ["-1", "1"]]),
    (["0", "0"], [["1", "0"], ["0", "1/1000000"]], ["1", "1/1000"], [["1", "0"], ["0", "1/500000"]]),
    (["1", "2", "3"], [["2", "1", "0"], ["1", "2", "1/3"], ["0", "1/3", "1"]],
     ["0", "2", "4"], [["1", "0", "1/4"], ["0", "3", "1"], ["1/4", "1", "2"]]),
]

MIXTURES = [
    ([("1/2", "-1", "1/2"), ("1/2", "1", "1/2")], [("3/10", "-4", "1/2"), ("3/10", "0", "1"), ("2/5", "3", "3/10")]),
    ([("1/2", "-1", "1/2"), ("1/2", "1", "1/2")], [("9/20", "-1", "3/5"), ("11/20", "11/10", "1/2")]),
    ([("2/5", "-1", "3/10"), ("3/5", "3/2", "3/2")], [("1", "1/2", "5/2")]),
]


def texts(values):
    return {name: mp.nstr(value, DIGITS) for name, value in values.items()}


def main():
    gaussians = []
    for mean_p, cov_p, mean_q, cov_q in GAUSSIANS:
        exact = [[number(x) for x in mean_p], [[number(x) for x in row] for row in cov_p],
                 [number(x) for x in mean_q], [[number(x) for x in row] for row in cov_q]]
        values = in_space(*exact)
        if len(mean_p) == 1:
            p = [(mpf(1), exact[0][0], exact[1][0][0])]
            q = [(mpf(1), exact[2][0], exact[3][0][0])]
            values.update(on_the_line(p, q))
        gaussians.append({"p": {"mean": mean_p, "covariance": cov_p}, "q": {"mean": mean_q, "covariance": cov_q},
                          "values": texts(values)})
    mixtures = []
    for p, q in MIXTURES:
        exact = [[tuple(number(x) for x in part) for part in law] for law in (p, q)]
        mixtures.append({"p": p, "q": q, "values": texts(on_the_line(*exact))})
    print(json.dumps({"digits": DIGITS, "gaussians": gaussians, "mixtures": mixtures}, indent=1))


main()
