"""The points at which mistakes show."""
import itertools

import numpy

from .tolerance import Components


def _ridge(components, i, j):
    """Where the terms i and j are equal on the segment between their means, by bisection; None if nowhere."""
    a, b = components.means[i], components.means[j]

    def difference(s):
        terms = components.log_terms((a + s * (b - a))[None, :])[:, 0]
        return terms[i] - terms[j]

    low, high = 0.0, 1.0
    if not difference(low) > 0 > difference(high):
        return None
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if difference(middle) > 0 else (low, middle)
    return a + low * (b - a)


def telling_points(mixture, time=0, seed=0):
    """(points (n, d), kinds): typical draws, the means and beside them, between means, ridges where two components are
    equally likely and beside them, and the tail at 6, 15, 40 and 1000 deviations, where the density is 0 in floating point.

    >>> import verimix
    >>> points, kinds = telling_points(verimix.instance("over1"), 0.1)
    >>> sorted(set(kinds))
    ['beside a ridge', 'between means', 'far tail', 'mean', 'near a mean', 'ridge', 'typical']
    """
    components = Components(mixture, time)
    d = mixture.dimension
    random = numpy.random.default_rng(seed)
    found = [("typical", x) for x in mixture.draw(8, seed=seed, time=time)[0]]
    order = numpy.argsort(-components.log_weights, kind="stable")
    chosen = list(dict.fromkeys([*order[:4].tolist(), int(order[-1])]))
    for i in chosen:
        found.append(("mean", components.means[i]))
        found.append(("near a mean", components.means[i] + components.factors[i] @ (1e-3 * random.standard_normal(d))))
    pairs = sorted(itertools.combinations(chosen, 2),
                   key=lambda pair: float(numpy.linalg.norm(components.means[pair[0]] - components.means[pair[1]])))
    for i, j in pairs[:4]:
        found.append(("between means", (components.means[i] + components.means[j]) / 2))
        ridge = _ridge(components, i, j)
        if ridge is not None:
            found.append(("ridge", ridge))
            found.extend(("beside a ridge", ridge + s * (components.means[j] - components.means[i])) for s in (-0.05, 0.05))
    centre = numpy.exp(components.log_weights) @ components.means
    widest = float(numpy.sqrt(max(numpy.linalg.norm(q, 2) for q in components.covariances)))
    for deviations in (6, 15, 40, 1000):
        direction = random.standard_normal(d)
        axis = numpy.zeros(d)
        axis[random.integers(d)] = 1
        for unit in (direction / numpy.linalg.norm(direction), axis, -axis):
            found.append(("far tail" if deviations > 6 else "typical", centre + deviations * widest * unit))
    return numpy.array([x for _, x in found]), [kind for kind, _ in found]
