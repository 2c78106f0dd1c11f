"""How far a correct implementation may be from the truth: conditioning times unit roundoff, per coordinate.

The bound is that of points 1 to 5 of proofs-notes/mixture/density.md with other constants. With Q = L L^T at time t, z = x - mu,
g = Q^-1 z, A = |L||L|^T and N = |L^-T||L^-1|, in units of the dtype's roundoff u:

    an entry of Q_t           c A,  c = 3 sqrt(d) + 6 + 2 t       rounding of Q, t and of a Cholesky factorisation, see below;
                                                                t is that of our process plus |log scale| of another one
    g                         N (|x| + (2 + t)|mu| + c |z| + c A |g|) / (1 - theta),      theta = c u max-row-sum(N A)
    l = log(weight density)   |g|.(|x| + (2 + t)|mu|) + c/2 (|g|.A|g| + sum N * A) + c (1 + |log weight| + |L^-1 z|^2/2 + sum |log L_jj| + d)
    weights                   w e^dl / sum w e^-dl above, w e^-dl / sum w e^dl below: no first-order expansion

An inner product of length d errs by at most d u and, with roundings that are independent, by a multiple of sqrt(d) u (Higham and
Mary 2019); 3 sqrt(d) is what is granted here. Where theta >= 1/2 the dtype cannot carry the covariance and nothing is judged.
The bound itself is evaluated in float64.
"""
import numpy

_ROUNDOFF = {"float64": 2.0**-53, "float32": 2.0**-24, "bfloat16": 2.0**-8}


def unit_roundoff(dtype):
    """Half the distance from 1 to the next number: 2^-53, 2^-24, 2^-8 for float64, float32, bfloat16."""
    name = str(dtype) if str(dtype) in _ROUNDOFF else numpy.dtype(dtype).name
    if name not in _ROUNDOFF:
        raise ValueError(f"dtype: {dtype!r}: expected one of {', '.join(_ROUNDOFF)}")
    return _ROUNDOFF[name]


def round_to(values, dtype):
    """The values nearest in the dtype; bfloat16, which NumPy lacks, as float32 with 8 significant bits."""
    if dtype != "bfloat16":
        return numpy.asarray(values, dtype=dtype)
    bits = numpy.ascontiguousarray(values, dtype=numpy.float32).view(numpy.uint32)
    rounded = bits + numpy.uint32(0x7FFF) + ((bits >> numpy.uint32(16)) & numpy.uint32(1))
    return (rounded & numpy.uint32(0xFFFF0000)).view(numpy.float32)


class Components:
    """The law of scale x_t in float64: what the bound and the choice of points need of every component."""

    def __init__(self, mixture, time, scale=1.0):
        weights, means, covariances = mixture.parameters(time)
        means, covariances = scale * means, scale**2 * covariances
        kept = weights > 0
        self.time = float(time) + abs(float(numpy.log(scale)))
        self.log_weights, self.means = numpy.log(weights[kept]), means[kept]
        self.covariances = covariances[kept]
        self.factors = numpy.linalg.cholesky(self.covariances)
        self.whitenings = numpy.linalg.inv(self.factors)
        self.log_diagonals = numpy.log(numpy.diagonal(self.factors, axis1=1, axis2=2))

    def whitened(self, x):
        """(k, n, d): L^-1 (x - mu)."""
        return numpy.stack([(x - m) @ w.T for m, w in zip(self.means, self.whitenings)])

    def log_terms(self, x):
        """(k, n): log of weight times density."""
        squares = numpy.sum(self.whitened(x) ** 2, axis=2)
        constant = self.log_weights - self.log_diagonals.sum(axis=1) - 0.5 * x.shape[1] * numpy.log(2 * numpy.pi)
        return constant[:, None] - 0.5 * squares


def score_tolerance(components, x, roundoff):
    """(tolerance (n, d), judged (n,)): what rounding may do to each coordinate of the score, and where anything can be said."""
    c = 3 * numpy.sqrt(x.shape[1]) + 6 + 2 * components.time
    logs, squares = components.log_terms(x), numpy.sum(components.whitened(x) ** 2, axis=2)
    gradients, gradient_errors, log_errors = [], [], []
    for i, (mean, whitening, factor) in enumerate(zip(components.means, components.whitenings, components.factors)):
        size = numpy.abs(whitening.T) @ numpy.abs(whitening)
        spread = numpy.abs(factor) @ numpy.abs(factor.T)
        z = x - mean
        g = z @ whitening.T @ whitening
        inputs = numpy.abs(x) + (2 + components.time) * numpy.abs(mean)
        contraction = c * roundoff * numpy.max(numpy.sum(size @ spread, axis=1))
        inflate = 1 / (1 - contraction) if contraction < 0.5 else numpy.inf
        moved = numpy.abs(g) @ spread
        gradients.append(g)
        gradient_errors.append(roundoff * inflate * ((inputs + c * numpy.abs(z) + c * moved) @ size))
        terms = 1 + abs(components.log_weights[i]) + squares[i] / 2 + numpy.abs(components.log_diagonals[i]).sum() + x.shape[1]
        log_errors.append(roundoff * inflate * (numpy.sum(numpy.abs(g) * inputs, axis=1) + c * terms
                                                + c / 2 * (numpy.sum(moved * numpy.abs(g), axis=1) + numpy.sum(size * spread))))
    g, dg, dl = numpy.stack(gradients), numpy.stack(gradient_errors), numpy.stack(log_errors)
    with numpy.errstate(over="ignore", invalid="ignore", divide="ignore"):
        relative = logs - logs.max(axis=0)
        weights = numpy.exp(relative) / numpy.exp(relative).sum(axis=0)
        least, most = numpy.exp(relative - dl), numpy.exp(relative + dl)
        above, below = numpy.minimum(1, most / least.sum(axis=0)), least / most.sum(axis=0)
        change = numpy.maximum(above - weights, weights - below)
        centred = numpy.abs(g - numpy.einsum("kn,knd->nd", weights, g))
        tolerance = (numpy.einsum("kn,knd->nd", above, dg) + numpy.einsum("kn,knd->nd", change, centred)
                     + roundoff * (len(g) + 4) * numpy.einsum("kn,knd->nd", above, numpy.abs(g)))
    # A coordinate that is 0 by symmetry: one rounding of the largest, since methods that turn the space mix coordinates.
    tolerance += roundoff * numpy.max(numpy.einsum("kn,knd->nd", above, numpy.abs(g)), axis=1, keepdims=True)
    judged = numpy.isfinite(tolerance).all(axis=1)
    return tolerance, judged
