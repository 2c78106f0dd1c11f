"""The mixture and the points on which every peer is measured, of the same kind as in bench/mixture_bench.cpp: equal weights, means
of size 2, covariances A A^T / d + Id / 2 with normal A, points 3 times standard normal."""

import numpy


def mixture_and_points(d, k, n):
    random = numpy.random.default_rng(1)
    weights = numpy.full(k, 1.0 / k)
    means = 2 * random.standard_normal((k, d))
    factors = random.standard_normal((k, d, d))
    covariances = factors @ factors.transpose(0, 2, 1) / d + 0.5 * numpy.eye(d)
    return weights, means, covariances, 3 * random.standard_normal((n, d))
