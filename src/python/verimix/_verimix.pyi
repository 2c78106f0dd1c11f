from fractions import Fraction
from os import PathLike
from typing import Any, Mapping, Optional, Sequence, Union

import numpy
from numpy.typing import ArrayLike, NDArray

Number = Union[int, float, str, Fraction]
Floats = NDArray[numpy.float64]
Process = Union[str, Mapping[str, Any]]

__version__: str

class Enclosure:
    """Numbers that are proved to lie between `lower` and `upper`."""

    @property
    def lower(self) -> Floats:
        """Rounded down."""
    @property
    def upper(self) -> Floats:
        """Rounded up."""
    @property
    def text(self) -> NDArray[numpy.object_]:
        """Pairs (lower, upper) of decimals with all digits that are known."""

class Distance:
    """A distance between `lower` and `upper`, with the evidence for it."""

    @property
    def metric(self) -> str: ...
    @property
    def lower(self) -> float:
        """Rounded down."""
    @property
    def upper(self) -> float:
        """Rounded up."""
    @property
    def lower_text(self) -> str: ...
    @property
    def upper_text(self) -> str: ...
    @property
    def evidence(self) -> str:
        """certified or estimated."""
    @property
    def confidence(self) -> Optional[float]:
        """Of an estimate; None if certified."""
    @property
    def method(self) -> str: ...

class Mixture:
    """sum_i weights[i] N(means[i], covariances[i]) with exact parameters.

    Sequences of ints, Fractions and strings ("1/3", "0.25", "0x1p-3") are read exactly and floats as the binary numbers that they
    are; the weights must then sum to 1 exactly. If all three are arrays of floats, the largest weight becomes 1 minus the others.
    InputError (a ValueError) names what is wrong.
    """

    def __init__(self, weights: Any, means: Any, covariances: Any, name: str = "") -> None: ...
    @staticmethod
    def from_file(path: Union[str, PathLike[str]]) -> Mixture:
        """A file verimix.mixture/1."""
    @staticmethod
    def from_dict(document: dict[str, Any]) -> Mixture:
        """The document of such a file; a float stands for the decimal that Python prints for it."""
    @staticmethod
    def from_json(text: str) -> Mixture: ...
    def to_dict(self) -> dict[str, Any]: ...
    def to_json(self) -> str: ...
    def save(self, path: Union[str, PathLike[str]]) -> None: ...
    @property
    def name(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def size(self) -> int:
        """The number of components."""
    def parameters(self, time: Number = 0) -> tuple[Floats, Floats, Floats]:
        """Weights (k,), means (k, d), covariances (k, d, d) of the law at the time, rounded."""
    def conditioning(self, time: Number = 0) -> dict[str, float]:
        """alpha, beta, R, tau, lambda_min."""
    def log_density(self, x: ArrayLike, time: Number = 0, threads: int = 0) -> Floats:
        """(n,)."""
    def score(self, x: ArrayLike, time: Number = 0, threads: int = 0) -> Floats:
        """(n, d): the gradient of the log density."""
    def responsibilities(self, x: ArrayLike, time: Number = 0, threads: int = 0) -> Floats:
        """(n, k)."""
    def jacobian(self, x: ArrayLike, time: Number = 0, threads: int = 0) -> Floats:
        """(n, d, d): the derivative of the score."""
    def enclose(self, x: Any, time: Number = 0, digits: int = 30, jacobian: bool = False, threads: int = 0) -> dict[str, Enclosure]:
        """log_density, score, responsibilities and, if asked for, jacobian, certified to 10^-digits; x and time are exact."""
    def draw(self, count: int, seed: int = 0, first: int = 0, time: Number = 0) -> tuple[Floats, NDArray[numpy.int64]]:
        """Independent draws (count, d) and their components; the same seed gives the same bits."""

def instance(name: str, **settings: Any) -> Mixture:
    """A built-in mixture; `families()` names them and their settings."""

def families() -> list[tuple[str, str, dict[str, tuple[str, str]]]]:
    """(name, formula, settings: (default, domain))."""

def distance(p: Mixture, q: Mixture, metric: str = "tv", *, time: Number = 0, digits: Optional[int] = None,
             samples: Optional[int] = None, confidence: float = 0.99, seed: int = 1, threads: int = 0) -> Distance:
    """tv, kl, hellinger2 or fisher. With `digits` an enclosure of relative width 10^-digits, or UndecidedError."""

def noise_level(process: Process, time: Number) -> dict[str, float]:
    """signal a, noise_variance s^2, signal_rate, noise_rate of x_u = a x_0 + s eps at the user's time u."""

def rescaling(process: Process, time: Number, predicts: str) -> dict[str, Any]:
    """x_u = scale x_t in law, for our process at `time`; the prediction is of_point x + of_score grad log p_u(x)."""

def convert(predicted: Floats, x: Floats, process: Process, time: Number, source: str, target: str) -> Floats:
    """One prediction (score, noise, x0, v, velocity) at points x (n, d) turned into another."""
