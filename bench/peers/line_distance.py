"""Distances on the line by quadrature without proof: scipy.integrate.quad in double, mpmath.quad (tanh-sinh) in D digits, on the laws of
bench/distance_bench.cpp: TV, KL, squared Hellinger, Fisher divergence, W1 and W2 of two laws, the Fisher information and the squared error of a
piecewise polynomial score of the first. Both peers are told where the features are: break points every deviation.

Prints name,d,k,n,value,unit lines: milliseconds of processor time a distance (best of three), and the relative error against mpmath
at many digits more (for tv and wasserstein1 from the sign changes and error functions, for wasserstein2 at ten digits more); for far laws also the relative
error of 1 - tv. Usage: line_distance.py {scipy|mpmath} DIGITS K [plain|near|far [METRIC...]]; all metrics but wasserstein2, which is slow, unless named.
"""

import math
import sys
import time
from types import SimpleNamespace

import mpmath
from mpmath import mpf

METRICS = ("tv", "kl", "hellinger2", "fisher", "wasserstein1", "information", "score_error")

# exp, log, ... and the type of number that a peer works with
DOUBLE = SimpleNamespace(number=float, exp=math.exp, log=math.log, sqrt=math.sqrt, erfc=math.erfc, pi=math.pi)


def multiprecision():
    return SimpleNamespace(number=mpf, exp=mpmath.exp, log=mpmath.log, sqrt=mpmath.sqrt, erfc=mpmath.erfc, pi=mpmath.pi)


class Laws:
    """Both laws in a peer's arithmetic, as lists of (weight, mean, variance)."""

    def __init__(self, arithmetic, k, case):
        self.a = arithmetic
        number = arithmetic.number
        shift, spread = {"plain": (number(1) / 2, number(1) / 5), "near": (number(10) ** -13, number(10) ** -13), "far": (number(20), number(0))}[case]
        total = sum(1 + i % 2 for i in range(k))

        def law(shift, spread):
            return [(number(1 + i % 2) / total, number(2 * i - (k - 1)) + shift, number(2 + i % 4) / 4 + spread) for i in range(k)]

        self.p, self.q = law(number(0), number(0)), law(shift, spread)

    def terms(self, law, x):
        value = slope = 0
        for w, m, v in law:
            term = w * self.a.exp(-((x - m) ** 2) / (2 * v)) / self.a.sqrt(2 * self.a.pi * v)
            value += term
            slope -= term * (x - m) / v
        return value, slope

    def tail(self, law, x, side=1):
        """The mass beyond x for side 1, below it for side -1."""
        return sum(w * self.a.erfc(side * (x - m) / self.a.sqrt(2 * v)) / 2 for w, m, v in law)

    def gap(self, x):
        """F - G."""
        side = 1 if x > 0 else -1
        return -side * (self.tail(self.p, x, side) - self.tail(self.q, x, side))

    def image(self, x):
        """G^{-1}(F(x)) by Newton's method for log G, on the side where F is small."""
        side = 1 if self.tail(self.p, x) < 0.5 else -1
        wanted = self.a.log(self.tail(self.p, x, side))
        low = min(m - 60 * self.a.sqrt(v) for _, m, v in self.q)
        high = max(m + 60 * self.a.sqrt(v) for _, m, v in self.q)
        y = x
        for _ in range(100):
            mass = self.tail(self.q, y, side)
            miss = self.a.log(mass) - wanted if mass > 0 else -self.a.number(1)
            low, high = (y, high) if side * miss > 0 else (low, y)
            density = self.terms(self.q, y)[0]
            last = y
            y = y + side * miss * mass / density if density > 0 else (low + high) / 2
            if not low < y < high:
                y = (low + high) / 2
            if abs(y - last) <= 4 * self.a.eps * (1 + abs(y)):
                break
        return y

    def integrands(self):
        log, sqrt = self.a.log, self.a.sqrt

        def tv(x):
            return abs(self.terms(self.p, x)[0] - self.terms(self.q, x)[0]) / 2

        def kl(x):
            a, b = self.terms(self.p, x)[0], self.terms(self.q, x)[0]
            return a * log(a / b)

        def hellinger2(x):
            return (sqrt(self.terms(self.p, x)[0]) - sqrt(self.terms(self.q, x)[0])) ** 2 / 2

        def fisher(x):
            (a, da), (b, db) = self.terms(self.p, x), self.terms(self.q, x)
            return a * (da / a - db / b) ** 2

        def wasserstein1(x):
            return abs(self.gap(x))

        def information(x):
            a, da = self.terms(self.p, x)
            return da * da / a

        def score_error(x):
            a, da = self.terms(self.p, x)
            return a * (da / a - (x if x < -1 else 1 - x if x < 1 else -x)) ** 2

        def wasserstein2(x):
            return (self.image(x) - x) ** 2 * self.terms(self.p, x)[0]

        return dict(zip(METRICS + ("wasserstein2",), (tv, kl, hellinger2, fisher, wasserstein1, information, score_error, wasserstein2)))


