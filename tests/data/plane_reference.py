#!/usr/bin/env python3
"""Values of the distances between mixtures on the plane, to about 11 digits, with numpy and scipy.

    python3 tests/data/plane_reference.py > tests/data/plane_reference.json

Independent of the C++ and not rigorous. kl, hellinger2 and fisher: the trapezoidal rule on a fine grid, which converges
geometrically for smooth integrands that decay like Gaussians; the stated digits are those on which two grids agree. tv: for
each x the zeros of p - q in y by bisection on a grid, exact normal distribution functions between them, and adaptive
quadrature in x. Made 2026-11-23 with numpy 1.24 and scipy 1.10.
"""
import json

import numpy as np
from scipy import integrate, optimize
from scipy.special import ndtr

FAMILIES = {
    "over2": [(0.5, (-1, 0), (0.6, 0.2, 0.8)), (0.5, (1, 0.5), (1, -0.3, 0.5))],
    "pan2": [(0.5, (0, -0.7), (1, 0, 0.05)), (0.5, (0, 0.7), (1, 0, 0.05))],
    "nest2": [(0.5, (0, 0), (2, 0, 0.2)), (0.5, (0, 0), (0.2, 0, 2))],
    "sep2": [(0.3, (-7, 0), (1, 0, 0.5)), (0.3, (7, 1), (0.5, 0, 1.2)), (0.4, (0, 8), (1, 0.4, 0.8))],
}
# Name of P, name of Q, time at which Q is taken, shift of Q's means in x.
CASES = [("over2", "over2", "1/10", "0"), ("pan2", "pan2", "1/10", "0"), ("nest2", "nest2", "1/10", "0"),
         ("sep2", "sep2", "1/10", "0"), ("over2", "over2", "0", "1/64"), ("over2", "nest2", "0", "0"),
         ("sep2", "over2", "0", "0"), ("pan2", "nest2", "0", "0")]


def number(text):
    numerator, _, denominator = text.partition("/")
    return float(numerator) / float(denominator or 1)


def law(name, time, shift):
    e, s = np.exp(-time), -np.expm1(-2 * time)
    return [(w, (e * m[0] + shift, e * m[1]), (e * e * c[0] + s, e * e * c[1], e * e * c[2] + s))
            for w, m, c in FAMILIES[name]]


def log_density_and_score(mixture, x, y):
    logs, slopes = [], []
    for w, (a, b), (xx, xy, yy) in mixture:
        det = xx * yy - xy * xy
        u, v = x - a, y - b
        gx, gy = -(yy * u - xy * v) / det, -(xx * v - xy * u) / det
        logs.append(np.log(w) - np.log(2 * np.pi) - np.log(det) / 2 + (u * gx + v * gy) / 2)
        slopes.append((gx, gy))
    top = np.maximum.reduce(logs)
    terms = [np.exp(l - top) for l in logs]
    total = sum(terms)
    return (top + np.log(total), sum(t * g for t, (g, _) in zip(terms, slopes)) / total,
            sum(t * g for t, (_, g) in zip(terms, slopes)) / total)


def box(p, q, reach=9.5):
    both = p + q
    return [(min(m[i] - reach * c[2 * i] ** 0.5 for _, m, c in both), max(m[i] + reach * c[2 * i] ** 0.5 for _, m, c in both))
            for i in (0, 1)]


def smooth(p, q, step):
    (x0, x1), (y0, y1) = box(p, q)
    ys = np.arange(y0, y1, step)
    sums = np.zeros(3)
    for x in np.arange(x0, x1, step):
        lp, px, py = log_density_and_score(p, x, ys)
        lq, qx, qy = log_density_and_score(q, x, ys)
        weight, r = np.exp(lp), lq - lp
        sums += [np.sum(np.exp(lq) - weight * (1 + r)), np.sum((np.exp(lp / 2) - np.exp(lq / 2)) ** 2) / 2,
                 np.sum(weight * ((px - qx) ** 2 + (py - qy) ** 2))]
    return sums * step * step


def total_variation(p, q):
    (x0, x1), (y0, y1) = box(p, q)
    grid = np.linspace(y0, y1, 1500)

    def below(x, y):
        total = 0.0
        for sign, mixture in ((1, p), (-1, q)):
            for w, (a, b), (xx, xy, yy) in mixture:
                marginal = w * np.exp(-(x - a) ** 2 / (2 * xx)) / np.sqrt(2 * np.pi * xx)
                total = total + sign * marginal * ndtr((y - b - xy / xx * (x - a)) / np.sqrt(yy - xy * xy / xx))
        return total

    def gap(y, x):
        return log_density_and_score(p, x, y)[0] - log_density_and_score(q, x, y)[0]

    def on_line(x):
        values = gap(grid, x)
        at = np.nonzero(np.sign(values[:-1]) * np.sign(values[1:]) < 0)[0]
        zeros = [optimize.brentq(gap, grid[i], grid[i + 1], args=(x,), xtol=1e-13, rtol=1e-14) for i in at]
        masses = below(x, np.array([y0] + zeros + [y1]))
        return np.sum(np.abs(np.diff(masses))) / 2

    pieces = np.linspace(x0, x1, 41)
    return sum(integrate.quad(on_line, a, b, epsabs=1e-12, epsrel=1e-9, limit=200)[0] for a, b in zip(pieces, pieces[1:]))


def main():
    out = []
    for name_p, name_q, time, shift in CASES:
        p, q = law(name_p, 0.0, 0.0), law(name_q, number(time), number(shift))
        fine, coarse = smooth(p, q, 0.04), smooth(p, q, 0.05)
        case = {"p": name_p, "q": name_q, "time": time, "shift": shift, "tv": repr(total_variation(p, q))}
        for name, a, b in zip(("kl", "hellinger2", "fisher"), fine, coarse):
            case[name] = repr(float(a))
            case[name + "_spread"] = repr(float(abs(a - b)))
        out.append(case)
    print(json.dumps(out, indent=1))


main()
