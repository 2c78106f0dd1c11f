"""assert_sampler: does a sampler draw from a mixture?"""
from typing import Any, Callable

import numpy
from numpy.typing import ArrayLike

from .._verimix import Mixture, SampleReport, check_sample


def assert_sampler(f: Callable[[int], ArrayLike], mixture: Mixture, alpha: float = 0.01, count: int = 10000, time: Any = 0,
                   seed: int = 1) -> SampleReport:
    """Raises AssertionError if the draws f(count), of shape (count, d), are not from the mixture (at the time).

    The tests are those of `verimix validate --samples` (proofs-notes/validate/sample_check.md): each p-value is exact or a proved
    bound for every count, and the union bound puts them together, so that a right sampler with independent draws fails with
    probability at most alpha (1e-4 <= alpha < 1). `seed` is that of the reference sample of the Stein test. The report of a sampler
    that passes is returned; its `checks` are all tests, the worst first.

    >>> import verimix
    >>> mixture = verimix.instance("sep1")
    >>> assert_sampler(lambda n: mixture.draw(n, seed=3)[0], mixture, count=1000).rejected
    False
    """
    x = numpy.asarray(f(count), dtype=float)
    if x.shape != (count, mixture.dimension):
        raise AssertionError(f"the draws have shape {x.shape}, expected ({count}, {mixture.dimension})")
    finite = numpy.isfinite(x).all(axis=1)
    if not finite.all():
        raise AssertionError(f"draw {int(numpy.argmin(finite))} is not finite")
    report = check_sample(mixture, x, time=time, alpha=alpha, seed=seed)
    if report.rejected:
        raise AssertionError(f"these {count} draws are not from the mixture: {report.text()}")
    return report
