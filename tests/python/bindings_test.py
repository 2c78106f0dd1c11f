"""The compiled module: shapes, memory, threads, errors, exactness."""
import fractions
import pickle
import threading
import time

import numpy
import pytest
import verimix


@pytest.fixture(name="mixture")
def _mixture():
    return verimix.instance("over5")


def test_points_are_read_in_place_and_results_are_written_once(mixture):
    """Resident memory grows by the results alone: no copy of n points is made on the way."""
    import resource

    n = 400_000
    x = mixture.draw(n, seed=1)[0]
    mixture.score(x[:10])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak_before = before * 1024
    score = mixture.score(x, threads=1)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - peak_before
    assert score.flags.c_contiguous and score.shape == x.shape
    assert grown < 1.5 * score.nbytes


def test_other_layouts_give_the_same_numbers(mixture):
    x = mixture.draw(50, seed=1)[0]
    expected = mixture.score(x, 0.1)
    assert numpy.array_equal(mixture.score(numpy.asfortranarray(x), 0.1), expected)
    assert numpy.array_equal(mixture.score(numpy.repeat(x, 2, axis=0)[::2], 0.1), expected)
    assert numpy.array_equal(mixture.score(x.tolist(), 0.1), expected)
    assert numpy.array_equal(mixture.score(x[7], 0.1), expected[7])
    assert mixture.log_density(x[7]).shape == ()


def test_results_do_not_depend_on_threads(mixture):
    x = mixture.draw(5000, seed=2)[0]
    for what in (mixture.log_density, mixture.score, mixture.responsibilities, mixture.jacobian):
        assert numpy.array_equal(what(x, 0.3, threads=1), what(x, 0.3, threads=4))


def test_the_interpreter_runs_while_scores_are_computed():
    mixture = verimix.instance("random", k=6, d=60)
    x = mixture.draw(40_000, seed=1)[0]
    done = threading.Event()

    def work():
        mixture.score(x, threads=1)
        done.set()

    worker = threading.Thread(target=work)
    worker.start()
    turns = 0
    while not done.is_set():
        turns += 1
        time.sleep(0.001)
    worker.join()
    assert turns >= 5


def test_score_and_jacobian_are_derivatives(mixture):
    x = mixture.draw(20, seed=3)[0]
    h = 1e-5
    for m in range(5):
        step = h * numpy.eye(5)[m]
        slope = (mixture.log_density(x + step) - mixture.log_density(x - step)) / (2 * h)
        assert numpy.allclose(slope, mixture.score(x)[:, m], atol=1e-7)
        bend = (mixture.score(x + step) - mixture.score(x - step)) / (2 * h)
        assert numpy.allclose(bend, mixture.jacobian(x)[:, :, m], atol=1e-7)


def test_enclosures_hold_the_double_result_up_to_rounding(mixture):
    x = mixture.draw(10, seed=4)[0]
    found = mixture.enclose(x, time="1/10", digits=25, jacobian=True)
    assert found["jacobian"].lower.shape == (10, 5, 5)
    for name in ("log_density", "score", "responsibilities"):
        enclosure = found[name]
        assert (enclosure.lower <= enclosure.upper).all()
        assert numpy.allclose(getattr(mixture, name)(x, 0.1), enclosure.lower, rtol=1e-12, atol=1e-13)
        lower, upper = enclosure.text.flat[0]
        assert fractions.Fraction(enclosure.lower.flat[0]) <= fractions.Fraction(lower)
        assert fractions.Fraction(upper) <= fractions.Fraction(enclosure.upper.flat[0])


def test_distances_are_rounded_outward():
    p, q = verimix.instance("over1"), verimix.instance("sep1")
    found = verimix.distance(p, q, "tv", digits=20)
    assert found.evidence == "certified" and found.confidence is None
    assert fractions.Fraction(found.lower) <= fractions.Fraction(found.lower_text)
    assert fractions.Fraction(found.upper_text) <= fractions.Fraction(found.upper)
    assert found.upper - found.lower <= 2.0**-51
    assert verimix.distance(p, p, "kl").upper == 0


