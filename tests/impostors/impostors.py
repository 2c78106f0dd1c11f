"""Wrong implementations, each the correct one with one step replaced by a mistake that is easily made."""
import numpy

from correct import Implementation
from verimix.testing.tolerance import round_to


# Densities where their logarithms belong.

class DensityFloor(Implementation):
    mistake = "1e-8 is added to the density against division by zero"

    def combine(self, logs, gradients):
        density = numpy.exp(logs)
        return -numpy.einsum("nk,knd->nd", density, gradients) / (density.sum(axis=1, keepdims=True) + 1e-8)


class SmallDensityFloor(Implementation):
    mistake = "the least float32 is added to the density against division by zero"

    def combine(self, logs, gradients):
        density = numpy.exp(logs)
        return -numpy.einsum("nk,knd->nd", density, gradients) / (density.sum(axis=1, keepdims=True) + 1.2e-38)


class Densities(Implementation):
    mistake = "densities are summed, not their logarithms: 0/0 in the tail"

    def responsibilities(self, logs):
        return numpy.exp(logs) / numpy.exp(logs).sum(axis=1, keepdims=True)


class UnderflowMadeZero(Densities):
    mistake = "the 0/0 of underflowing densities is replaced by 0"

    def responsibilities(self, logs):
        return numpy.nan_to_num(super().responsibilities(logs))


class ClippedExponent(Implementation):
    mistake = "log densities are clipped at -50 before the softmax"

    def responsibilities(self, logs):
        return super().responsibilities(numpy.clip(logs, -50, None))


class ClippedScore(Implementation):
    mistake = "the score is clipped to [-10, 10]"

    def score(self, x, t):
        return numpy.clip(super().score(x, t), -10, 10)


class FloorOnResponsibilities(Implementation):
    mistake = "responsibilities are kept above 1e-6"

    def responsibilities(self, logs):
        return numpy.maximum(super().responsibilities(logs), 1e-6)


# The Gaussian.

class MissingNormaliser(Implementation):
    mistake = "the determinants are left out of the densities"

    def log_determinant(self, factor):
        return 0.0


class DeterminantWithoutRoot(Implementation):
    mistake = "the density is divided by det Q where its root belongs"

    def log_determinant(self, factor):
        return 2 * super().log_determinant(factor)


class DeterminantOfHalf(Implementation):
    mistake = "log det Q is the sum of the log diagonal of L, without the factor 2"

    def log_determinant(self, factor):
        return super().log_determinant(factor) / 2


class DeterminantSign(Implementation):
    mistake = "the log determinant has the wrong sign, as if L were the factor of the precision"

    def log_determinant(self, factor):
        return -super().log_determinant(factor)


class DeterminantByProduct(Implementation):
    mistake = "the determinant is a product before it is a logarithm: it under- or overflows in high dimension"

    def log_determinant(self, factor):
        return numpy.log(numpy.prod(numpy.diagonal(factor) ** 2))


class HalfForgotten(Implementation):
    mistake = "exp(-z^T Q^-1 z) without the half"

    def squares(self, y, x, mean, factor):
        return 2 * super().squares(y, x, mean, factor)


class MeanOfSquares(Implementation):
    mistake = "the square is averaged over the coordinates instead of summed"

    def squares(self, y, x, mean, factor):
        return numpy.mean(y**2, axis=1)


class NormNotSquared(Implementation):
    mistake = "the norm of y where its square belongs"

    def squares(self, y, x, mean, factor):
        return numpy.sqrt(numpy.sum(y**2, axis=1))


class ExpandedSquare(Implementation):
    mistake = "|x - mu|^2 as |x|^2 - 2 x.mu + |mu|^2, which cancels far from the origin"

    def squares(self, y, x, mean, factor):
        u, v = self.whiten(factor, x), self.whiten(factor, mean[None, :])
        return numpy.sum(u**2, axis=1) - 2 * u @ v[0] + numpy.sum(v**2)


class VarianceAsDeviation(Implementation):
    mistake = "variances are taken for deviations and squared"

    def covariances_at(self, t):
        q = super().covariances_at(t)
        return q @ q


