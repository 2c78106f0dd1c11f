#!/usr/bin/env python3
"""Sup-norms of scores on the line by mpmath at 50 digits: not rigorous, and independent of Arb.

    python3 score_supremum_reference.py > score_supremum_reference.json

Each maximum of |f| is sought on a grid; the local maxima within a tenth of the largest are refined as zeros of f' by the
secant method. The polynomials interpolate the score in the Chebyshev nodes of [-4, 4]; their coefficients are rounded to
25 decimals and are then exact.
"""

import json
import sys

import mpmath as mp

mp.mp.dps = 50
LOWER, UPPER, GRID = -4, 4, 1000

FAMILIES = {
    "over1": [("1/2", "-1", "1/2"), ("1/2", "1", "1/2")],
    "sep1": [("0.4", "-6", "1"), ("0.6", "5", "1.5")],
    "diff1": [("0.4", "-1", "0.3"), ("0.6", "1.5", "1.5")],
    "nest1": [("1/2", "0", "0.1"), ("1/2", "0", "2")],
    "tri1": [("0.3", "-4", "0.5"), ("0.3", "0", "1"), ("0.4", "3", "0.3")],
    "pan1": [("1/2", "-0.7", "0.05"), ("1/2", "0.7", "0.05")],
}


def number(text):
    top, _, bottom = text.partition("/")
    return mp.mpf(top) / (mp.mpf(bottom) if bottom else 1)


class Score:
    """s, s' and s'' from p'/p, p''/p, p'''/p; p the law at time t of dx = -x dt + sqrt(2) dw."""

    def __init__(self, components, time):
        shrink = mp.exp(-time)
        self.components = [(number(w), shrink * number(m), shrink ** 2 * number(v) + 1 - shrink ** 2)
                           for w, m, v in components]

    def derivatives(self, x):
        logs = [mp.log(w) - mp.log(v) / 2 - (x - m) ** 2 / (2 * v) for w, m, v in self.components]
        top = max(logs)
        shares = [mp.exp(entry - top) for entry in logs]
        total = mp.fsum(shares)
        first = second = third = mp.mpf(0)
        for share, (_, m, v) in zip(shares, self.components):
            g = -(x - m) / v
            first += share * g
            second += share * (g * g - 1 / v)
            third += share * (g ** 3 - 3 * g / v)
        s = first / total
        slope = second / total - s * s
        return s, slope, third / total - 3 * s * slope - s ** 3


def chebyshev(score, degree):
    angles = [mp.pi * (2 * k + 1) / (2 * degree + 2) for k in range(degree + 1)]
    values = [score.derivatives(UPPER * mp.cos(angle))[0] for angle in angles]
    coefficients = []
    for j in range(degree + 1):
        c = 2 * mp.fsum(y * mp.cos(j * angle) for y, angle in zip(values, angles)) / (degree + 1)
        coefficients.append(mp.nstr(c / 2 if j == 0 else c, 25, min_fixed=-mp.inf, max_fixed=mp.inf))
    return coefficients


def polynomial(coefficients, x):
    """Value and slope by the recursions of T_j and T_j'."""
    u, step = x / UPPER, mp.mpf(1) / UPPER
    t, t_next, d, d_next = mp.mpf(1), u, mp.mpf(0), step
    value = slope = mp.mpf(0)
    for c in coefficients:
        value += c * t
        slope += c * d
        t, t_next, d, d_next = t_next, 2 * u * t_next - t, d_next, 2 * step * t_next + 2 * u * d_next - d
    return value, slope


def supremum(function):
    """max |f| for function(x) = (f(x), f'(x))."""
    points = [LOWER + (UPPER - LOWER) * mp.mpf(i) / GRID for i in range(GRID + 1)]
    values = [abs(function(x)[0]) for x in points]
    best = max(values)
    floor = best * mp.mpf("0.9")
    for i in range(1, GRID):
        if values[i] >= floor and values[i] >= values[i - 1] and values[i] >= values[i + 1]:
            try:
                x = mp.findroot(lambda y: function(y)[1], (points[i - 1], points[i + 1]), solver="anderson", tol=1e-70)
                best = max(best, abs(function(x)[0]))
            except ValueError as error:
                print(f"not refined: {error}", file=sys.stderr)
    return mp.nstr(best, 35)


def main():
    cases = []
    for name, components in FAMILIES.items():
        for time in ("0", "1/10"):
            score = Score(components, number(time))
            entry = {"name": name, "time": time, "components": components,
                     "supremum": supremum(lambda x: score.derivatives(x)[:2]),
                     "lipschitz": supremum(lambda x: score.derivatives(x)[1:])}
            degrees = (8, 16, 30) if time == "0" else (16,)
            entry["interpolants"] = []
            for degree in degrees:
                texts = chebyshev(score, degree)
                exact = [mp.mpf(text) for text in texts]

                def error(x):
                    s, slope, _ = score.derivatives(x)
                    value, rise = polynomial(exact, x)
                    return value - s, rise - slope

                entry["interpolants"].append({"coefficients": texts, "error": supremum(error)})
            cases.append(entry)
    json.dump({"generator": "tests/data/score_supremum_reference.py", "mpmath": mp.__version__,
               "working_digits": mp.mp.dps, "interval": [str(LOWER), str(UPPER)], "components": "weight, mean, variance",
               "cases": cases}, sys.stdout, indent=0)
    print()


if __name__ == "__main__":
    main()
