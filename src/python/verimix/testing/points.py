"""The points at which mistakes show, and what they look like in a dtype."""
import itertools
from typing import Any

import numpy
from numpy.typing import ArrayLike, NDArray

from .._verimix import Mixture


def round_to(values: ArrayLike, dtype: str) -> NDArray[Any]:
    """The values nearest in the dtype; bfloat16, which NumPy lacks, as float32 with 8 significant bits."""
    if dtype != "bfloat16":
        return numpy.asarray(values, dtype=dtype)
    bits = numpy.ascontiguousarray(values, dtype=numpy.float32).view(numpy.uint32)
    rounded = bits + numpy.uint32(0x7FFF) + ((bits >> numpy.uint32(16)) & numpy.uint32(1))
    return (rounded & numpy.uint32(0xFFFF0000)).view(numpy.float32)


class _Law:
    """The components of positive weight in float64."""

    def __init__(self, mixture, time):
        weights, means, covariances = mixture.parameters(time)
        kept = weights > 0
        self.log_weights, self.means, self.covariances = numpy.log(weights[kept]), means[kept], covariances[kept]
        self.factors = numpy.linalg.cholesky(self.covariances)

    def log_term(self, i, x):
        """log of weight times density, without the constant that all share."""
        y = numpy.linalg.solve(self.factors[i], x - self.means[i])
        return self.log_weights[i] - numpy.log(numpy.diagonal(self.factors[i])).sum() - y @ y / 2


def _ridge(law, i, j):
    """Where the terms i and j are equal on the segment between their means, by bisection; None if nowhere."""
    a, b = law.means[i], law.means[j]

    def difference(s):
        return law.log_term(i, a + s * (b - a)) - law.log_term(j, a + s * (b - a))

    low, high = 0.0, 1.0
    if not difference(low) > 0 > difference(high):
        return None
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if difference(middle) > 0 else (low, middle)
    return a + low * (b - a)


def telling_points(mixture: Mixture, time: float = 0, seed: int = 0) -> tuple[NDArray[numpy.float64], list[str]]:
    """(points (n, d), kinds): typical draws, the means and beside them, between means, ridges where two components are
    equally likely and beside them, and the tail at 6, 15, 40 and 1000 deviations, where the density is 0 in floating point.

    >>> import verimix
    >>> points, kinds = telling_points(verimix.instance("over1"), 0.1)
    >>> sorted(set(kinds))
    ['beside a ridge', 'between means', 'far tail', 'mean', 'near a mean', 'ridge', 'typical']
    """
    law = _Law(mixture, time)
    d = mixture.dimension
    random = numpy.random.default_rng(seed)
    found = [("typical", x) for x in mixture.draw(8, seed=seed, time=time)[0]]
    order = numpy.argsort(-law.log_weights, kind="stable")
    chosen = list(dict.fromkeys([*order[:4].tolist(), int(order[-1])]))
    for i in chosen:
        found.append(("mean", law.means[i]))
        found.append(("near a mean", law.means[i] + law.factors[i] @ (1e-3 * random.standard_normal(d))))
    pairs = sorted(itertools.combinations(chosen, 2), key=lambda pair: float(numpy.linalg.norm(law.means[pair[0]] - law.means[pair[1]])))
    for i, j in pairs[:4]:
        found.append(("between means", (law.means[i] + law.means[j]) / 2))
        ridge = _ridge(law, i, j)
        if ridge is not None:
            found.append(("ridge", ridge))
            found.extend(("beside a ridge", ridge + s * (law.means[j] - law.means[i])) for s in (-0.05, 0.05))
    centre = numpy.exp(law.log_weights) @ law.means
    widest = float(numpy.sqrt(max(numpy.linalg.norm(q, 2) for q in law.covariances)))
    for deviations in (6, 15, 40, 1000):
        direction = random.standard_normal(d)
        axis = numpy.zeros(d)
        axis[random.integers(d)] = 1
        for unit in (direction / numpy.linalg.norm(direction), axis, -axis):
            found.append(("far tail" if deviations > 6 else "typical", centre + deviations * widest * unit))
    return numpy.array([x for _, x in found]), [kind for kind, _ in found]
