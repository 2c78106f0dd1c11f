"""Wrong implementations, each the correct one with one step replaced by a mistake that is easily made.

`source` says where the mistake is from: "public code" names a thread (repository#number) in which it was reported or mended, "our own"
stands for mistakes that we made up. No code is taken over: a thread tells the kind of mistake, the few lines here are ours.
"""
import numpy

from correct import Implementation


# Densities where their logarithms belong.

class DensityFloor(Implementation):
    mistake = "1e-8 is added to the density against division by zero"
    source = "public code: motokimura/PyTorch_Gaussian_YOLOv3#48 adds an epsilon to a Gaussian density"

    def combine(self, logs, gradients):
        density = numpy.exp(logs)
        return -numpy.einsum("nk,knd->nd", density, gradients) / (density.sum(axis=1, keepdims=True) + 1e-8)


class SmallDensityFloor(Implementation):
    mistake = "the least float32 is added to the density against division by zero"
    source = "public code: hmmlearn/hmmlearn#35 puts the smallest float where exponentials underflow"

    def combine(self, logs, gradients):
        density = numpy.exp(logs)
        return -numpy.einsum("nk,knd->nd", density, gradients) / (density.sum(axis=1, keepdims=True) + 1.2e-38)


class Densities(Implementation):
    mistake = "densities are summed, not their logarithms: 0/0 in the tail"
    source = "public code: microsoft/knossos-ksc#523, a log-sum-exp of a mixture without the maximum"

    def responsibilities(self, logs):
        return numpy.exp(logs) / numpy.exp(logs).sum(axis=1, keepdims=True)


class UnderflowMadeZero(Densities):
    mistake = "the 0/0 of underflowing densities is replaced by 0"
    source = "our own: the usual patch of the one before"

    def responsibilities(self, logs):
        return numpy.nan_to_num(super().responsibilities(logs))


class ClippedExponent(Implementation):
    mistake = "log densities are clipped at -50 before the softmax"
    source = "our own: a guard against large or small numbers that bites"

    def responsibilities(self, logs):
        return super().responsibilities(numpy.clip(logs, -50, None))


class ClippedScore(Implementation):
    mistake = "the score is clipped to [-10, 10]"
    source = "our own: a guard against large or small numbers that bites"

    def score(self, x, t):
        return numpy.clip(super().score(x, t), -10, 10)


class FloorOnResponsibilities(Implementation):
    mistake = "responsibilities are kept above 1e-6"
    source = "our own: a guard against large or small numbers that bites"

    def responsibilities(self, logs):
        return numpy.maximum(super().responsibilities(logs), 1e-6)


# The Gaussian.

class MissingNormaliser(Implementation):
    mistake = "the determinants are left out of the densities"
    source = "public code: akuhara/RF_INV#5, no determinant in a likelihood that needs one"

    def log_determinant(self, factor):
        return 0.0


class DeterminantWithoutRoot(Implementation):
    mistake = "the density is divided by det Q where its root belongs"
    source = "public code: esheldon/ngmix#47 mends the root of a determinant"

    def log_determinant(self, factor):
        return 2 * super().log_determinant(factor)


class DeterminantOfHalf(Implementation):
    mistake = "log det Q is the sum of the log diagonal of L, without the factor 2"
    source = "public code: covaruber/sommer#78, a factor missing in a log-determinant"

    def log_determinant(self, factor):
        return super().log_determinant(factor) / 2


class DeterminantSign(Implementation):
    mistake = "the log determinant has the wrong sign, as if L were the factor of the precision"
    source = "public code: scikit-learn/scikit-learn#10751, a log-determinant with the wrong sign"

    def log_determinant(self, factor):
        return -super().log_determinant(factor)


class DeterminantByProduct(Implementation):
    mistake = "the determinant is a product before it is a logarithm: it under- or overflows in high dimension"
    source = "public code: scikit-learn/scikit-learn#33, a determinant made as a product overflows"

    def log_determinant(self, factor):
        return numpy.log(numpy.prod(numpy.diagonal(factor) ** 2))


class HalfForgotten(Implementation):
    mistake = "exp(-z^T Q^-1 z) without the half"
    source = "public code: stan-dev/rstanarm#229, the -1/2 in front reaches one term only, for want of brackets"

    def squares(self, y, x, mean, factor):
        return 2 * super().squares(y, x, mean, factor)


