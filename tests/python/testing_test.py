"""assert_score_close and assert_sampler: what passes, what fails, and what the failures say."""
import numpy
import pytest
import verimix
from verimix.testing import ScoreTruth, assert_sampler, assert_score_close, telling_points
from verimix.testing.points import round_to


@pytest.mark.parametrize("name", ["over1", "sep1", "diff1", "nest1", "tri1", "pan1", "over2", "pan2", "nest2", "sep2", "over5"])
def test_our_own_score_passes_within_its_tolerances(name):
    mixture = verimix.instance(name)
    report = assert_score_close(mixture.score, mixture)
    assert 0 < report.worst < 0.5  # neither lucky nor strained


@pytest.mark.parametrize("process", [{"kind": "vp-linear", "beta_min": "0.1", "beta_max": "20"}, {"kind": "ve-linear"},
                                     {"kind": "linear-path"}, {"kind": "vp-constant", "beta": 2}], ids=lambda p: p["kind"])
@pytest.mark.parametrize("predicts", ["score", "noise", "x0", "v", "velocity"])
def test_processes_and_predictions(process, predicts):
    """Against the law at that noise level, put together here from the formula a mu, a^2 Q + s^2 Id."""
    mixture = verimix.instance("over2")
    weights, means, covariances = mixture.parameters()

    def f(x, u):
        level = verimix.noise_level(process, u)
        law = verimix.Mixture(weights, level["signal"] * means,
                              level["signal"]**2 * covariances + level["noise_variance"] * numpy.eye(2))
        score, a, variance = law.score(x), level["signal"], level["noise_variance"]
        noise = -numpy.sqrt(variance) * score
        x0 = (x + variance * score) / a
        return {"score": score, "noise": noise, "x0": x0, "v": a * noise - numpy.sqrt(variance) * x0,
                "velocity": level["signal_rate"] * x - level["noise_rate"] / 2 * score}[predicts]

    report = assert_score_close(f, mixture, (0.2, 0.6), predicts, process=process)
    assert report.worst < 1
    with pytest.raises(AssertionError, match="the sign is wrong"):
        assert_score_close(lambda x, u: -f(x, u), mixture, 0.2, predicts, process=process)


def test_the_failure_names_point_error_and_mistake():
    mixture = verimix.instance("over2")
    with pytest.raises(AssertionError) as caught:
        assert_score_close(lambda x, t: mixture.score(x, t / 2), mixture, 0.1)
    message = str(caught.value)
    for part in ("worst point (", "x = [", "tolerances", "far tail", "likely mistake: the time is halved"):
        assert part in message


def test_a_score_in_less_precision_is_told_from_one_that_is_wrong():
    mixture = verimix.instance("sep2")

    def single(x, t):
        return mixture.score(x, t).astype(numpy.float32)

    assert_score_close(single, mixture, 0.1, dtype="float32")
    with pytest.raises(AssertionError, match="less than float64"):
        assert_score_close(single, mixture, 0.1)


def test_shapes_and_nothing_numbers_fail():
    mixture = verimix.instance("over2")
    with pytest.raises(AssertionError, match="shape"):
        assert_score_close(lambda x, t: mixture.score(x, t)[:, :1], mixture)
    with pytest.raises(AssertionError, match="inf tolerances"):
        assert_score_close(lambda x, t: numpy.full(x.shape, numpy.nan), mixture)
    with pytest.raises(ValueError, match="does not depend"):
        assert_score_close(mixture.score, mixture, 0, "noise")


def test_one_wrong_point_is_enough():
    mixture = verimix.instance("over5")
    truth = ScoreTruth.of(mixture, 0.2)
    got = mixture.score(truth.points, 0.2)
    got[17, 4] += 20 * truth.cases[17].tolerance("float64")[0, 4]
    report = truth.examine(lambda x, t: got)
    assert numpy.flatnonzero(report.errors > 1).tolist() == [17]
    assert 19 < report.worst < 21


def test_ridges_are_where_two_components_are_equally_likely():
    mixture = verimix.instance("sep2")
    points, kinds = telling_points(mixture, 0.1)
    on_ridge = points[[kind == "ridge" for kind in kinds]]
    shares = numpy.sort(mixture.responsibilities(on_ridge, 0.1), axis=1)
    assert len(on_ridge) >= 2
    assert numpy.allclose(shares[:, -1], shares[:, -2], rtol=1e-9)


def test_bfloat16_rounds_to_nearest_even():
    values = numpy.array([1 + 2**-8, 1 + 3 * 2**-8, 1 + 2**-8 + 2**-20, -3.14159])
    assert round_to(values, "bfloat16").tolist() == [1.0, 1 + 2**-6, 1 + 2**-7, -3.140625]


def test_right_samplers_pass():
    mixture = verimix.instance("sep2")
    values = [assert_sampler(lambda n, s=s: mixture.draw(n, seed=s)[0], mixture, alpha=0.1, count=200).p_value for s in range(6)]
    assert min(values) > 0.1 and len(set(values)) > 1


def test_the_battery_is_the_library_s():
    mixture = verimix.instance("sep2")
    x = mixture.draw(200, seed=5)[0]
    report = verimix.check_sample(mixture, x, alpha=0.1)
    assert {check.kind for check in report.checks} == {"distribution", "set", "weight", "moment", "stein"}
    assert report.p_value == min(check.adjusted for check in report.checks)
    assert report.to_dict()["format"] == "verimix.validate/1" and report.to_dict()["verdict"] == "pass"
    assert report.text().startswith("pass")
    with pytest.raises(verimix.InputError, match="alpha"):
        verimix.check_sample(mixture, x, alpha=0)
    with pytest.raises(verimix.InputError, match="time"):
        verimix.check_sample(mixture, x, time=-1)


@pytest.mark.parametrize(("wrong", "word"), [
    (lambda m, n: 1.2 * m.draw(n, seed=1)[0], "failed"),
    (lambda m, n: m.draw(n, seed=1)[0] + [0.5, 0], "failed"),
    (lambda m, n: m.draw(n, seed=1, time=0.1)[0], "failed"),
    (lambda m, n: m.draw(n, seed=1)[0][:, ::-1], "failed"),
    (lambda m, n: numpy.repeat(m.draw(n // 50, seed=1)[0], 50, axis=0), "failed"),
    (lambda m, n: (lambda x, i: x[i != 2][:n])(*m.draw(2 * n, seed=1)), "failed weight"),
], ids=["scaled", "shifted", "noised", "exchanged", "repeated", "a component missing"])
def test_wrong_samplers_fail(wrong, word):
    mixture = verimix.instance("sep2")
    with pytest.raises(AssertionError, match="these 1000 draws are not from the mixture: fail") as caught:
        assert_sampler(lambda n: wrong(mixture, n), mixture, count=1000, alpha=0.05)
    assert word in str(caught.value)


def test_draws_of_another_shape_or_that_are_no_numbers_fail():
    mixture = verimix.instance("sep2")
    with pytest.raises(AssertionError, match=r"shape \(99, 2\), expected \(100, 2\)"):
        assert_sampler(lambda n: mixture.draw(n - 1, seed=1)[0], mixture, count=100)
    with pytest.raises(AssertionError, match="draw 3 is not finite"):
        assert_sampler(lambda n: numpy.where(numpy.arange(n)[:, None] == 3, numpy.nan, mixture.draw(n)[0]), mixture, count=100)
