"""The pytest plugin, run by pytest's own pytester."""
import pathlib

import pytest
import verimix.vectors  # before pytester looks at what is imported

pytest_plugins = ["pytester"]
FOLDER = pathlib.Path(__file__).resolve().parents[1] / "data" / "vectors"


@pytest.fixture(name="run")
def _run(pytester, monkeypatch):
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makepyfile("""
        import pytest
        from verimix.vectors import assert_right

        @pytest.mark.verimix(op="score", group="noised-score")
        def test_right(verimix_case):
            assert_right(verimix_case, verimix_case.mixture.score(verimix_case.points, verimix_case.time))

        @pytest.mark.verimix(op="score", group="score", flags="FAR_TAIL")
        def test_wrong_sign(verimix_case):
            assert_right(verimix_case, -verimix_case.mixture.score(verimix_case.points))

        @pytest.mark.verimix(op="jacobian", group="jacobian", dtype="bfloat16")
        class TestOfAClass:
            @pytest.mark.verimix(flags=["RIDGE"])
            def test_bfloat16(self, verimix_case):
                assert not verimix_case.inapplicable("bfloat16") and "RIDGE" in verimix_case.flags

        def test_without_the_fixture():
            pass
    """)
    return lambda *options: pytester.runpytest("-p", "verimix.testing.plugin", "-p", "no:cacheprovider", *options)


def test_a_test_runs_once_for_each_case(run):
    result = run("--verimix-vectors", str(FOLDER), "-v")
    outcomes = result.parseoutcomes()
    assert outcomes["failed"] == 15 and outcomes["passed"] > 30
    result.stdout.fnmatch_lines(["*test_right?noised-score-scale-001? PASSED*", "*FAR_TAIL: The point is far outside*"])


def test_without_a_folder_the_cases_are_computed(run):
    assert run("-k", "right").parseoutcomes()["passed"] == 32


def test_tiers_are_markers(run):
    assert run("--verimix-vectors", str(FOLDER), "-m", "verimix_smoke", "-k", "right").parseoutcomes()["passed"] == 32
    assert "passed" not in run("--verimix-vectors", str(FOLDER), "-m", "verimix_full").parseoutcomes()
    assert "verimix_full" in run("--markers").stdout.str()


def test_bad_options_and_markers_are_said(run, pytester):
    for arguments, words in ((("--verimix-tier", "full"), "smoke, which is all"), (("--verimix-vectors", "nowhere"), "nowhere")):
        result = run("--verimix-vectors", str(FOLDER), *arguments)
        assert result.ret == pytest.ExitCode.INTERRUPTED and words in result.stdout.str()
    pytester.makepyfile("import pytest\n@pytest.mark.verimix(flag='SIGN')\ndef test_x(verimix_case): pass")
    result = run("--verimix-vectors", str(FOLDER))
    assert result.ret == pytest.ExitCode.INTERRUPTED and "argument 'flag'" in result.stdout.str()
