"""A pytest plugin: tests with the fixture `verimix_case` run once for each reference case.

    import pytest, verimix.vectors

    @pytest.mark.verimix(op="score", dtype="float32")
    def test_my_score(verimix_case):
        c = verimix_case
        verimix.vectors.assert_right(c, my_score(c.mixture.parameters(), c.points, c.time), "float32")

The marker chooses cases as verimix.vectors.select does; cases to which the dtype does not apply are left out. Each has the marker
verimix_smoke or verimix_full, its tier. After `pip install .` the plugin is there; else give `-p verimix.testing.plugin`.
"""
import functools

import pytest


def pytest_addoption(parser):
    group = parser.getgroup("verimix", "reference cases of Gaussian mixtures")
    group.addoption("--verimix-vectors", metavar="DIR", default=None,
                    help="a folder of reference cases, as `verimix vectors generate` writes it (default: they are computed)")
    group.addoption("--verimix-tier", choices=("smoke", "full"), default="smoke", help="which reference cases (default: smoke)")


def pytest_configure(config):
    config.addinivalue_line("markers", "verimix(op=None, flags=None, group=None, predicts=None, dtype='float64'): "
                                       "which reference cases the fixture verimix_case gives")
    config.addinivalue_line("markers", "verimix_smoke: a reference case of the smoke tier")
    config.addinivalue_line("markers", "verimix_full: a reference case of the full tier alone")


@functools.lru_cache(maxsize=None)
def _cases(folder, tier):
    from verimix import vectors

    return vectors.load(folder, tier) if folder else vectors.cases(tier)


def pytest_generate_tests(metafunc):
    if "verimix_case" not in metafunc.fixturenames:
        return
    from verimix import vectors

    wanted = {"dtype": "float64"}
    for marker in reversed(list(metafunc.definition.iter_markers("verimix"))):
        wanted.update(marker.kwargs)
    option = metafunc.config.getoption
    try:
        cases = vectors.select(_cases(option("--verimix-vectors"), option("--verimix-tier")), **wanted)
    except (TypeError, ValueError) as error:
        pytest.fail(f"verimix: {error}", pytrace=False)
    marks = {"smoke": pytest.mark.verimix_smoke, "full": pytest.mark.verimix_full}
    metafunc.parametrize("verimix_case", [pytest.param(case, id=case.id, marks=marks[case.tier]) for case in cases])