class MeanOfSquares(Implementation):
    mistake = "the square is averaged over the coordinates instead of summed"
    source = "our own: a slip of the pen in the formula"

    def squares(self, y, x, mean, factor):
        return numpy.mean(y**2, axis=1)


class NormNotSquared(Implementation):
    mistake = "the norm of y where its square belongs"
    source = "our own: a slip of the pen in the formula"

    def squares(self, y, x, mean, factor):
        return numpy.sqrt(numpy.sum(y**2, axis=1))


class ExpandedSquare(Implementation):
    mistake = "|x - mu|^2 as |x|^2 - 2 x.mu + |mu|^2, which cancels far from the origin"
    source = "public code: scikit-learn/scikit-learn#9354, |x|^2 - 2 x.y + |y|^2 in single precision"

    def squares(self, y, x, mean, factor):
        u, v = self.whiten(factor, x), self.whiten(factor, mean[None, :])
        return numpy.sum(u**2, axis=1) - 2 * u @ v[0] + numpy.sum(v**2)


class VarianceAsDeviation(Implementation):
    mistake = "variances are taken for deviations and squared"
    source = "public code: JuliaStats/Distributions.jl#263, a normal law is made from a variance that is read as a deviation"

    def covariances_at(self, t):
        q = super().covariances_at(t)
        return q @ q


class DeviationAsVariance(Implementation):
    mistake = "deviations are taken for variances"
    source = "public code: hill-a/stable-baselines#1060, a deviation is taken for a variance"

    def covariances_at(self, t):
        values, vectors = numpy.linalg.eigh(super().covariances_at(t))
        return (vectors * numpy.sqrt(values)[:, None, :]) @ numpy.swapaxes(vectors, 1, 2)


class PrecisionAsCovariance(Implementation):
    mistake = "the parameter is taken for a precision"
    source = "public code: izmailovpavel/flowgmm#7, a precision is passed where a covariance is expected"

    def covariances_at(self, t):
        return numpy.linalg.inv(super().covariances_at(t))


class TransposedFactor(Implementation):
    mistake = "the upper factor is used as if it were the lower: Q = L^T L"
    source = "public code: stan-dev/stan#2671, the lower factor where the upper one belongs"

    def covariances_at(self, t):
        factors = numpy.linalg.cholesky(super().covariances_at(t))
        return numpy.swapaxes(factors, 1, 2) @ factors


class InverseForTransposedInverse(Implementation):
    mistake = "the gradient is L^-1 L^-1 z instead of L^-T L^-1 z"
    source = "public code: atsa-es/MARSS#78, a triangular factor where its transpose belongs"

    def unwhiten(self, factor, y):
        return self.whiten(factor, y)


class WhitenedGradient(Implementation):
    mistake = "the gradient stops at L^-1 z"
    source = "our own: a slip of the pen in the formula"

    def unwhiten(self, factor, y):
        return y


class FactorNotInverted(Implementation):
    mistake = "multiplies by L^T where it should solve"
    source = "public code: ctgk/PRML#29, the covariance of a mixture's component is not inverted"

    def unwhiten(self, factor, y):
        return y @ factor


class SymmetrisedWrongly(Implementation):
    mistake = "the lower triangle plus its transpose: the diagonal counts twice"
    source = "our own: a slip of the pen in the formula"

    def covariances_at(self, t):
        lower = numpy.tril(super().covariances_at(t))
        return lower + numpy.swapaxes(lower, 1, 2)


class DiagonalOnly(Implementation):
    mistake = "correlations are dropped"
    source = "public code: bartz-org/bartz#199, a full covariance is silently made diagonal"

    def covariances_at(self, t):
        return super().covariances_at(t) * numpy.eye(self.means.shape[1], dtype=self.means.dtype)


class Spherical(Implementation):
    mistake = "one variance for all coordinates, the mean of the diagonal"
    source = "our own: the restricted covariance types of mixture libraries, confused"

    def covariances_at(self, t):
        q = super().covariances_at(t)
        return numpy.trace(q, axis1=1, axis2=2)[:, None, None] / q.shape[1] * self.identity()


class Tied(Implementation):
    mistake = "every component gets the covariance of the first"
    source = "our own: the restricted covariance types of mixture libraries, confused"

    def covariances_at(self, t):
        q = super().covariances_at(t)
        return numpy.broadcast_to(q[0], q.shape)


class Jitter(Implementation):
    mistake = "1e-6 is added to the diagonal so that Cholesky succeeds"
    source = "public code: GPflow/GPflow#767, a jitter of 1e-6 changes the result"

    def covariances_at(self, t):
        return super().covariances_at(t) + 1e-6 * numpy.eye(self.means.shape[1])


