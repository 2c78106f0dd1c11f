"""All monomials of total degree <= L in D variables with scikit-learn's PolynomialFeatures. Usage: sklearn_polynomial.py D L N"""

import sys
import time

import numpy
import sklearn
from sklearn.preprocessing import PolynomialFeatures


def main():
    d, degree, n = (int(a) for a in sys.argv[1:4])
    points = numpy.random.default_rng(1).standard_normal((n, d))
    # Columns contiguous, which is the faster of its two orders.
    features = PolynomialFeatures(degree, order="F").fit(points)
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        features.transform(points)
        best = min(best, time.process_time() - start)
    print(f"scikit-learn-{sklearn.__version__}-polynomial-features,{d},{degree},{n},{best / n * 1e9:.2f},ns/point")


if __name__ == "__main__":
    main()
