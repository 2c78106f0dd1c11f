"""assert_sampler: does a sampler draw from a mixture? Exact tests only."""
import dataclasses

import numpy

from .tolerance import Components


@dataclasses.dataclass
class SamplerCheck:
    """One test; `p_value` is exact or an upper bound, for every number of draws."""

    kind: str
    place: str
    observed: float
    expected: float
    p_value: float


@dataclasses.dataclass
class SamplerReport:
    """All tests, the worst first. Rejected if the smallest p-value is at most alpha divided by their number."""

    checks: list
    alpha: float
    count: int

    @property
    def p_value(self):
        """Bonferroni's: right samplers have p_value <= a with probability at most a."""
        return min(1.0, len(self.checks) * self.checks[0].p_value)

    @property
    def rejected(self):
        return self.p_value <= self.alpha

    def text(self):
        worst = self.checks[0]
        lines = [f"these {self.count} draws are not from the mixture: p = {self.p_value:.3g} <= alpha = {self.alpha:g} "
                 f"({len(self.checks)} tests)"]
        lines += [f"  {c.kind}, {c.place}: observed {c.observed:.6g}, expected {c.expected:.6g}, p = {c.p_value:.3g}"
                  for c in self.checks[:5] if c.p_value <= max(self.alpha / len(self.checks), worst.p_value)]
        return "\n".join(lines)


def _directions(components, seed):
    """Unit vectors with names: coordinate axes, lines between means, the widest and the thinnest axis of a component, random."""
    d = components.means.shape[1]
    found = [(f"coordinate {m}", numpy.eye(d)[m]) for m in range(min(d, 8))]
    for i in range(min(len(components.means), 6)):
        vectors = numpy.linalg.eigh(components.covariances[i])[1]
        found += [(f"the widest axis of component {i}", vectors[:, -1]), (f"the thinnest axis of component {i}", vectors[:, 0])]
        for j in range(i):
            line = components.means[i] - components.means[j]
            if numpy.linalg.norm(line) > 0:
                found.append((f"the line through the means {j} and {i}", line))
    found += [(f"random direction {i}", u) for i, u in enumerate(numpy.random.default_rng(seed).standard_normal((2, d)))]
    distinct = []
    for name, vector in found:
        unit = vector / numpy.linalg.norm(vector)
        if all(abs(unit @ other) < 0.999 for _, other in distinct):
            distinct.append((name, unit))
    return distinct


class _Line:
    """The law of u.x: sum_i w_i N(u.mu_i, u^T Q_i u), whose distribution function is exact up to rounding."""

    def __init__(self, components, unit):
        self.weights = numpy.exp(components.log_weights)
        self.means = components.means @ unit
        self.deviations = numpy.sqrt(numpy.einsum("i,kij,j->k", unit, components.covariances, unit))

    def distribution(self, y):
        from scipy.special import ndtr

        return numpy.minimum(1, ndtr((y[:, None] - self.means) / self.deviations) @ self.weights)

    def near_quantile(self, level):
        low = numpy.min(self.means - 40 * self.deviations)
        high = numpy.max(self.means + 40 * self.deviations)
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if self.distribution(numpy.array([middle]))[0] < level else (low, middle)
        return high


def _binomial(successes, trials, probability):
    from scipy.stats import binom

    return min(1.0, 2 * min(binom.cdf(successes, trials, probability), binom.sf(successes - 1, trials, probability)))


def _kolmogorov_smirnov(probabilities):
    """(D, p): twice the exact one-sided tail of Smirnov and of Birnbaum and Tingey, which bounds the two-sided one."""
    from scipy.special import smirnov

    n = len(probabilities)
    values = numpy.sort(probabilities)
    statistic = max(numpy.max(numpy.arange(1, n + 1) / n - values), numpy.max(values - numpy.arange(n) / n))
    return statistic, min(1.0, 2 * float(smirnov(n, statistic)))


def _two_counts(mine, of_mine, others, of_others):
    """Fisher's exact test that two samples fall into a set equally often."""
    from scipy.stats import hypergeom

    law = hypergeom(of_mine + of_others, mine + others, of_mine)
    return min(1.0, 2 * min(law.cdf(mine), law.sf(mine - 1)))


def examine_sampler(points, mixture, alpha=0.01, time=0, seed=0):
    """The report on draws of shape (n, d), whatever it says.

    Kolmogorov-Smirnov on projections, whose laws are exact; the number of draws beyond the truth's quantiles 1e-4 ... 1/2 on each
    (binomial); and, against 4 n draws of our own, how many are where each component is the likeliest and where the density is
    below its quantiles (Fisher). All sets are chosen from the truth alone.
    """
    x = numpy.asarray(points, dtype=float)
    if x.ndim != 2 or x.shape[1] != mixture.dimension or len(x) < 2:
        raise ValueError(f"the draws have shape {x.shape}, expected (n, {mixture.dimension}) with n >= 2")
    if not numpy.isfinite(x).all():
        raise AssertionError(f"draw {int(numpy.argmax(~numpy.isfinite(x).all(axis=1)))} is not finite")
    components, n, checks = Components(mixture, time), len(x), []
    for name, unit in _directions(components, seed):
        line, values = _Line(components, unit), x @ unit
        statistic, p = _kolmogorov_smirnov(line.distribution(values))
        checks.append(SamplerCheck("distribution", name, statistic, 0.0, p))
        for level in (1e-4, 1e-2, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1 - 1e-4):
            cut = line.near_quantile(level)
            probability = float(line.distribution(numpy.array([cut]))[0])
            below = int(numpy.sum(values <= cut))
            checks.append(SamplerCheck("set", f"{name} <= {cut:.4g}", below / n, probability, _binomial(below, n, probability)))
    own = mixture.draw(4 * n, seed=seed + 2**32, time=time)[0]
    if mixture.size > 1:
        mine, ours = (numpy.argmax(mixture.responsibilities(y, time), axis=1) for y in (x, own))
        for i in range(mixture.size):
            a, b = int(numpy.sum(mine == i)), int(numpy.sum(ours == i))
            checks.append(SamplerCheck("weight", f"where component {i} is likeliest", a / n, b / (4 * n), _two_counts(a, n, b, 4 * n)))
    mine, ours = mixture.log_density(x, time), mixture.log_density(own, time)
    cuts = numpy.quantile(mixture.log_density(mixture.draw(4000, seed=seed + 2**33, time=time)[0], time), (0.01, 0.1, 0.5, 0.9))
    for cut in cuts:
        a, b = int(numpy.sum(mine <= cut)), int(numpy.sum(ours <= cut))
        checks.append(SamplerCheck("density", f"log density <= {cut:.4g}", a / n, b / (4 * n), _two_counts(a, n, b, 4 * n)))
    return SamplerReport(sorted(checks, key=lambda check: check.p_value), alpha, n)


def assert_sampler(f, mixture, alpha=0.01, count=10000, time=0, seed=0):
    """Raises AssertionError if the draws f(count), of shape (count, d), are not from the mixture (at the time).

    A right sampler with independent draws fails with probability at most alpha, for every count: each p-value is exact or an upper
    bound (examine_sampler says which tests there are), and Bonferroni's inequality puts them together. Needs SciPy. The report of
    a sampler that passes is returned.

    >>> import verimix
    >>> mixture = verimix.instance("sep1")
    >>> assert_sampler(lambda n: mixture.draw(n, seed=3)[0], mixture).rejected
    False
    """
    report = examine_sampler(f(count), mixture, alpha, time, seed)
    if report.rejected:
        raise AssertionError(report.text())
    return report