class VarianceFloor(Implementation):
    mistake = "variances are kept above 1e-3"
    source = "public code: UbiquityRobotics/fiducials#112, a clamp keeps variances above a floor"

    def covariances_at(self, t):
        values, vectors = numpy.linalg.eigh(super().covariances_at(t))
        return (vectors * numpy.maximum(values, 1e-3)[:, None, :]) @ numpy.swapaxes(vectors, 1, 2)


class PseudoInverse(Implementation):
    mistake = "a pseudo-inverse with rcond = 1e-4 drops the thin directions"
    source = "public code: scipy/scipy#24718, a cut-off takes a regular covariance for a singular one"

    def components(self, x, t):
        logs, _ = super().components(x, t)
        inverses = numpy.linalg.pinv(self.covariances_at(t), rcond=1e-4)
        return logs, numpy.stack([(x - m) @ p for m, p in zip(self.means_at(t), inverses)])


# The weights.

class WeightsIgnored(Implementation):
    mistake = "all components weigh the same"
    source = "public code: MarineRoboticsGroup/dcsam#21, a mixture's log weights are not used"

    def log_weights(self):
        return numpy.zeros_like(self.weights)


class WeightsNotLogged(Implementation):
    mistake = "the weight is added to the log density, not its logarithm"
    source = "public code: JavierAntoran/Bayesian-Neural-Networks#15, weights are added where they multiply"

    def log_weights(self):
        return self.weights


class WeightsTwice(Implementation):
    mistake = "the weights enter twice"
    source = "our own: a slip of the pen in the formula"

    def responsibilities(self, logs):
        return super().responsibilities(logs + numpy.log(self.weights))


class WeightsAsLogits(Implementation):
    mistake = "a softmax is applied to weights that are weights already"
    source = "public code: pyro-ppl/numpyro#1489 has this confusion the other way round: logits enter as if they were log weights"

    def log_weights(self):
        return self.weights - numpy.log(numpy.exp(self.weights).sum())


class SmoothedWeights(Implementation):
    mistake = "weights are smoothed by 0.01 before they are normalised again"
    source = "our own: a cheaper computation that is taken for the exact one"

    def log_weights(self):
        return numpy.log((self.weights + 0.01) / (1 + 0.01 * len(self.weights)))


class WeightFloor(Implementation):
    mistake = "log(weight + 1e-10): a component of weight 0 comes back to life in the tail"
    source = "public code: dstl/Stone-Soup#648 replaces weights of 0 by the machine epsilon"

    def log_weights(self):
        return numpy.log(self.weights + 1e-10)


class ZeroWeightTimesLog(Implementation):
    mistake = "w log w / w: NaN for a component of weight 0"
    source = "public code: tensorflow/probability#867, 0 log 0 is NaN"

    def log_weights(self):
        return self.weights * numpy.log(self.weights) / self.weights


class Pruned(Implementation):
    mistake = "components of weight below 1e-3 are left out"
    source = "our own: what trackers and EM do to small components, done to a density"

    def log_weights(self):
        return numpy.where(self.weights < 1e-3, -numpy.inf, super().log_weights())


# From components to the mixture.

class NearestOnly(Implementation):
    mistake = "only the most likely component counts"
    source = "our own: a cheaper computation that is taken for the exact one"

    def responsibilities(self, logs):
        return numpy.eye(logs.shape[1])[numpy.argmax(logs, axis=1)]


class TopTwo(Implementation):
    mistake = "only the two most likely components count"
    source = "our own: a cheaper computation that is taken for the exact one"

    def responsibilities(self, logs):
        third = numpy.sort(logs, axis=1)[:, max(0, logs.shape[1] - 2), None]
        return super().responsibilities(numpy.where(logs < third, -numpy.inf, logs))


class PriorWeights(Implementation):
    mistake = "component scores are averaged with the weights instead of the responsibilities"
    source = "our own: a slip of the pen in the formula"

    def responsibilities(self, logs):
        return numpy.broadcast_to(self.weights, logs.shape)


class SumOfScores(Implementation):
    mistake = "component scores are averaged with equal weights"
    source = "our own: a slip of the pen in the formula"

    def responsibilities(self, logs):
        return numpy.full(logs.shape, 1 / logs.shape[1])