def test_parameters_are_exact():
    mixture = verimix.Mixture(["1/3", "2/3"], [["0", 1.5], [-1, fractions.Fraction(1, 7)]], [[[1, "0.25"], ["0x1p-2", 2]], [[1, 0], [0, 1]]])
    components = mixture.to_dict()["components"]
    assert [c["weight"] for c in components] == ["1/3", "2/3"]
    assert components[0]["mean"] == ["0", "3/2"] and components[1]["mean"] == ["-1", "1/7"]
    assert verimix.Mixture.from_dict(mixture.to_dict()) == mixture
    assert pickle.loads(pickle.dumps(mixture)) == mixture
    assert hash(verimix.Mixture.from_json(mixture.to_json())) == hash(mixture)


def test_arrays_are_the_binary_numbers(tmp_path):
    weights, means = numpy.array([0.3, 0.7]), numpy.array([[0.1], [2.0]])
    mixture = verimix.Mixture(weights, means, numpy.ones((2, 1, 1)), name="two")
    mean = mixture.to_dict()["components"][0]["mean"][0]
    assert fractions.Fraction(mean) == fractions.Fraction(0.1)
    assert numpy.array_equal(mixture.parameters()[0], weights)
    mixture.save(tmp_path / "two.json")
    assert verimix.Mixture.from_file(tmp_path / "two.json") == mixture


@pytest.mark.parametrize(("call", "field"), [
    (lambda m: m.score(numpy.zeros((2, 3))), "x"),
    (lambda m: m.score(numpy.zeros((2, 5)), -1), "time"),
    (lambda m: m.score(numpy.zeros((2, 5)), "soon"), "time"),
    (lambda m: m.score(numpy.full((2, 5), numpy.nan)), "points"),
    (lambda m: verimix.instance("nothing"), "family"),
    (lambda m: verimix.distance(m, m, "l7"), "metric"),
    (lambda m: verimix.distance(m, verimix.instance("over1")), "dimension"),
    (lambda m: verimix.Mixture([0.5, 0.6], [[0.0], [1.0]], [[[1.0]], [[1.0]]]), "components[*].weight"),
    (lambda m: verimix.Mixture(["1/2"], [[0]], [[[1]]]), "components[*].weight"),
    (lambda m: verimix.noise_level("nothing", 0), "process"),
])
def test_bad_input_is_a_value_error_that_names_the_field(mixture, call, field):
    with pytest.raises(verimix.InputError) as caught:
        call(mixture)
    assert isinstance(caught.value, ValueError)
    assert field in caught.value.field or field in str(caught.value)


@pytest.mark.parametrize("x", ["words", [[1j] * 5], [[None] * 5]])
def test_what_is_no_array_of_reals_is_a_type_error(mixture, x):
    with pytest.raises(TypeError):
        mixture.score(x)


def test_an_overflow_is_undecided(mixture):
    with pytest.raises(verimix.UndecidedError, match="precision"):
        mixture.score(numpy.full((1, 5), 1e200))


def test_conventions_agree_with_their_formulas():
    mixture, x = verimix.instance("over2"), verimix.instance("over2").draw(5, seed=1)[0]
    score = mixture.score(x, 0.3)
    signal, deviation = numpy.exp(-0.3), numpy.sqrt(-numpy.expm1(-0.6))
    noise = verimix.convert(score, x, "ou", 0.3, "score", "noise")
    assert numpy.allclose(noise, -deviation * score, rtol=1e-14)
    x0 = verimix.convert(noise, x, "ou", 0.3, "noise", "x0")
    assert numpy.allclose(signal * x0 + deviation * noise, x, rtol=1e-13)
    ours = verimix.rescaling({"kind": "ve-linear"}, 0.5, "score")
    assert abs(float(ours["scale"]) - numpy.sqrt(1.25)) < 1e-15
    assert abs(float(ours["time"]) - numpy.log(1.25) / 2) < 1e-15
