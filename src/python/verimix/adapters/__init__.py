"""Other libraries as implementations under test: each module answers the requests of `verimix validate` over a pipe.

    verimix vectors generate --output vectors
    verimix validate --vectors vectors --command 'python3 -m verimix.adapters.scipy_normal'

To test your own code copy one of the modules: a function from a Question to an array, and a call of `serve`.
"""
import dataclasses
import importlib
import json
import sys
from types import ModuleType
from typing import Any, Callable, Sequence

import numpy
from numpy.typing import ArrayLike, NDArray

from .. import noise_level


class Unsupported(Exception):
    """The library does not offer this: the case is skipped."""


@dataclasses.dataclass
class Question:
    """What is asked, in the dtype: `op` is log_density (n), score (n, d), responsibilities (n, k), jacobian (n, d, d) or
    prediction (n, d), at `points` (n, d), of the mixture with these weights (k), means (k, d) and covariances (k, d, d)."""

    op: str
    predicts: str
    dtype: str
    points: NDArray[Any]
    weights: NDArray[Any]
    means: NDArray[Any]
    covariances: NDArray[Any]
    process: Any
    time: float

    def only(self, *operations: str, dtypes: Sequence[str] = ("float64",)) -> None:
        """Skips the case unless it is one of these operations in one of these dtypes."""
        if self.op not in operations or self.dtype not in dtypes:
            raise Unsupported(f"{self.op} in {self.dtype}")


def _array(nested, dtype):
    """Of hexadecimal floats in nested lists."""
    def numbers(value):
        return [numbers(v) for v in value] if isinstance(value, list) else float.fromhex(value)

    return numpy.array(numbers(nested)).astype(dtype)


def _question(request):
    dtype = request["dtype"]
    if dtype == "bfloat16":
        raise Unsupported(dtype)
    components = request["mixture"]["components"]
    weights, means, covariances = (_array([c[name] for c in components], dtype) for name in ("weight", "mean", "covariance"))
    process, time = request.get("process"), float.fromhex(request["time"])
    if process or time > 0:
        level = noise_level(process or "ou", time)
        signal, variance = (numpy.asarray(level[name], dtype) for name in ("signal", "noise_variance"))
        means = signal * means
        covariances = signal * signal * covariances + variance * numpy.eye(means.shape[1], dtype=dtype)
    return Question(request["op"], request["predicts"], dtype, _array(request["points"], dtype), weights, means, covariances, process, time)


def package(name: str, title: str, debian: str) -> ModuleType:
    """The library, or the end of the process with a word on what is missing."""
    try:
        return importlib.import_module(name)
    except ImportError:
        sys.exit(f"skipped: {title} is not installed ({debian} in Debian)")


def serve(answer: Callable[[Question], ArrayLike], version: str) -> None:
    """Answers every line of the standard input by answer(question), an array. With the argument --version prints that."""
    if sys.argv[1:] == ["--version"]:
        print(version)
        return
    for line in sys.stdin:
        request = json.loads(line)
        reply = {"id": request["id"]}
        try:
            with numpy.errstate(all="ignore"):
                reply[request["op"]] = numpy.asarray(answer(_question(request)), dtype=float).tolist()
        except Unsupported as why:
            reply["error"] = f"unsupported: {why}"
        except Exception as error:  # the library's own failure is its answer
            reply["error"] = f"{type(error).__name__}: {error}"
        print(json.dumps(reply), flush=True)