class NotNormalised(Implementation):
    mistake = "exp(l - max) without dividing by the sum"
    source = "our own: a slip of the pen in the formula"

    def responsibilities(self, logs):
        return numpy.exp(logs - logs.max(axis=1, keepdims=True))


class SoftmaxOverPoints(Implementation):
    mistake = "the maximum of the softmax is taken over the batch: single points underflow"
    source = "public code: CSTR-Edinburgh/merlin#37, the maximum is taken along the batch"

    def responsibilities(self, logs):
        terms = numpy.exp(logs - logs.max())
        return terms / terms.sum(axis=1, keepdims=True)


class SoftmaxTwice(Implementation):
    mistake = "a softmax of a softmax"
    source = "public code: runame/laplace-redux#1, a softmax of a softmax"

    def responsibilities(self, logs):
        return super().responsibilities(super().responsibilities(logs))


class OneGaussian(Implementation):
    mistake = "the mixture is replaced by the Gaussian of the same mean and covariance"
    source = "our own: a cheaper computation that is taken for the exact one"

    def score(self, x, t):
        w, m = self.weights, self.means_at(t)
        mean = w @ m
        q = numpy.einsum("k,kij->ij", w, self.covariances_at(t) + numpy.einsum("ki,kj->kij", m - mean, m - mean))
        return -numpy.linalg.solve(q, (x - mean).T).T


# Time and noise.

class TimeReversed(Implementation):
    mistake = "time runs from 1 to 0"
    source = "public code: nathan-barry/tiny-diffusion#2, the steps run from clean to noisy"

    def answer(self, op, x, t):
        return super().answer(op, x, abs(1 - t))


class LostFactorTwo(Implementation):
    mistake = "the factor 2 of the diffusion is lost: the variance is 1 - e^-t"
    source = "public code: deepinv/deepinv#1343, a factor 2 missing in a variance-preserving schedule"

    def noise_variance(self, t):
        return self.number(-numpy.expm1(-t))


class HalvedClock(Implementation):
    mistake = "the clock of dx = -x/2 dt + dw"
    source = "our own: two conventions of the same process, mixed"

    def answer(self, op, x, t):
        return super().answer(op, x, t / 2)


class SignalNotSquared(Implementation):
    mistake = "the covariance is scaled by e^-t"
    source = "public code: huggingface/diffusers#590, a square missing in a noise schedule"

    def covariances_at(self, t):
        return self.signal(t) * self.covariances + self.noise_variance(t) * self.identity()


class NoiseAsDeviation(Implementation):
    mistake = "the deviation of the noise is added where its variance belongs"
    source = "public code: keras-team/keras#1503, no root between a noise's variance and its deviation"

    def covariances_at(self, t):
        return self.signal(t) ** 2 * self.covariances + numpy.sqrt(self.noise_variance(t)) * self.identity()


class NoiseByCancellation(Implementation):
    mistake = "1 - exp(-2t) loses its digits for small t"
    source = "public code: SciML/DiffEqNoiseProcess.jl#159, exp(x) - 1 in the variance of an Ornstein-Uhlenbeck process"

    def noise_variance(self, t):
        return self.number(1.0) - self.number(numpy.exp(-2 * t))


class NoiseTruncated(Implementation):
    mistake = "the variance of the noise is 2t, its first term"
    source = "our own: a cheaper computation that is taken for the exact one"

    def noise_variance(self, t):
        return self.number(2 * t)


class UnitNoise(Implementation):
    mistake = "the noise has variance 1 at every time"
    source = "our own: two conventions of the same process, mixed"

    def noise_variance(self, t):
        return self.number(1.0)


class CovarianceNotNoised(Implementation):
    mistake = "the covariances stay those of time 0"
    source = "our own: a slip of the pen in the formula"

    def covariances_at(self, t):
        return self.covariances


class CovarianceNotScaled(Implementation):
    mistake = "noise is added to covariances that are not scaled down"
    source = "our own: a slip of the pen in the formula"

    def covariances_at(self, t):
        return self.covariances + self.noise_variance(t) * numpy.eye(self.means.shape[1])


class MeanNotScaled(Implementation):
    mistake = "the means stay those of time 0"
    source = "our own: a slip of the pen in the formula"

    def means_at(self, t):
        return self.means


class MeanScaledTwice(Implementation):
    mistake = "the means are scaled by e^-2t"
    source = "our own: a slip of the pen in the formula"

    def means_at(self, t):
        return self.signal(t) ** 2 * self.means


