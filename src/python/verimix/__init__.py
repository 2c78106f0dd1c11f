"""Exact scores and densities of Gaussian mixtures under diffusion, and certified distances between them.

>>> import numpy, verimix
>>> mixture = verimix.instance("over1")
>>> mixture
<verimix.Mixture over1, dimension 1, 2 components>
>>> print(f"{mixture.score(numpy.array([[0.5]]), time=0.1)[0, 0]:.12f}")
0.140948898281

Time is that of dx = -x dt + sqrt(2) dw, 0 the mixture itself. Points are float64 arrays of shape (n, d) in C order, which are
read in place; other real arrays are converted by one copy. All work runs without the interpreter's lock, on `threads` threads
(0: as many as the machine has), and the results do not depend on their number.
"""
from .errors import InputError, UndecidedError  # isort: skip
from . import vectors
from ._verimix import (Distance, Enclosure, Mixture, SampleReport, __version__, check_sample, convert, distance, families, instance,
                       noise_level, rescaling)

__all__ = ["Distance", "Enclosure", "InputError", "Mixture", "SampleReport", "UndecidedError", "__version__", "check_sample", "convert",
           "distance", "families", "instance", "noise_level", "rescaling", "vectors"]
