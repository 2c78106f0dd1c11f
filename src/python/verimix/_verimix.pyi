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

class SampleCheck:
    """One test of a sample."""

    @property
    def kind(self) -> str:
        """distribution, set, weight, moment or stein."""
    @property
    def place(self) -> str: ...
    @property
    def observed(self) -> float: ...
    @property
    def expected(self) -> float: ...
    @property
    def p_value(self) -> float:
        """Exact or a proved upper bound, for every number of draws."""
    @property
    def adjusted(self) -> float:
        """p_value over its share of alpha."""

class SampleReport:
    """All tests of a sample, the worst first."""

    @property
    def rejected(self) -> bool: ...
    @property
    def p_value(self) -> float:
        """The smallest adjusted p-value: right samplers have p_value <= a with probability at most a."""
    @property
    def checks(self) -> list[SampleCheck]: ...
    @property
    def alpha(self) -> float: ...
    @property
    def count(self) -> int: ...
    @property
    def powers(self) -> list[tuple[str, float, float, float]]:
        """(alternative, its size, the share that was rejected, a 95% lower bound of that)."""
    def text(self) -> str: ...
    def to_dict(self) -> dict[str, Any]:
        """verimix.validate/1."""

class Judgement:
    """What became of a case."""

    @property
    def id(self) -> str: ...
    @property
    def flags(self) -> list[str]: ...
    @property
    def outcome(self) -> str:
        """pass, wrong, not-finite, wrong-shape, garbage or inapplicable."""
    @property
    def failed(self) -> bool: ...
    @property
    def error_in_tolerances(self) -> Optional[float]:
        """At the worst entry; None where there is no number."""
    @property
    def place(self) -> str:
        """The worst entry, "[0][2]"."""
    @property
    def got(self) -> str: ...
    @property
    def lower(self) -> str: ...
    @property
    def upper(self) -> str: ...

class VectorCase:
    """A question with exact inputs, and its answer as enclosures."""

    @property
    def id(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def flags(self) -> list[str]: ...
    @property
    def tier(self) -> str:
        """smoke, or full where it belongs to that tier alone."""
    @property
    def op(self) -> str:
        """log_density, score, responsibilities, jacobian or prediction."""
    @property
    def predicts(self) -> str: ...
    @property
    def mixture(self) -> Mixture: ...
    @property
    def process(self) -> Optional[dict[str, Any]]:
        """None for dx = -x dt + sqrt(2) dw."""
    @property
    def time(self) -> float: ...
    @property
    def points(self) -> Floats:
        """(n, d)."""
    @property
    def shape(self) -> tuple[int, ...]:
        """The answer's."""
    @property
    def lower(self) -> Floats:
        """Rounded down."""
    @property
    def upper(self) -> Floats:
        """Rounded up."""
    @property
    def lower_text(self) -> list[str]:
        """In row-major order, as are upper_text."""
    @property
    def upper_text(self) -> list[str]: ...
    @property
    def input_condition(self) -> Floats:
        """Bounds the change of an entry for a relative change 1 of the inputs, to first order."""
    @property
    def operation_condition(self) -> Floats:
        """The same for the intermediate results of an evaluation."""
    @property
    def operations(self) -> int:
        """How many roundings operation_condition is counted for."""
    def tolerance(self, dtype: str = "float64") -> Optional[Floats]:
        """By entry, for float64, float32 or bfloat16; None where the dtype does not apply."""
    def inapplicable(self, dtype: str = "float64") -> str:
        """Why the dtype does not apply; empty if it does."""
    def judge(self, answer: ArrayLike, dtype: str = "float64") -> Judgement:
        """An entry is right if its distance from the enclosure is at most its tolerance; this is decided exactly."""
    def request(self, dtype: str = "float64") -> str:
        """The line that `verimix validate --command` sends."""

def check_sample(mixture: Mixture, x: ArrayLike, *, time: Number = 0, alpha: float = 0.01, seed: int = 1, power: int = 0,
                 threads: int = 0) -> SampleReport:
    """Are these points (n, d) independent draws of the mixture at the time? With `power` also the power against five alternatives,
    from so many samples each."""

def make_cases(mixture: Mixture, x: Any, time: Number, op: str, predicts: str, process: Optional[Process],
               by_point: bool) -> list[VectorCase]:
    """One case for all points, or one a point."""

def load_vectors(folder: Union[str, PathLike[str]], tier: Optional[str]) -> list[VectorCase]: ...
def vector_cases(tier: str) -> list[VectorCase]: ...
def generate_vectors(folder: Union[str, PathLike[str]], tier: str) -> None: ...
def verify_vectors(folder: Union[str, PathLike[str]]) -> list[str]: ...
def vector_flags() -> dict[str, str]: ...
def dtype_roundoffs() -> dict[str, tuple[float, float]]: ...

def convert(predicted: Floats, x: Floats, process: Process, time: Number, source: str, target: str) -> Floats:
    """One prediction (score, noise, x0, v, velocity) at points x (n, d) turned into another."""
