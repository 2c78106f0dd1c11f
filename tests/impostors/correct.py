"""A correct mixture in NumPy, in float64, float32 or bfloat16, one method a step: log-densities, responsibilities, scores and
predictions under dx = -x dt + sqrt(2) dw.

bfloat16 is what accelerators do: inputs and answers have 8 significant bits, everything between is worked out in float32. The
impostors next door replace one step each.
"""
import numpy

from verimix.testing.points import round_to


class Implementation:
    """lambda_i, mu_i, Q_i in; f(x, t) out, for x_t = e^-t x_0 + sqrt(1 - e^-2t) eps. `rate` is the speed of the user's clock."""

    mistake = "none"

    def __init__(self, weights, means, covariances, dtype="float64", predicts="score", rate=1.0):
        self.dtype, self.predicts, self.rate = dtype, predicts, rate
        self.weights, self.means, self.covariances = (self.number(self.store(v)) for v in (weights, means, covariances))

    def store(self, values):
        """In the dtype, as inputs and answers are."""
        return round_to(values, self.dtype)

    def number(self, values):
        """In the type that is computed in."""
        return numpy.asarray(values, "float64" if self.dtype == "float64" else "float32")

    # The law at time t.
    def signal(self, t):
        return self.number(numpy.exp(-t))

    def noise_variance(self, t):
        return self.number(-numpy.expm1(-2 * t))

    def means_at(self, t):
        return self.signal(t) * self.means

    def covariances_at(self, t):
        return self.signal(t) ** 2 * self.covariances + self.noise_variance(t) * self.identity()

    def identity(self):
        return numpy.eye(self.means.shape[1], dtype=self.means.dtype)

    # One component: Q = L L^T, y = L^-1 z, g = L^-T y, l = log lambda + log N(mu, Q; x).
    def factor(self, covariance):
        return numpy.linalg.cholesky(covariance)

    def whiten(self, factor, z):
        return numpy.linalg.solve(factor, z.T).T

    def unwhiten(self, factor, y):
        return numpy.linalg.solve(factor.T, y.T).T

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
            y = self.whiten(factor, x - mean)
            gradients.append(self.unwhiten(factor, y))
            logs.append(log_weight - 0.5 * self.squares(y, x, mean, factor) - 0.5 * self.log_determinant(factor))
        constant = 0.5 * x.shape[1] * numpy.log(2 * numpy.pi)
        return self.number(numpy.stack(logs, axis=1) - constant), self.number(numpy.stack(gradients))

    # All of them.
    def responsibilities(self, logs):
        terms = numpy.exp(logs - logs.max(axis=1, keepdims=True))
        return terms / terms.sum(axis=1, keepdims=True)

    def combine(self, logs, gradients):
        return -numpy.einsum("nk,knd->nd", self.responsibilities(logs), gradients)

    def score(self, x, t):
        return self.combine(*self.components(x, t))

    def log_density(self, x, t):
        return numpy.logaddexp.reduce(self.components(x, t)[0], axis=1)

    def convert(self, x, t, score):
        a, variance = self.signal(t), self.noise_variance(t)
        s = numpy.sqrt(variance)
        return {"score": lambda: score, "noise": lambda: -s * score, "x0": lambda: (x + variance * score) / a,
                "v": lambda: -s / a * (x + score), "velocity": lambda: -self.rate * (x + score)}[self.predicts]()

    # What is asked from outside.
    def answer(self, op, x, t):
        x = self.number(self.store(x))
        with numpy.errstate(all="ignore"):
            if op == "log_density":
                return self.store(self.log_density(x, t))
            if op == "responsibilities":
                return self.store(self.responsibilities(self.components(x, t)[0]))
            return self.store(self.convert(x, t, self.score(x, t)))

    def __call__(self, x, t):
        return self.answer("score", x, t)
