"""TV, KL, squared Hellinger and Fisher divergence on the line by quadrature without proof: scipy.integrate.quad in double, mpmath.quad
(tanh-sinh) in D digits, on the laws of bench/distance_bench.cpp. Both are told where the features are: break points every deviation.

Prints name,d,k,n,value,unit lines: milliseconds of processor time a distance (best of three), and the relative error against mpmath
at many digits more (for tv from the zeros of p - q and error functions); for far laws also the relative error of 1 - tv. Usage: line_distance.py {scipy|mpmath} DIGITS K [plain|near|far]
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


def laws(number, k, case):
    shift, spread = {"plain": (number(1) / 2, number(1) / 5), "near": (number(10) ** -13, number(10) ** -13), "far": (number(20), number(0))}[case]

    def law(shift, spread):
        return [(number(w[0]) / w[1], number(m) + shift, number(v[0]) / v[1] + spread) for w, m, _, v, _ in comb(k, 0, 0)]

    return law(number(0), number(0)), law(shift, spread)


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


def by_mpmath(digits, k, case):
    with mpmath.workdps(digits + 5):
        p, q = laws(mpf, k, case)
        reach = 3 + int(1.7 * digits**0.5 + 6)
        low, high = -(k - 1) - reach, k + reach + (20 if case == "far" else 0)
        f = integrands(p, q, mpmath.exp, mpmath.log, mpmath.sqrt, mpmath.pi)
        return {name: lambda g=g: mpmath.quad(g, range(low, high + 1)) for name, g in f.items()}


def by_scipy(k, case):
    from math import exp, log, pi, sqrt

    from scipy.integrate import quad

    p, q = laws(float, k, case)
    f = integrands(p, q, exp, log, sqrt, pi)
    far = 20 if case == "far" else 0
    ends = (-(k - 1) - 9.0, k + 9.0 + far)
    points = [float(x) for x in range(-k, k + far + 1)]
    return {name: lambda g=g: quad(g, *ends, points=points, epsabs=1e-13, epsrel=1e-13, limit=400)[0] for name, g in f.items()}


def exact_tv(digits, k, case):
    """Half the sum of |D| between sign changes of p - q, D the difference of the distribution functions."""
    with mpmath.workdps(digits + 5):
        p, q = laws(mpf, k, case)

        def gap(x):
            return sum(s * w * mpmath.exp(-(x - m) ** 2 / (2 * v)) / mpmath.sqrt(v) for s, law in ((1, p), (-1, q)) for w, m, v in law)

        def masses(x):
            return sum(s * w * mpmath.erfc((m - x) / mpmath.sqrt(2 * v)) / 2 for s, law in ((1, p), (-1, q)) for w, m, v in law)

        reach = 3 + int(1.7 * digits**0.5 + 6)
        grid = [mpf(i) / 32 + mpf(1) / 97 for i in range(32 * (-(k - 1) - reach), 32 * (k + reach + (20 if case == "far" else 0)))]
        values = [gap(x) for x in grid]
        zeros = [
            mpmath.findroot(gap, (a, b), solver="anderson", tol=mpf(10) ** (-2 * digits - 60), maxsteps=400, verify=False)
            for a, b, u, v in zip(grid, grid[1:], values, values[1:])
            if u * v < 0
        ]
        ends = [mpf(0)] + [masses(x) for x in zeros] + [mpf(0)]
        return sum(abs(b - a) for a, b in zip(ends, ends[1:])) / 2


def timed(compute):
    best, value = float("inf"), None
    for _ in range(3):
        start = time.process_time()
        value = compute()
        best = min(best, time.process_time() - start)
    return best, value


def main():
    peer, digits, k = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    case = sys.argv[4] if len(sys.argv) > 4 else "plain"
    methods = by_scipy(k, case) if peer == "scipy" else by_mpmath(digits, k, case)
    # Squares of differences of 1e-13 cancel twice as many digits.
    more = 20 if case == "plain" else 50
    references = by_mpmath(digits + more, k, case)
    references["tv"] = lambda: exact_tv(digits + more, k, case)
    for name in METRICS:
        label = f"{peer}-{case}-{name}-{digits}"
        with mpmath.workdps(digits + 5):
            try:
                seconds, value = timed(methods[name])
            except (ArithmeticError, ValueError) as failure:
                print(f"{label},1,{k},1,{type(failure).__name__},failure")
                continue
        with mpmath.workdps(digits + more + 5):
            reference = references[name]()
            value = mpf(value)
            print(f"{label},1,{k},1,{1e3 * seconds:.3f},ms")
            print(f"{label}-error,1,{k},1,{mpmath.nstr(abs(value / reference - 1), 3)},relative")
            if case == "far" and name == "tv":
                print(f"{label}-complement-error,1,{k},1,{mpmath.nstr(abs((1 - value) / (1 - reference) - 1), 3)},relative")


if __name__ == "__main__":
    main()
