"""TV, KL, squared Hellinger and Fisher divergence on the line by quadrature without proof: scipy.integrate.quad in double, mpmath.quad
(tanh-sinh) in D digits, on the laws of bench/distance_bench.cpp. Both are told where the features are: break points every deviation.

Prints name,d,k,n,value,unit lines: milliseconds of processor time a distance (best of three), and the relative error against mpmath
at 20 digits more. Usage: line_distance.py {scipy|mpmath} DIGITS K
"""

import sys
import time

import mpmath
from mpmath import mpf

METRICS = ("tv", "kl", "hellinger2", "fisher")


def comb(k, shift, spread):
    """Components (weight, mean, variance) as fractions of integers."""
    total = sum(1 + i % 2 for i in range(k))
    return [((1 + i % 2, total), 2 * i - (k - 1), shift, (2 + i % 4, 4), spread) for i in range(k)]


def laws(number, k):
    def law(shift, spread):
        return [(number(w[0]) / w[1], number(m) + shift, number(v[0]) / v[1] + spread) for w, m, _, v, _ in comb(k, 0, 0)]

    return law(number(0), number(0)), law(number(1) / 2, number(1) / 5)


def integrands(p, q, exp, log, sqrt, pi):
    def terms(law, x):
        value = slope = 0
        for w, m, v in law:
            term = w * exp(-(x - m) ** 2 / (2 * v)) / sqrt(2 * pi * v)
            value += term
            slope -= term * (x - m) / v
        return value, slope

    def tv(x):
        return abs(terms(p, x)[0] - terms(q, x)[0]) / 2

    def kl(x):
        a, b = terms(p, x)[0], terms(q, x)[0]
        return a * log(a / b)

    def hellinger2(x):
        return (sqrt(terms(p, x)[0]) - sqrt(terms(q, x)[0])) ** 2 / 2

    def fisher(x):
        (a, da), (b, db) = terms(p, x), terms(q, x)
        return a * (da / a - db / b) ** 2

    return dict(zip(METRICS, (tv, kl, hellinger2, fisher)))


def by_mpmath(digits, k):
    with mpmath.workdps(digits + 5):
        p, q = laws(mpf, k)
        low, high = -(k - 1) - 3 - int(1.7 * digits ** 0.5 + 6), k + 3 + int(1.7 * digits ** 0.5 + 6)
        f = integrands(p, q, mpmath.exp, mpmath.log, mpmath.sqrt, mpmath.pi)
        return {name: lambda g=g: mpmath.quad(g, range(low, high + 1)) for name, g in f.items()}


def by_scipy(k):
    from math import exp, log, pi, sqrt

    from scipy.integrate import quad

    p, q = laws(float, k)
    f = integrands(p, q, exp, log, sqrt, pi)
    ends = (-(k - 1) - 9.0, k + 9.0)
    points = [float(x) for x in range(-k, k + 1)]
    return {name: lambda g=g: quad(g, *ends, points=points, epsabs=1e-13, epsrel=1e-13, limit=400)[0] for name, g in f.items()}


def timed(compute):
    best, value = float("inf"), None
    for _ in range(3):
        start = time.process_time()
        value = compute()
        best = min(best, time.process_time() - start)
    return best, value


def main():
    peer, digits, k = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    methods = by_scipy(k) if peer == "scipy" else by_mpmath(digits, k)
    references = by_mpmath(digits + 20, k)
    for name in METRICS:
        with mpmath.workdps(digits + 5):
            seconds, value = timed(methods[name])
        with mpmath.workdps(digits + 25):
            reference = references[name]()
            error = abs(mpf(value) / reference - 1)
        label = f"{peer}-{name}-{digits}"
        print(f"{label},1,{k},1,{1e3 * seconds:.3f},ms")
        print(f"{label}-error,1,{k},1,{mpmath.nstr(error, 3)},relative")


if __name__ == "__main__":
    main()
