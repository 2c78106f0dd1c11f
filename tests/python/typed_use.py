"""What a type checker makes of uses of the package: mypy --strict passes, and every `ignore` here is needed."""
import numpy
import verimix
from verimix import vectors
from verimix.testing import assert_sampler, assert_score_close, telling_points

mixture: verimix.Mixture = verimix.instance("over1")
x = numpy.zeros((3, 1))
total: float = float(mixture.score(x, time="1/10").sum()) + verimix.distance(mixture, mixture, "tv", digits=10).upper
enclosure: verimix.Enclosure = mixture.enclose(x, digits=20)["score"]
worst: float = assert_score_close(lambda at, t: mixture.score(at, t), mixture, t=0.1, predicts="score", dtype="float32").worst
rejected: bool = assert_sampler(lambda n: mixture.draw(n)[0], mixture, count=100).rejected
kinds: list[str] = telling_points(mixture, 0.1)[1]
for case in vectors.select(vectors.cases(), op="score", flags=["SIGN"]):
    outcome: str = vectors.assert_right(case, case.mixture.score(case.points, case.time)).outcome

mixture.score("words", time=[])  # type: ignore[arg-type]
mixture.sample(3)  # type: ignore[attr-defined]
verimix.distance(mixture, "over1")  # type: ignore[arg-type]
number: int = vectors.case(mixture, x).id  # type: ignore[assignment]
