#!/usr/bin/env python3
"""check_vectors.py itself: it accepts the pinned corpus, and nothing that is a little off."""
import copy
import json
import pathlib
import random
import sys
import unittest

DATA = pathlib.Path(__file__).resolve().parents[1] / "data"
sys.path.insert(0, str(DATA))
import check_vectors
from mpmath import mp

VECTORS = DATA / "vectors"
DTYPES = json.loads((VECTORS / "manifest.json").read_text())["dtypes"]
MIXTURES = {mixture["name"]: mixture for mixture in map(json.loads, (VECTORS / "mixtures.jsonl").read_text().splitlines())}
# Every kind of question in few dimensions, one in many, and one where the covariance is nearly singular.
IDS = ("log-density-plain-005", "score-plain-005", "responsibilities-plain-005", "jacobian-plain-005", "jacobian-ill-conditioned-001",
       "noised-score-high-d-001", "predict-x0-convention-013", "predict-velocity-convention-013")


def questions():
    found = {}
    for file in sorted(VECTORS.glob("*.jsonl")):
        if file.name != "mixtures.jsonl":
            for case in map(json.loads, file.read_text().splitlines()):
                if case["id"] in IDS:
                    found[case["id"]] = case
    return [found[name] for name in IDS]


def scaled(text, factor):
    return mp.nstr(mp.mpf(text) * mp.mpf(factor), 30)


class CheckVectors(unittest.TestCase):
    def problems(self, case, mixture=None):
        return list(check_vectors.problems(case, mixture or MIXTURES[case["mixture"]], DTYPES))

    def changed(self, change):
        """Each question with this change is found wrong."""
        for case in questions():
            with self.subTest(case["id"]):
                wrong = copy.deepcopy(case)
                change(wrong)
                self.assertTrue(self.problems(wrong))

    def test_accepts_what_is_right(self):
        for case in questions():
            self.assertEqual(self.problems(case), [])

    def test_sees_a_bound_that_is_off_in_the_sixteenth_digit(self):
        def move(case):
            for side in case["value"].values():
                side[-1] = scaled(side[-1], 1 + mp.mpf(10) ** -15)
        self.changed(move)

    def test_sees_bounds_that_are_wide(self):
        def widen(case):
            place = max(range(len(case["value"]["upper"])), key=lambda i: abs(mp.mpf(case["value"]["upper"][i])))
            size = abs(mp.mpf(case["value"]["upper"][place]))
            case["value"]["upper"][place] = mp.nstr(mp.mpf(case["value"]["upper"][place]) + size * mp.mpf(10) ** -17, 30)
        self.changed(widen)

    def test_sees_a_tolerance_that_is_half_or_far_too_large(self):
        for factor in ("0.5", "1e6"):
            def scale(case, factor=factor):
                for name, tolerances in case["tolerance"].items():
                    if not isinstance(tolerances, str):
                        case["tolerance"][name] = [scaled(t, factor) for t in tolerances]
            # The Jacobian's tolerance is held from below only.
            if factor == "0.5":
                self.changed(scale)
            else:
                for case in questions():
                    if case["op"] != "jacobian":
                        wrong = copy.deepcopy(case)
                        scale(wrong)
                        self.assertTrue(self.problems(wrong), case["id"])

    def test_sees_a_condition_that_inputs_exceed(self):
        def shrink(case):
            case["condition"]["inputs"] = [scaled(bound, "1e-3") for bound in case["condition"]["inputs"]]
        self.changed(shrink)

    def test_sees_an_answer_that_is_missing(self):
        def drop(case):
            case["value"]["lower"].pop()
        self.changed(drop)

    def test_elimination_solves_dense_and_sparse_systems(self):
        signs = random.Random(1)
        mp.dps = 50
        for d, correlated in ((1, 1), (7, 7), (60, 4)):
            v = [mp.mpf(signs.randint(1, 9)) if i < correlated else mp.mpf(0) for i in range(d)]
            rows = [{k: v[i] * v[k] + (i == k) for k in range(d) if v[i] * v[k] or i == k} for i in range(d)]
            z = [mp.mpf(signs.randint(-9, 9)) for _ in range(d)]
            columns, pivots = check_vectors.eliminated(rows)
            g = check_vectors.solved(columns, pivots, z)
            self.assertLess(max(abs(a - b) for a, b in zip(check_vectors.product(rows, g), z)), mp.mpf(10) ** -40)
            # det(Id + v v^T) = 1 + |v|^2.
            self.assertLess(abs(mp.fprod(pivots) - 1 - mp.fdot(v, v)), mp.mpf(10) ** -40)

    def test_refuses_what_is_not_positive_definite(self):
        with self.assertRaises(ArithmeticError):
            check_vectors.eliminated([{0: mp.mpf(1), 1: mp.mpf(2)}, {0: mp.mpf(2), 1: mp.mpf(1)}])


if __name__ == "__main__":
    unittest.main()
