"""The mixtures and times at which a correct implementation is tried with many seeds: where rounding hurts."""
import dataclasses

import numpy
import verimix

ALL = ("float64", "float32", "bfloat16")


@dataclasses.dataclass
class Case:
    name: str
    mixture: verimix.Mixture
    times: tuple
    predicts: str = "score"
    # Those that can carry the mixture at every time.
    dtypes: tuple = ALL


def _floats(weights, means, covariances):
    return verimix.Mixture(numpy.array(weights, float), numpy.array(means, float), numpy.array(covariances, float))


def cases():
    tilted = [[2, 1], [1, 1]]
    high = numpy.eye(40)
    exact = verimix.Mixture
    return [
        Case("line", verimix.instance("diff1"), (0, 1e-3, 0.1, 0.7, 2)),
        Case("plane", verimix.instance("sep2"), (0, 0.1, 1.5)),
        Case("overlap", verimix.instance("over2"), (0, 0.1, 0.4, 1.5)),
        Case("five", verimix.instance("over5"), (0.05, 1)),
        Case("tilted", exact(["1/4", "3/4"], [[0, 0], [2, 1]], [tilted, [[1, -0.5], [-0.5, 1]]]), (0, 0.3)),
        Case("thin", exact(["1/2", "1/2"], [[0, 0], [1, "1/1000"]], [[[1, 0], [0, "1/1000000"]], [[2, 0], [0, "1/500000"]]]), (0,)),
        Case("flat", exact(["1/2", "1/2"], [[0, 0, 0], [1, 0, 0]], [numpy.diag([1, 0, 0]).tolist(), numpy.diag([2, 1, 0]).tolist()]),
             (1e-6, 1e-4)),
        Case("zero weight", exact([0, "1/3", "2/3"], [[6], [-1], [0]], [[[9]], [[1]], [["1/2"]]]), (0, 0.1)),
        Case("tiny weight", exact(["1/1000000", "999999/1000000"], [[8], [0]], [[[4]], [[1]]]), (0, 0.1)),
        Case("far from 0", exact(["1/2", "1/2"], [[10000, 0], [10002, 1]], [tilted, [[1, 0], [0, 1]]]), (0, 1e-3),
             dtypes=("float64", "float32")),
        Case("three close", exact(["1/3", "1/3", "1/3"], [[0, 0], [1, 0], [0, 1]], [tilted, [[1, 0], [0, 1]], [[1, 0], [0, 2]]]), (0, 0.2)),
        Case("dimension 40", _floats([0.5, 0.5], [numpy.zeros(40), numpy.full(40, 0.01)], [0.01 * high, 0.0101 * high]), (0,),
             dtypes=("float64", "float32")),
        Case("noise", verimix.instance("over2"), (0.2, 1), "noise"),
        Case("x0", verimix.instance("over2"), (0.2, 1), "x0"),
        Case("v", verimix.instance("over2"), (0.2, 1), "v"),
    ]
