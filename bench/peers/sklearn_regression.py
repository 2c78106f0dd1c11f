"""A polynomial fit of degree L in D variables to D outputs with scikit-learn's PolynomialFeatures and LinearRegression.
Usage: sklearn_regression.py D L N [REPEATS]"""

import sys
import time

import numpy
import sklearn
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import PolynomialFeatures


def main():
    d, degree, n = (int(a) for a in sys.argv[1:4])
    repeats = int(sys.argv[4]) if len(sys.argv) > 4 else 3
    random = numpy.random.default_rng(1)
    points, targets = random.standard_normal((n, d)), random.standard_normal((n, d))
    # The constant is one of the features; columns contiguous, which is the faster of the two orders.
    features = PolynomialFeatures(degree, order="F").fit(points)
    regression = LinearRegression(fit_intercept=False, copy_X=False)
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        regression.fit(features.transform(points), targets)
        best = min(best, time.process_time() - start)
    print(f"scikit-learn-{sklearn.__version__}-polynomial-regression,{d},{degree},{n},{best * 1e3:.1f},ms")


if __name__ == "__main__":
    main()
