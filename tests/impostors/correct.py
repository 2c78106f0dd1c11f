"""A correct score of a noised mixture in NumPy, in float64, float32 or bfloat16, one method a step.

bfloat16 is emulated as accelerators do it: every array that is stored is rounded to 8 significant bits, a product or a
factorisation is worked out in float32. The impostors next door replace one step each.
"""
import numpy

from verimix.testing.tolerance import round_to


class Implementation:
    """lambda_i, mu_i, Q_i in; f(x, t) out, for x_t = e^-t x_0 + sqrt(1 - e^-2t) eps."""

    mistake = "none"

    def __init__(self, weights, means, covariances, dtype="float64", predicts="score"):
        self.dtype, self.predicts = dtype, predicts
        self.weights, self.means, self.covariances = (self.store(v) for v in (weights, means, covariances))

    def store(self, values):
        return round_to(values, self.dtype)

    # The law at time t.
    def signal(self, t):
        return self.store(numpy.exp(-t))

    def noise_variance(self, t):
        return self.store(-numpy.expm1(-2 * t))

    def means_at(self, t):
        return self.store(self.signal(t) * self.means)

    def covariances_at(self, t):
        identity = numpy.eye(self.means.shape[1], dtype=self.means.dtype)
        return self.store(self.signal(t) ** 2 * self.covariances + self.noise_variance(t) * identity)

    # One component: Q = L L^T, y = L^-1 z, g = L^-T y, l = log lambda + log N(mu, Q; x).
    def factor(self, covariance):
        return self.store(numpy.linalg.cholesky(covariance))

    def whiten(self, factor, z):
        return self.store(numpy.linalg.solve(factor, z.T).T)

    def unwhiten(self, factor, y):
        return self.store(numpy.linalg.solve(factor.T, y.T).T)

    def log_determinant(self, factor):
        return 2 * numpy.sum(numpy.log(numpy.diagonal(factor)))

    def squares(self, y, x, mean, factor):
        return numpy.sum(y**2, axis=1)

    def log_weights(self):
        return numpy.log(self.weights)

    def components(self, x, t):
        """The l_i (n, k) and g_i (k, n, d)."""
        logs, gradients = [], []
        for log_weight, mean, covariance in zip(self.log_weights(), self.means_at(t), self.covariances_at(t)):
            factor = self.factor(covariance)
            y = self.whiten(factor, self.store(x - mean))
            gradients.append(self.unwhiten(factor, y))
            logs.append(log_weight - 0.5 * self.squares(y, x, mean, factor) - 0.5 * self.log_determinant(factor))
        constant = self.store(0.5 * x.shape[1] * numpy.log(2 * numpy.pi))
        return self.store(numpy.stack(logs, axis=1) - constant), numpy.stack(gradients)

    # All of them.
    def responsibilities(self, logs):
        terms = numpy.exp(logs - logs.max(axis=1, keepdims=True))
        return self.store(terms / terms.sum(axis=1, keepdims=True))

    def combine(self, logs, gradients):
        return self.store(-numpy.einsum("nk,knd->nd", self.responsibilities(logs), gradients))

    def score(self, x, t):
        return self.combine(*self.components(x, t))

    def convert(self, x, t, score):
        a, variance = self.signal(t), self.noise_variance(t)
        s = numpy.sqrt(variance)
        return {"score": lambda: score, "noise": lambda: -s * score, "x0": lambda: (x + variance * score) / a,
                "v": lambda: -s / a * (x + score)}[self.predicts]()

    def __call__(self, x, t):
        x = self.store(x)
        with numpy.errstate(all="ignore"):
            return self.store(self.convert(x, t, self.score(x, t)))
