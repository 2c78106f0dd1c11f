"""Score and log-density of a batch with numpy, the best hand-written code we know: covariances whitened once, a matrix product a
component, log-sum-exp by columns, in chunks that stay in the cache. Usage: numpy_score.py D K N"""

import sys
import time

import numpy
from instance import mixture_and_points


def whiten(weights, means, covariances):
    lower = numpy.linalg.cholesky(covariances)
    whitening = numpy.linalg.inv(lower)
    d = means.shape[1]
    scale = numpy.log(weights) - d / 2 * numpy.log(2 * numpy.pi) - numpy.log(numpy.einsum("kii->ki", lower)).sum(1)
    return whitening, means, scale


def evaluate_chunk(whitening, means, scale, x):
    """`x` is d x n here, so that the points are contiguous; small d multiplies by broadcasting, where it beats a product."""
    logs, whitened = numpy.empty((len(scale), x.shape[1])), []
    for i, w in enumerate(whitening):
        y = w @ (x - means[i][:, None])
        whitened.append(y)
        numpy.einsum("dn,dn->n", y, y, out=logs[i])
    logs *= -0.5
    logs += scale[:, None]
    largest = logs.max(0)
    logs -= largest
    numpy.exp(logs, out=logs)
    total = logs.sum(0)
    logs /= total
    score = numpy.zeros_like(x)
    for w, y, weight in zip(whitening, whitened, logs):
        y *= weight
        score -= w.T @ y
    return largest + numpy.log(total), score


def evaluate(whitened, x, chunk):
    log_density, score = numpy.empty(x.shape[1]), numpy.empty_like(x)
    for begin in range(0, x.shape[1], chunk):
        part = slice(begin, begin + chunk)
        log_density[part], score[:, part] = evaluate_chunk(*whitened, x[:, part])
    return log_density, score


def main():
    d, k, n = (int(a) for a in sys.argv[1:4])
    weights, means, covariances, points = mixture_and_points(d, k, n)
    whitened, x = whiten(weights, means, covariances), numpy.ascontiguousarray(points.T)
    best = float("inf")
    for chunk in (512, 2048, 8192):
        for _ in range(3):
            start = time.process_time()
            evaluate(whitened, x, chunk)
            best = min(best, time.process_time() - start)
    print(f"numpy-{numpy.__version__},{d},{k},{n},{best / n * 1e9:.2f},ns/point")


if __name__ == "__main__":
    main()
