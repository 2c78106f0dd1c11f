"""Reference cases: exact questions about mixtures, certified answers, and a tolerance for each entry and dtype.

>>> import verimix.vectors
>>> cases = verimix.vectors.cases("smoke")
>>> case = next(c for c in cases if "FAR_TAIL" in c.flags and c.op == "score")
>>> ours = case.mixture.score(case.points, case.time)
>>> bool((case.lower <= ours + case.tolerance("float64")).all())
True
>>> case.judge(ours).outcome, case.judge(-ours).outcome
('pass', 'wrong')

A case has an `id`, `flags` (the mistakes it is there for; `flags()` explains them), the question (`op`, `predicts`, `mixture`,
`process`, `time`, `points`), the answer (`lower`, `upper`, as decimals `lower_text`, `upper_text`) and, by dtype, its `tolerance`
or why it is `inapplicable`. A tolerance is a certified condition number times the dtype's unit roundoff.
"""
from os import PathLike
from typing import Any, Mapping, Optional, Sequence, Union

from numpy.typing import ArrayLike

from ._verimix import (Judgement, Mixture, VectorCase, dtype_roundoffs, generate_vectors, load_vectors, make_cases, vector_cases, vector_flags,
                       verify_vectors)

__all__ = ["Judgement", "VectorCase", "assert_right", "case", "cases", "flags", "generate", "load", "roundoffs", "select", "verify"]

_Folder = Union[str, "PathLike[str]"]
_Names = Union[None, str, Sequence[str]]


def load(folder: _Folder, tier: Optional[str] = None) -> list[VectorCase]:
    """The cases of a folder whose checksums are right; of the tier smoke or full, or all that it holds."""
    return load_vectors(folder, tier)


def cases(tier: str = "smoke") -> list[VectorCase]:
    """The same cases computed anew: smoke takes a second, full minutes."""
    return vector_cases(tier)


def generate(folder: _Folder, tier: str = "smoke") -> None:
    """Writes the corpus to a folder. A pinned one is never changed: InputError if anything would."""
    generate_vectors(folder, tier)


def verify(folder: _Folder) -> list[str]:
    """Checks the sums and computes every case anew: a list of what is wrong."""
    return verify_vectors(folder)


def flags() -> dict[str, str]:
    """What each flag stands for: the mistake that its cases are there for."""
    return vector_flags()


def roundoffs() -> dict[str, tuple[float, float]]:
    """By dtype: (unit roundoff of what is stored, of what is computed). bfloat16 is stored in 8 bits and computed in float32.

    >>> import verimix.vectors
    >>> verimix.vectors.roundoffs()["bfloat16"] == (2.0**-8, 2.0**-24)
    True
    """
    return dtype_roundoffs()


def case(mixture: Mixture, x: Any, time: Any = 0, op: str = "score", predicts: str = "score",
         process: Union[None, str, Mapping[str, Any]] = None) -> VectorCase:
    """A case of your own: log_density, score, responsibilities, jacobian or prediction at points x of shape (n, d).

    `time` is that of dx = -x dt + sqrt(2) dw or, where a process is given, of its clock. Floats are taken as the binary numbers
    that they are, strings and Fractions exactly.

    >>> import verimix
    >>> own = verimix.vectors.case(verimix.instance("over1"), [["1/2"]], time="1/10")
    >>> own.judge([[0.140948898281]], "float32").outcome
    'pass'
    """
    return make_cases(mixture, x, time, op, predicts, process, False)[0]


def select(of: Sequence[VectorCase], op: _Names = None, flags: _Names = None, group: _Names = None, predicts: _Names = None,
           dtype: Optional[str] = None) -> list[VectorCase]:
    """Those with one of the operations, groups or predictions, with any of the flags, and to which the dtype applies.

    >>> import verimix.vectors
    >>> {c.op for c in verimix.vectors.select(verimix.vectors.cases(), op="jacobian", flags=["RIDGE"])}
    {'jacobian'}
    """
    def fits(value: str, wanted: _Names) -> bool:
        return wanted is None or value in ([wanted] if isinstance(wanted, str) else wanted)

    return [c for c in of
            if fits(c.op, op) and fits(c.group, group) and fits(c.predicts, predicts)
            and (flags is None or any(fits(flag, flags) for flag in c.flags)) and (dtype is None or not c.inapplicable(dtype))]


def assert_right(of: VectorCase, answer: ArrayLike, dtype: str = "float64") -> Judgement:
    """Raises AssertionError if the answer, an array of the case's shape, is off by more than the case's tolerance."""
    judgement = of.judge(answer, dtype)
    if judgement.failed:
        sentences = flags()
        error = judgement.error_in_tolerances
        raise AssertionError("\n".join([
            f"{of.id} ({of.op}, {dtype}): {judgement.outcome}" + ("" if error is None else f", {error:.3g} tolerances off"),
            f"at {judgement.place or 'all of it'}: got {judgement.got}" + (f", the truth is {judgement.lower}" if judgement.lower else ""),
            *(f"{flag}: {sentences[flag]}" for flag in of.flags)]))
    return judgement