class TimeOnGrid(Implementation):
    mistake = "the time is rounded to a grid of 1000 steps up to 3"
    source = "public code: Stability-AI/stablediffusion#226, the index of a step is taken for its time"

    def answer(self, op, x, t):
        return super().answer(op, x, round(t / 3 * 1000) * 3 / 1000)


class EarliestTime(Implementation):
    mistake = "the time is kept above 1e-3"
    source = "public code: jcopo/diffuse#12 clips times away from 0 before it converts a score"

    def answer(self, op, x, t):
        return super().answer(op, x, max(t, 1e-3))


class FirstTimeKept(Implementation):
    mistake = "the factorisation of the first time is kept for all"
    source = "our own: a cheaper computation that is taken for the exact one"

    def answer(self, op, x, t):
        self.first = getattr(self, "first", t)
        return super().answer(op, x, self.first)


class ConvergedEarly(Implementation):
    mistake = "from t = 1 on the law is taken for N(0, Id)"
    source = "our own: a cheaper computation that is taken for the exact one"

    def score(self, x, t):
        return -x if t >= 1 else super().score(x, t)


# What is predicted.

class SignFlipped(Implementation):
    mistake = "z = mu - x: the sign is wrong"
    source = "public code: acids-ircam/diffusion_models#7, the target of denoising has the wrong sign"

    def convert(self, x, t, score):
        return super().convert(x, t, -score)


class MissingNoiseScale(Implementation):
    mistake = "-noise is returned as the score, without the division by s"
    source = "our own: score and noise, confused"

    def convert(self, x, t, score):
        return super().convert(x, t, numpy.sqrt(self.noise_variance(t)) * score)


class DividedByVariance(Implementation):
    mistake = "divided by s^2 where s belongs"
    source = "our own: a slip of the pen in the formula"

    def convert(self, x, t, score):
        return super().convert(x, t, score / numpy.sqrt(self.noise_variance(t)))


class Doubled(Implementation):
    mistake = "the gradient of log p^2"
    source = "our own: a slip of the pen in the formula"

    def convert(self, x, t, score):
        return super().convert(x, t, 2 * score)


class NoiseForX0(Implementation):
    mistake = "noise and x0 are exchanged"
    source = "our own: two predictions, confused"

    def __init__(self, *parameters, predicts="score", **settings):
        exchanged = {"noise": "x0", "x0": "noise", "score": "noise"}.get(predicts, predicts)
        super().__init__(*parameters, predicts=exchanged, **settings)


class VSign(Implementation):
    mistake = "v and the noise with the wrong sign"
    source = "public code: d8ahazard/sd_dreambooth_extension#1438, what was worked out for noise is wrong for v"

    def convert(self, x, t, score):
        return (-1 if self.predicts in ("v", "noise") else 1) * super().convert(x, t, score)


class DenoiserNotScaled(Implementation):
    mistake = "x + s^2 score without the division by e^-t, and v from it"
    source = "our own: a slip of the pen in the formula"

    def convert(self, x, t, score):
        return super().convert(x, t, score) * (self.signal(t) if self.predicts in ("x0", "v") else 1)


# Arithmetic.

class SinglePrecision(Implementation):
    mistake = "float32 inside"
    source = "public code: PaddlePaddle/Paddle#26767, parameters given in float64 are kept in float32"

    def number(self, values):
        return numpy.asarray(values, "float32")


class SingleExponential(Implementation):
    mistake = "the softmax alone is done in float32"
    source = "our own: a cheaper computation that is taken for the exact one"

    def responsibilities(self, logs):
        return super().responsibilities(logs.astype(numpy.float32)).astype(numpy.float32)


class CentralDifferences(Implementation):
    mistake = "the score is a difference quotient of the log density"
    source = "our own: a cheaper computation that is taken for the exact one"

    def score(self, x, t):
        columns = []
        for unit in 1e-5 * numpy.eye(x.shape[1]):
            right, left = (numpy.logaddexp.reduce(self.components(y, t)[0], axis=1) for y in (x + unit, x - unit))
            columns.append((right - left) / 2e-5)
        return numpy.stack(columns, axis=1)


class BatchCentred(Implementation):
    mistake = "the mean of the batch is subtracted"
    source = "our own: a slip of the pen in the formula"

    def score(self, x, t):
        score = super().score(x, t)
        return score - score.mean(axis=0)


def everyone():
    """Every class of this file, in its order."""
    return [kind for kind in globals().values() if isinstance(kind, type) and kind is not Implementation]
