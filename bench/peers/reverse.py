"""The reverse process of sample_bench with numpy or PyTorch (float64, one thread): the closed form of the score, batched, Cholesky
factors of every noise level made before the clock starts. Usage: reverse.py {numpy|torch} D K STEPS PARTICLES"""

import sys
import time

import numpy
from instance import mixture_and_points


def remaining_times(horizon, stop, steps):
    half = steps // 2
    down = numpy.linspace(horizon, 1.0, half + 1)
    return numpy.concatenate([down, stop ** (numpy.arange(1, half + 1) / half)])


def levels(d, k, steps):
    """For each step: the scaled means, (Q_t)^{-1/2} as inverse Cholesky factors, log weights minus log determinants."""
    weights, means, covariances, _ = mixture_and_points(d, k, 1)
    for t in remaining_times(5.0, 1e-3, steps)[:-1]:
        lower = numpy.linalg.cholesky(numpy.exp(-2 * t) * covariances - numpy.expm1(-2 * t) * numpy.eye(d))
        scale = numpy.log(weights) - numpy.log(numpy.einsum("kii->ki", lower)).sum(1)
        yield numpy.exp(-t) * means, numpy.linalg.inv(lower), scale


def numpy_run(d, count, steps, tables):
    random = numpy.random.default_rng(1)
    x = random.standard_normal((count, d))
    for gamma, (means, whitening, scale) in zip(steps, tables):
        y = [(x - m) @ w.T for m, w in zip(means, whitening)]
        log_terms = numpy.stack([s - 0.5 * (v * v).sum(1) for s, v in zip(scale, y)])
        log_terms -= log_terms.max(0)
        r = numpy.exp(log_terms)
        r /= r.sum(0)
        score = -sum((ri[:, None] * v) @ w for ri, v, w in zip(r, y, whitening))
        x = numpy.exp(gamma) * x + 2 * numpy.expm1(gamma) * score
        x += numpy.sqrt(numpy.expm1(2 * gamma)) * random.standard_normal((count, d))
    return x


def torch_run(d, count, steps, tables):
    import torch

    x = torch.randn(count, d, dtype=torch.float64)
    for gamma, (means, whitening, scale) in zip(steps, tables):
        y = torch.einsum("kij,nkj->nki", whitening, x[:, None, :] - means)
        r = torch.softmax(scale - 0.5 * (y * y).sum(2), 1)
        score = -torch.einsum("nk,nki,kij->nj", r, y, whitening)
        x = numpy.exp(gamma) * x + 2 * numpy.expm1(gamma) * score
        x += numpy.sqrt(numpy.expm1(2 * gamma)) * torch.randn(count, d, dtype=torch.float64)
    return x


def main():
    kind = sys.argv[1]
    d, k, steps, count = (int(a) for a in sys.argv[2:6])
    times = remaining_times(5.0, 1e-3, steps)
    tables = list(levels(d, k, steps))
    run = numpy_run
    version = numpy.__version__
    if kind == "torch":
        import torch

        torch.set_num_threads(1)
        tables = [tuple(torch.from_numpy(numpy.ascontiguousarray(a)) for a in level) for level in tables]
        run, version = torch_run, torch.__version__
    best = float("inf")
    for _ in range(3):
        begin = time.process_time()
        run(d, count, times[:-1] - times[1:], tables)
        best = min(best, time.process_time() - begin)
    print(f"{kind}-reverse-{version},{d},{k},{count},{best / (count * steps) * 1e9:.2f},ns/step")


if __name__ == "__main__":
    main()