def finished(name, value, sqrt):
    return sqrt(value) if name == "wasserstein2" else value


def by_mpmath(digits, k, case):
    with mpmath.workdps(digits + 5):
        arithmetic = multiprecision()
        arithmetic.eps = mpmath.eps
        laws = Laws(arithmetic, k, case)
    reach = 3 + int(1.7 * digits**0.5 + 6)
    low, high = -(k - 1) - reach, k + reach + (20 if case == "far" else 0)
    return {name: lambda name=name, g=g: finished(name, mpmath.quad(g, range(low, high + 1)), mpmath.sqrt) for name, g in laws.integrands().items()}


def by_scipy(k, case):
    from scipy.integrate import quad

    DOUBLE.eps = sys.float_info.epsilon
    far = 20 if case == "far" else 0
    ends = (-(k - 1) - 9.0, k + 9.0 + far)
    points = [float(x) for x in range(-k, k + far + 1)]

    def of(name, g):
        return lambda: finished(name, quad(g, *ends, points=points, epsabs=1e-13, epsrel=1e-13, limit=400)[0], math.sqrt)

    return {name: of(name, g) for name, g in Laws(DOUBLE, k, case).integrands().items()}


def sign_changes(f, digits, k, case):
    reach = 3 + int(1.7 * digits**0.5 + 6)
    grid = [mpf(i) / 32 + mpf(1) / 97 for i in range(32 * (-(k - 1) - reach), 32 * (k + reach + (20 if case == "far" else 0)))]
    values = [f(x) for x in grid]
    return [
        mpmath.findroot(f, (a, b), solver="anderson", tol=mpf(10) ** (-2 * digits - 60), maxsteps=400, verify=False)
        for a, b, u, v in zip(grid, grid[1:], values, values[1:])
        if u * v < 0
    ]


def exact_tv(digits, k, case):
    """Half the sum of |D| between sign changes of p - q, D the difference of the distribution functions."""
    with mpmath.workdps(digits + 5):
        laws = Laws(multiprecision(), k, case)
        zeros = sign_changes(lambda x: laws.terms(laws.p, x)[0] - laws.terms(laws.q, x)[0], digits, k, case)
        ends = [mpf(0)] + [laws.gap(x) for x in zeros] + [mpf(0)]
        return sum(abs(b - a) for a, b in zip(ends, ends[1:])) / 2


def exact_w1(digits, k, case):
    """The sum of |K| between sign changes of F - G, K(x) = E (x - X)_+ - E (x - Y)_+ its antiderivative."""
    with mpmath.workdps(digits + 5):
        laws = Laws(multiprecision(), k, case)

        def rise(law, x):
            return sum(w * ((x - m) * mpmath.erfc((m - x) / mpmath.sqrt(2 * v)) / 2 + v * mpmath.npdf(x, m, mpmath.sqrt(v))) for w, m, v in law)

        means = [sum(w * m for w, m, _ in law) for law in (laws.p, laws.q)]
        zeros = sign_changes(laws.gap, digits, k, case)
        ends = [mpf(0)] + [rise(laws.p, x) - rise(laws.q, x) for x in zeros] + [means[1] - means[0]]
        return sum(abs(b - a) for a, b in zip(ends, ends[1:]))


def timed(compute, name):
    best, value = float("inf"), None
    for _ in range(1 if name == "wasserstein2" else 3):
        start = time.process_time()
        value = compute()
        best = min(best, time.process_time() - start)
    return best, value


def main():
    peer, digits, k = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    case = sys.argv[4] if len(sys.argv) > 4 else "plain"
    metrics = sys.argv[5:] or METRICS
    methods = by_scipy(k, case) if peer == "scipy" else by_mpmath(digits, k, case)
    for name in metrics:
        # Squares of differences of 1e-13 cancel twice as many digits.
        more = 10 if name == "wasserstein2" else 20 if case == "plain" else 50
        references = by_mpmath(digits + more, k, case)
        references["tv"] = lambda: exact_tv(digits + more, k, case)
        references["wasserstein1"] = lambda: exact_w1(digits + more, k, case)
        label = f"{peer}-{case}-{name}-{digits}"
        with mpmath.workdps(digits + 5):
            try:
                seconds, value = timed(methods[name], name)
            except (ArithmeticError, ValueError) as failure:
                print(f"{label},1,{k},1,{type(failure).__name__},failure", flush=True)
                continue
        with mpmath.workdps(digits + more + 5):
            reference = references[name]()
            value = mpf(value)
            print(f"{label},1,{k},1,{1e3 * seconds:.3f},ms")
            print(f"{label}-error,1,{k},1,{mpmath.nstr(abs(value / reference - 1), 3)},relative", flush=True)
            if case == "far" and name == "tv":
                print(f"{label}-complement-error,1,{k},1,{mpmath.nstr(abs((1 - value) / (1 - reference) - 1), 3)},relative", flush=True)


if __name__ == "__main__":
    main()
