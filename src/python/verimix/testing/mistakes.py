"""Which mistake explains a wrong score: each is tried on the truth and compared with what was got."""
import numpy

from .. import InputError, Mixture, UndecidedError

_LARGEST_DIMENSION = 64


def _score(x, weights, means, covariances):
    """The score of another law, or None where it has no density."""
    symmetric = (covariances + numpy.swapaxes(covariances, 1, 2)) / 2
    try:
        return Mixture(weights / weights.sum(), means, symmetric).score(x)
    except (InputError, UndecidedError):
        return None


def _power(covariances, exponent):
    values, vectors = numpy.linalg.eigh(covariances)
    return (vectors * numpy.maximum(values, 1e-300)[:, None, :] ** exponent) @ numpy.swapaxes(vectors, 1, 2)


def _other_laws(mixture, time):
    """(mistake, (weights, means, covariances)): what mistakes make of the parameters."""
    w, m, q = mixture.parameters(0)
    wt, mt, qt = mixture.parameters(time)
    identity = numpy.eye(mixture.dimension)
    a, variance = numpy.exp(-time), -numpy.expm1(-2 * time)
    if time > 0:
        yield "the covariances are not noised", (w, mt, q)
        yield "the means are not scaled by e^-t", (w, m, qt)
        yield "the noise is added without scaling the signal", (w, m, q + variance * identity)
        yield "time is ignored", (w, m, q)
        yield "a factor 2 is lost in the diffusion: the variance is 1 - e^-t", (w, mt, a**2 * q + (1 - a) * identity)
        yield "a factor 2 is lost in time: e^-t where e^-2t belongs", (w, mt, a * q + variance * identity)
        yield "the deviation sqrt(1 - e^-2t) is added as if it were the variance", (
            w, mt, a**2 * q + numpy.sqrt(variance) * identity)
    yield "variances are taken for deviations", (wt, mt, qt @ qt)
    yield "deviations are taken for variances", (wt, mt, _power(qt, 0.5))
    yield "precision and covariance are exchanged", (wt, mt, _power(qt, -1))
    yield "the weights are ignored", (numpy.where(wt > 0, 1.0, 0.0), mt, qt)
    yield "the weights are squared", (wt**2, mt, qt)
    log_determinants = numpy.linalg.slogdet(qt)[1]
    relative = log_determinants - log_determinants.max()
    yield "the normaliser det Q^-1/2 is missing", (wt * numpy.exp(relative / 2), mt, qt)
    if mixture.dimension > 1:
        yield "the correlations are ignored", (wt, mt, qt * identity)
        factor = numpy.linalg.cholesky(qt)
        yield "the factor is transposed: L^T L where L L^T belongs", (wt, mt, numpy.swapaxes(factor, 1, 2) @ factor)


def _scores(mixture, x, time):
    """(mistake, score): what each mistake makes of the score."""
    score = mixture.score(x, time)
    deviation = float(numpy.sqrt(-numpy.expm1(-2 * time)))
    yield "the sign is wrong", -score
    yield "it is twice too large", 2 * score
    yield "it is half as large as it should be", score / 2
    if time > 0:
        a = float(numpy.exp(-time))
        for name, other in (("the noise", -deviation * score), ("minus the noise", deviation * score),
                            ("x0", (x + deviation**2 * score) / a), ("v", -deviation / a * (x + score)),
                            ("minus v", deviation / a * (x + score))):
            yield f"this is {name}, not the score", other
        yield "a division by the deviation s of the noise too many", score / deviation
        yield "a division by the variance s^2 of the noise too many", score / deviation**2
        for other, mistake in ((2 * time, "the time is doubled"), (time / 2, "the time is halved"), (1 - time, "time runs backwards")):
            if other > 0 and other != time:
                yield mistake, mixture.score(x, other)
    log_density = mixture.log_density(x, time)[:, None]
    for floor in (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 1e-20, 1e-30, 1e-300):
        yield f"{floor:g} is added to the density before the division", score / (1 + floor * numpy.exp(numpy.minimum(-log_density, 700)))
    nearest = numpy.eye(mixture.size)[numpy.argmax(mixture.responsibilities(x, time), axis=1)]
    _, means, covariances = mixture.parameters(time)
    gradients = numpy.stack([numpy.linalg.solve(q, (x - m).T).T for m, q in zip(means, covariances)])
    yield "only the most likely component counts", -numpy.einsum("nk,knd->nd", nearest, gradients)
    for mistake, law in _other_laws(mixture, time):
        score = _score(x, *law)
        if score is not None:
            yield mistake, score


def _simple_mistake(report):
    """Of the prediction alone, whatever the process."""
    truth = (report.lower + report.upper) / 2
    for mistake, factor in (("the sign is wrong", -1), ("it is twice too large", 2), ("it is half as large as it should be", 0.5)):
        if numpy.allclose(report.got, factor * truth, rtol=1e-2):
            return mistake
    return None


def likely_mistake(report, mixture):
    """The known mistake that reproduces what was got at most points and wherever it matters, or None."""
    got, x, time = report.got, report.points, report.time
    finite = numpy.isfinite(got).all(axis=1)
    if report.process != "ou" or mixture.dimension > _LARGEST_DIMENSION:
        return _simple_mistake(report)
    log_density = mixture.log_density(x, time)
    right = report.errors <= 1
    underflow = numpy.log(1e-300 if report.dtype == "float64" else 1e-37)
    lost = ~finite | (got == 0).all(axis=1)
    if lost.any() and right[~lost].all() and (log_density[lost] < underflow).all():
        return "densities underflow: work with their logarithms (log-sum-exp)"
    x, got, truth = x[finite], got[finite], mixture.score(x[finite], time)
    if not len(x):
        return None
    a, s = float(numpy.exp(-time)), float(numpy.sqrt(-numpy.expm1(-2 * time)))
    as_prediction = {"score": lambda v: v, "noise": lambda v: -s * v, "x0": lambda v: (x + s**2 * v) / a,
                     "v": lambda v: -s / a * (x + v)}[report.predicts]
    accuracy = {"float64": 1e-4, "float32": 1e-3}.get(report.dtype, 0.05)
    best = (0.8, None)
    for mistake, score in _scores(mixture, x, time):
        expected, right = as_prediction(score), as_prediction(truth)
        scale = accuracy * (numpy.linalg.norm(expected, axis=1) + numpy.linalg.norm(right, axis=1) + 1e-300)
        explained = numpy.linalg.norm(got - expected, axis=1) <= scale
        telling = numpy.linalg.norm(right - expected, axis=1) > 3 * scale
        share = float(numpy.mean(explained)) if explained[telling].any() and explained[telling].mean() > 0.8 else 0.0
        if share > best[0]:
            best = (share, mistake)
    errors = report.errors[report.judged]
    if best[1] is None and report.dtype == "float64" and errors.max() <= 2.0**29 and numpy.median(errors) >= 2.0**16:
        return "some of it is computed in less than float64"
    return best[1]