class DeviationAsVariance(Implementation):
    mistake = "deviations are taken for variances"

    def covariances_at(self, t):
        values, vectors = numpy.linalg.eigh(super().covariances_at(t))
        return (vectors * numpy.sqrt(values)[:, None, :]) @ numpy.swapaxes(vectors, 1, 2)


class PrecisionAsCovariance(Implementation):
    mistake = "the parameter is taken for a precision"

    def covariances_at(self, t):
        return numpy.linalg.inv(super().covariances_at(t))


class TransposedFactor(Implementation):
    mistake = "the upper factor is used as if it were the lower: Q = L^T L"

    def covariances_at(self, t):
        factors = numpy.linalg.cholesky(super().covariances_at(t))
        return numpy.swapaxes(factors, 1, 2) @ factors


class InverseForTransposedInverse(Implementation):
    mistake = "the gradient is L^-1 L^-1 z instead of L^-T L^-1 z"

    def unwhiten(self, factor, y):
        return self.whiten(factor, y)


class WhitenedGradient(Implementation):
    mistake = "the gradient stops at L^-1 z"

    def unwhiten(self, factor, y):
        return y


class FactorNotInverted(Implementation):
    mistake = "multiplies by L^T where it should solve"

    def unwhiten(self, factor, y):
        return y @ factor


class SymmetrisedWrongly(Implementation):
    mistake = "the lower triangle plus its transpose: the diagonal counts twice"

    def covariances_at(self, t):
        lower = numpy.tril(super().covariances_at(t))
        return lower + numpy.swapaxes(lower, 1, 2)


class DiagonalOnly(Implementation):
    mistake = "correlations are dropped"

    def covariances_at(self, t):
        return super().covariances_at(t) * numpy.eye(self.means.shape[1], dtype=self.means.dtype)


class Spherical(Implementation):
    mistake = "one variance for all coordinates, the mean of the diagonal"

    def covariances_at(self, t):
        q = super().covariances_at(t)
        identity = numpy.eye(q.shape[1], dtype=q.dtype)
        return numpy.trace(q, axis1=1, axis2=2)[:, None, None] / q.shape[1] * identity


class Tied(Implementation):
    mistake = "every component gets the covariance of the first"

    def covariances_at(self, t):
        q = super().covariances_at(t)
        return numpy.broadcast_to(q[0], q.shape)


class Jitter(Implementation):
    mistake = "1e-6 is added to the diagonal so that Cholesky succeeds"

    def covariances_at(self, t):
        return super().covariances_at(t) + 1e-6 * numpy.eye(self.means.shape[1])


class VarianceFloor(Implementation):
    mistake = "variances are kept above 1e-3"

    def covariances_at(self, t):
        values, vectors = numpy.linalg.eigh(super().covariances_at(t))
        return (vectors * numpy.maximum(values, 1e-3)[:, None, :]) @ numpy.swapaxes(vectors, 1, 2)


class PseudoInverse(Implementation):
    mistake = "a pseudo-inverse with rcond = 1e-4 drops the thin directions"

    def components(self, x, t):
        logs, _ = super().components(x, t)
        inverses = numpy.linalg.pinv(self.covariances_at(t), rcond=1e-4)
        return logs, numpy.stack([(x - m) @ p for m, p in zip(self.means_at(t), inverses)])


# The weights.

class WeightsIgnored(Implementation):
    mistake = "all components weigh the same"

    def log_weights(self):
        return numpy.zeros_like(self.weights)


class WeightsNotLogged(Implementation):
    mistake = "the weight is added to the log density, not its logarithm"

    def log_weights(self):
        return self.weights


class WeightsTwice(Implementation):
    mistake = "the weights enter twice"

    def responsibilities(self, logs):
        return super().responsibilities(logs + numpy.log(self.weights))


class WeightsAsLogits(Implementation):
    mistake = "a softmax is applied to weights that are weights already"

    def log_weights(self):
        return self.weights - numpy.log(numpy.exp(self.weights).sum())


class SmoothedWeights(Implementation):
    mistake = "weights are smoothed by 0.01 before they are normalised again"

    def log_weights(self):
        return numpy.log((self.weights + 0.01) / (1 + 0.01 * len(self.weights)))


class WeightFloor(Implementation):
    mistake = "log(weight + 1e-10): a component of weight 0 comes back to life in the tail"

    def log_weights(self):
        return numpy.log(self.weights + 1e-10)


