"""Score and log-density of a Gaussian mixture with mpmath, tuned by hand: covariances factored once, every inner loop on the raw
numbers of mpmath.libmp (no context objects), exact products summed with one rounding, gmpy2 integers underneath.

Prints name,d,k,n,value,unit lines; value is the best of several runs, in microseconds a point.
Usage: mpmath_score.py DIGITS D K N
"""

import sys
import time

from instance import mixture_and_points
from mpmath import mp
from mpmath.libmp import (BACKEND, fzero, from_float, mpf_add, mpf_cmp, mpf_div, mpf_exp, mpf_log, mpf_mul, mpf_neg, mpf_shift,
                          mpf_sub, mpf_sum)


def whiten(covariance, mean, weight):
    """The rows of L^{-1}, its columns from the diagonal down, the mean, and log weight - (d/2) log 2 pi - log det L, all raw."""
    d = len(mean)
    lower = mp.cholesky(mp.matrix(covariance))
    inverse = lower ** -1
    rows = [[inverse[i, j]._mpf_ for j in range(i + 1)] for i in range(d)]
    columns = [[inverse[i, j]._mpf_ for i in range(j, d)] for j in range(d)]
    scale = mp.log(weight) - mp.mpf(d) / 2 * mp.log(2 * mp.pi) - sum(mp.log(lower[j, j]) for j in range(d))
    return rows, columns, [from_float(float(m)) for m in mean], scale._mpf_


def evaluate(components, point, prec):
    logs, whitened = [], []
    for rows, _, mean, scale in components:
        z = [mpf_sub(x, m, prec, "n") for x, m in zip(point, mean)]
        y = [mpf_sum([mpf_mul(w, x) for w, x in zip(row, z)], prec, "n") for row in rows]
        distance = mpf_sum([mpf_mul(v, v) for v in y], prec, "n")
        logs.append(mpf_sub(scale, mpf_shift(distance, -1), prec, "n"))
        whitened.append(y)
    pivot = logs[0]
    for value in logs:
        if mpf_cmp(value, pivot) > 0:
            pivot = value
    ratios = [mpf_exp(mpf_sub(value, pivot, prec, "n"), prec, "n") for value in logs]
    total = mpf_sum(ratios, prec, "n")
    log_density = mpf_add(pivot, mpf_log(total, prec, "n"), prec, "n")
    score = [fzero] * len(point)
    for (_, columns, _, _), y, ratio in zip(components, whitened, ratios):
        weight = mpf_div(ratio, total, prec, "n")
        for m, column in enumerate(columns):
            g = mpf_sum([mpf_mul(w, v) for w, v in zip(column, y[m:])], prec, "n")
            score[m] = mpf_add(score[m], mpf_mul(weight, g), prec, "n")
    return log_density, [mpf_neg(s) for s in score]


def main():
    digits, d, k, n = (int(a) for a in sys.argv[1:5])
    mp.dps = digits
    prec = mp.prec
    weights, means, covariances, points = mixture_and_points(d, k, n)
    components = [whiten(covariances[i].tolist(), means[i].tolist(), mp.mpf(1) / k) for i in range(k)]
    raw = [[from_float(float(x)) for x in point] for point in points]
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        for point in raw:
            evaluate(components, point, prec)
        best = min(best, time.process_time() - start)
    print(f"mpmath-{BACKEND}-{digits},{d},{k},{n},{best / n * 1e6:.3f},us/point")


if __name__ == "__main__":
    main()
