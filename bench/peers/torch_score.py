"""Score by automatic differentiation of the log-density with PyTorch (float64, one thread). Usage: torch_score.py D K N"""

import sys
import time

import numpy
import torch
from instance import mixture_and_points


def main():
    d, k, n = (int(a) for a in sys.argv[1:4])
    torch.set_num_threads(1)
    weights, means, covariances, points = mixture_and_points(d, k, n)
    lower = numpy.linalg.cholesky(covariances)
    whitening = torch.from_numpy(numpy.linalg.inv(lower))
    scale = torch.from_numpy(numpy.log(weights) - d / 2 * numpy.log(2 * numpy.pi)
                             - numpy.log(numpy.einsum("kii->ki", lower)).sum(1))
    centres, x = torch.from_numpy(means), torch.from_numpy(points)
    best = float("inf")
    for chunk in (2048, 16384):
        for _ in range(2):
            start = time.process_time()
            for begin in range(0, n, chunk):
                part = x[begin:begin + chunk].clone().requires_grad_(True)
                y = torch.einsum("kij,nkj->nki", whitening, part[:, None, :] - centres)
                torch.logsumexp(scale - 0.5 * (y * y).sum(2), 1).sum().backward()
            best = min(best, time.process_time() - start)
    print(f"pytorch-autograd-{torch.__version__},{d},{k},{n},{best / n * 1e9:.2f},ns/point")


if __name__ == "__main__":
    main()