class ZeroWeightTimesLog(Implementation):
    mistake = "w log w / w: NaN for a component of weight 0"

    def log_weights(self):
        return self.weights * numpy.log(self.weights) / self.weights


class Pruned(Implementation):
    mistake = "components of weight below 1e-3 are left out"

    def log_weights(self):
        return numpy.where(self.weights < 1e-3, -numpy.inf, super().log_weights())


# From components to the mixture.

class NearestOnly(Implementation):
    mistake = "only the most likely component counts"

    def responsibilities(self, logs):
        return numpy.eye(logs.shape[1])[numpy.argmax(logs, axis=1)]


class TopTwo(Implementation):
    mistake = "only the two most likely components count"

    def responsibilities(self, logs):
        third = numpy.sort(logs, axis=1)[:, max(0, logs.shape[1] - 2), None]
        return super().responsibilities(numpy.where(logs < third, -numpy.inf, logs))


class PriorWeights(Implementation):
    mistake = "component scores are averaged with the weights instead of the responsibilities"

    def responsibilities(self, logs):
        return numpy.broadcast_to(self.weights, logs.shape)


class SumOfScores(Implementation):
    mistake = "component scores are averaged with equal weights"

    def responsibilities(self, logs):
        return numpy.full(logs.shape, 1 / logs.shape[1])


class NotNormalised(Implementation):
    mistake = "exp(l - max) without dividing by the sum"

    def responsibilities(self, logs):
        return numpy.exp(logs - logs.max(axis=1, keepdims=True))


class SoftmaxOverPoints(Implementation):
    mistake = "the maximum of the softmax is taken over the batch: single points underflow"

    def responsibilities(self, logs):
        terms = numpy.exp(logs - logs.max())
        return terms / terms.sum(axis=1, keepdims=True)


class SoftmaxTwice(Implementation):
    mistake = "a softmax of a softmax"

    def responsibilities(self, logs):
        return super().responsibilities(super().responsibilities(logs))


class OneGaussian(Implementation):
    mistake = "the mixture is replaced by the Gaussian of the same mean and covariance"

    def score(self, x, t):
        w, m = self.weights, self.means_at(t)
        mean = w @ m
        q = numpy.einsum("k,kij->ij", w, self.covariances_at(t) + numpy.einsum("ki,kj->kij", m - mean, m - mean))
        return -numpy.linalg.solve(q, (x - mean).T).T


# Time and noise.

class TimeReversed(Implementation):
    mistake = "time runs from 1 to 0"

    def __call__(self, x, t):
        return super().__call__(x, abs(1 - t))


class LostFactorTwo(Implementation):
    mistake = "the factor 2 of the diffusion is lost: the variance is 1 - e^-t"

    def noise_variance(self, t):
        return self.store(-numpy.expm1(-t))


class HalvedClock(Implementation):
    mistake = "the clock of dx = -x/2 dt + dw"

    def __call__(self, x, t):
        return super().__call__(x, t / 2)


class SignalNotSquared(Implementation):
    mistake = "the covariance is scaled by e^-t"

    def covariances_at(self, t):
        identity = numpy.eye(self.means.shape[1], dtype=self.means.dtype)
        return self.signal(t) * self.covariances + self.noise_variance(t) * identity


class NoiseAsDeviation(Implementation):
    mistake = "the deviation of the noise is added where its variance belongs"

    def covariances_at(self, t):
        identity = numpy.eye(self.means.shape[1], dtype=self.means.dtype)
        return self.signal(t) ** 2 * self.covariances + numpy.sqrt(self.noise_variance(t)) * identity


class NoiseByCancellation(Implementation):
    mistake = "1 - exp(-2t) loses its digits for small t"

    def noise_variance(self, t):
        one = self.store(1.0)
        return self.store(one - self.store(numpy.exp(-2 * t)))


class NoiseTruncated(Implementation):
    mistake = "the variance of the noise is 2t, its first term"

    def noise_variance(self, t):
        return self.store(2 * t)


class UnitNoise(Implementation):
    mistake = "the noise has variance 1 at every time"

    def noise_variance(self, t):
        return self.store(1.0)


