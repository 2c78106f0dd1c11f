#!/usr/bin/env python3
"""Distances between mixtures on the line by mpmath's quadrature at 60 digits: not rigorous, and independent of Arb.

    python3 line_distance_reference.py > line_distance_reference.json

tv is integrated piece by piece as |p - q|, wasserstein1 as |F - G|; the pieces end at sign changes found on a grid and
refined by bisection. wasserstein2 is the root of int (x - T(x))^2 p(x) dx, T(x) by Newton's method on G(T) = F(x).
"""

import json
import sys

import mpmath as mp

mp.mp.dps = 60

CASES = {
    "gauss": ([("1", "0", "1")], [("1", "1", "2")]),
    "symmetric": ([("1", "-3/4", "1")], [("1", "3/4", "1")]),
    "over1-diff1": ([("1/2", "-1", "1/2"), ("1/2", "1", "1/2")], [("0.4", "-1", "0.3"), ("0.6", "1.5", "1.5")]),
    "nest1-pan1": ([("1/2", "0", "0.1"), ("1/2", "0", "2")], [("1/2", "-0.7", "0.05"), ("1/2", "0.7", "0.05")]),
    "three": ([("0.3", "-4", "0.5"), ("0.3", "0", "1"), ("0.4", "3", "0.3")],
              [("0.2", "-3.5", "0.7"), ("0.5", "0.25", "1.5"), ("0.3", "2", "0.4")]),
    "near": ([("0.3", "-4", "0.5"), ("0.3", "0", "1"), ("0.4", "3", "0.3")],
             [("0.3", "-4", "0.5"), ("0.3", "0", "1.0000000000001"), ("0.4", "3.0000000000001", "0.3")]),
    "far": ([("0.5", "-9", "1"), ("0.5", "-7", "0.5")], [("0.25", "7", "1"), ("0.75", "8", "0.7")]),
    "split": ([("1", "0", "1")], [("0.999", "0", "1"), ("0.001", "0.01", "4")]),
}


def number(text):
    top, _, bottom = text.partition("/")
    return mp.mpf(top) / (mp.mpf(bottom) if bottom else 1)


class Density:
    def __init__(self, components):
        self.components = [tuple(map(number, c)) for c in components]

    def terms(self, x):
        return [(w * mp.exp(-(x - m) ** 2 / (2 * v)) / mp.sqrt(2 * mp.pi * v), m, v) for w, m, v in self.components]

    def value(self, x):
        return mp.fsum(t for t, _, _ in self.terms(x))

    def tails(self, x):
        """F(x) and 1 - F(x), neither by subtraction."""
        below = lambda s: mp.fsum(w * mp.erfc(s * (m - x) / mp.sqrt(2 * v)) / 2 for w, m, v in self.components)
        return below(1), below(-1)

    def score(self, x):
        terms = self.terms(x)
        return mp.fsum(-t * (x - m) / v for t, m, v in terms) / mp.fsum(t for t, _, _ in terms)


def pieces(p, q):
    """Ends of pieces well inside which both densities are smooth."""
    every = p.components + q.components
    low = min(m - 18 * mp.sqrt(v) for _, m, v in every)
    high = max(m + 18 * mp.sqrt(v) for _, m, v in every)
    step = min(mp.sqrt(v) for _, _, v in every)
    count = int(mp.ceil((high - low) / step))
    return [low + (high - low) * i / count for i in range(count + 1)]


def sign_change(f, a, b):
    fa = f(a)
    for _ in range(220):
        middle = (a + b) / 2
        fm = f(middle)
        if (fm > 0) == (fa > 0):
            a, fa = middle, fm
        else:
            b = middle
    return (a + b) / 2


def image(p, q, x):
    """The y with G(y) = F(x), by Newton's method on the smaller tail, safeguarded by bisection."""
    side = 0 if p.tails(x)[0] < 0.5 else 1
    wanted = p.tails(x)[side]
    low = min(m - 60 * mp.sqrt(v) for _, m, v in q.components)
    high = max(m + 60 * mp.sqrt(v) for _, m, v in q.components)
    y = x if low < x < high else (low + high) / 2
    for _ in range(2000):
        excess = q.tails(y)[side] - wanted
        if (excess > 0) == (side == 0):
            high = y
        else:
            low = y
        step = excess / q.value(y) * (-1 if side == 0 else 1)
        following = y + step
        if not low < following < high:
            following = (low + high) / 2
        if abs(following - y) <= mp.mpf(10) ** (8 - mp.mp.dps) * (1 + abs(y)):
            return following
        y = following
    raise ArithmeticError("the quantile was not found")


def transport(p, q, ends):
    difference = lambda x: p.tails(x)[0] - q.tails(x)[0] if x < 0 else q.tails(x)[1] - p.tails(x)[1]
    first = mp.fsum(abs(mp.quad(difference, [a, b])) for a, b in zip(ends, ends[1:]))
    # A Newton iteration at every node: with fewer digits, which the test asks for too. Over a gap of q the image jumps, which
    # no quadrature over p sees; then the one over q is right. Its own estimate of its error says which.
    with mp.workdps(mp.mp.dps // 2):
        cost = lambda a, b: mp.quad(lambda x: (image(a, b, x) - x) ** 2 * a.value(x), pieces(a, a),
                                    method="gauss-legendre", error=True)
        second = mp.sqrt(min(cost(p, q), cost(q, p), key=lambda found: found[1])[0])
    return {"wasserstein1": first, "wasserstein2": second}


def distances(p, q):
    ends = pieces(p, q)
    total = lambda f, at=ends: mp.quad(f, at)
    difference = lambda x: p.value(x) - q.value(x)
    kinks = list(ends)
    for a, b in zip(ends, ends[1:]):
        grid = [a + (b - a) * (i + mp.mpf(1) / 3) / 9 for i in range(10)]
        for c, d in zip(grid, grid[1:]):
            if (difference(c) > 0) != (difference(d) > 0):
                kinks.append(sign_change(difference, c, d))
    kinks.sort()
    excess = lambda x: p.tails(x)[0] - q.tails(x)[0] if x < 0 else q.tails(x)[1] - p.tails(x)[1]
    turns = sorted(ends + [mp.mpf(0)] + [sign_change(excess, a, b) for a, b in zip(kinks, kinks[1:])
                                         if (excess(a) > 0) != (excess(b) > 0)])
    return {
        "tv": mp.fsum(abs(mp.quad(difference, [a, b])) for a, b in zip(kinks, kinks[1:])) / 2,
        "kl": total(lambda x: p.value(x) * (mp.log(p.value(x)) - mp.log(q.value(x)))),
        "hellinger2": total(lambda x: (mp.sqrt(p.value(x)) - mp.sqrt(q.value(x))) ** 2) / 2,
        "fisher": total(lambda x: p.value(x) * (p.score(x) - q.score(x)) ** 2),
        **transport(p, q, turns),
    }


def main():
    cases = []
    for name, (p, q) in CASES.items():
        # Nearly equal laws lose digits by cancellation: start with more.
        mp.mp.dps = 110 if name == "near" else 60
        values = distances(Density(p), Density(q))
        cases.append({"name": name, "p": p, "q": q, "digits": 30, **{k: mp.nstr(v, 40) for k, v in values.items()}})
        print(name, file=sys.stderr)
    head = {"generator": "tests/data/line_distance_reference.py", "mpmath": mp.__version__, "working_digits": 60,
            "components": "weight, mean, variance"}
    print(json.dumps(head)[:-1] + ', "cases": [\n' + ",\n".join(map(json.dumps, cases)) + "\n]}")


if __name__ == "__main__":
    main()
