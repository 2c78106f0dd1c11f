"""Log-density alone with scikit-learn's GaussianMixture.score_samples (it has no score). Usage: sklearn_density.py D K N"""

import sys
import time

import numpy
import sklearn
from instance import mixture_and_points
from sklearn.mixture import GaussianMixture


def main():
    d, k, n = (int(a) for a in sys.argv[1:4])
    weights, means, covariances, points = mixture_and_points(d, k, n)
    model = GaussianMixture(k)
    model.weights_, model.means_, model.covariances_ = weights, means, covariances
    model.precisions_cholesky_ = numpy.linalg.inv(numpy.linalg.cholesky(covariances)).transpose(0, 2, 1)
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        model.score_samples(points)
        best = min(best, time.process_time() - start)
    print(f"scikit-learn-{sklearn.__version__}-density-only,{d},{k},{n},{best / n * 1e9:.2f},ns/point")


if __name__ == "__main__":
    main()