class CovarianceNotNoised(Implementation):
    mistake = "the covariances stay those of time 0"

    def covariances_at(self, t):
        return self.covariances


class CovarianceNotScaled(Implementation):
    mistake = "noise is added to covariances that are not scaled down"

    def covariances_at(self, t):
        return self.covariances + self.noise_variance(t) * numpy.eye(self.means.shape[1])


class MeanNotScaled(Implementation):
    mistake = "the means stay those of time 0"

    def means_at(self, t):
        return self.means


class MeanScaledTwice(Implementation):
    mistake = "the means are scaled by e^-2t"

    def means_at(self, t):
        return self.signal(t) ** 2 * self.means


class TimeOnGrid(Implementation):
    mistake = "the time is rounded to a grid of 1000 steps up to 3"

    def __call__(self, x, t):
        return super().__call__(x, round(t / 3 * 1000) * 3 / 1000)


class EarliestTime(Implementation):
    mistake = "the time is kept above 1e-3"

    def __call__(self, x, t):
        return super().__call__(x, max(t, 1e-3))


class FirstTimeKept(Implementation):
    mistake = "the factorisation of the first time is kept for all"

    def __call__(self, x, t):
        self.first = getattr(self, "first", t)
        return super().__call__(x, self.first)


class ConvergedEarly(Implementation):
    mistake = "from t = 1 on the law is taken for N(0, Id)"

    def score(self, x, t):
        return -x if t >= 1 else super().score(x, t)


# What is predicted.

class SignFlipped(Implementation):
    mistake = "z = mu - x: the sign is wrong"

    def convert(self, x, t, score):
        return super().convert(x, t, -score)


class MissingNoiseScale(Implementation):
    mistake = "-noise is returned as the score, without the division by s"

    def convert(self, x, t, score):
        return super().convert(x, t, numpy.sqrt(self.noise_variance(t)) * score)


class DividedByVariance(Implementation):
    mistake = "divided by s^2 where s belongs"

    def convert(self, x, t, score):
        return super().convert(x, t, score / numpy.sqrt(self.noise_variance(t)))


class Doubled(Implementation):
    mistake = "the gradient of log p^2"

    def convert(self, x, t, score):
        return super().convert(x, t, 2 * score)


class NoiseForX0(Implementation):
    mistake = "noise and x0 are exchanged"

    def __init__(self, *parameters, predicts="score", **settings):
        exchanged = {"noise": "x0", "x0": "noise", "score": "noise"}.get(predicts, predicts)
        super().__init__(*parameters, predicts=exchanged, **settings)


class VSign(Implementation):
    mistake = "v and the noise with the wrong sign"

    def convert(self, x, t, score):
        return (-1 if self.predicts in ("v", "noise") else 1) * super().convert(x, t, score)


class DenoiserNotScaled(Implementation):
    mistake = "x + s^2 score without the division by e^-t, and v from it"

    def convert(self, x, t, score):
        return super().convert(x, t, score) * (self.signal(t) if self.predicts in ("x0", "v") else 1)


# Arithmetic.

class SinglePrecision(Implementation):
    mistake = "float32 inside"

    def store(self, values):
        values = round_to(values, self.dtype)
        return round_to(values.astype("float32"), "bfloat16") if self.dtype != "float64" else values.astype("float32").astype("float64")


class SingleExponential(Implementation):
    mistake = "the softmax alone is done in float32"

    def responsibilities(self, logs):
        return super().responsibilities(logs.astype(numpy.float32)).astype(numpy.float32)


class CentralDifferences(Implementation):
    mistake = "the score is a difference quotient of the log density"

    def score(self, x, t):
        columns = []
        for unit in 1e-5 * numpy.eye(x.shape[1]):
            right, left = (numpy.logaddexp.reduce(self.components(y, t)[0], axis=1) for y in (x + unit, x - unit))
            columns.append((right - left) / 2e-5)
        return numpy.stack(columns, axis=1)


class BatchCentred(Implementation):
    mistake = "the mean of the batch is subtracted"

    def score(self, x, t):
        score = super().score(x, t)
        return score - score.mean(axis=0)


def everyone():
    """Every class of this file, in its order."""
    return [kind for kind in globals().values() if isinstance(kind, type) and kind is not Implementation]
