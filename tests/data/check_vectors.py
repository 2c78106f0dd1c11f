#!/usr/bin/env python3
"""Computes the corpus of reference cases a second time, with mpmath, and compares: check_vectors.py DIR [--every N] [--largest D].

Shares nothing with the library: densities are summed as they are (mpmath's exponents have no bounds), the covariances are
eliminated without square roots, no whitening and no logarithm of a sum of exponentials; the Jacobian is
Hess q / q - (grad q / q)(grad q / q)^T; predictions are conditional expectations E[x_0 | x], E[eps | x] from the joint Gaussian law,
not Tweedie's formula, and a', s' come from numerical differentiation. Conditions are held against what a perturbation of every input
does, tolerances against their formula from both sides. Prints a line for each case that is off and ends with status 1 if there is one.
"""
import argparse
import hashlib
import json
import pathlib
import random
import sys
from fractions import Fraction

import mpmath
from mpmath import mp

DIGITS = 120
AGREEMENT = mp.mpf(10) ** -20
PREDICTIONS = ("score", "noise", "x0", "v", "velocity")


def exact(text):
    if not isinstance(text, str):
        return text
    if text == "0":
        return mp.mpf(0)
    fraction = Fraction(*float.fromhex(text).as_integer_ratio())
    return mp.mpf(fraction.numerator) / fraction.denominator


def path(process, u):
    """(a, s^2) of x_u = a x_0 + s eps."""
    if process is None:
        return mp.exp(-u), 1 - mp.exp(-2 * u)
    at = {name: exact(value) for name, value in process.items() if name not in ("kind", "reversed")}
    tau = at["horizon"] - at["time_scale"] * u if process["reversed"] else at["time_scale"] * u
    kind = process["kind"]
    if kind == "ve-linear":
        return mp.mpf(1), tau**2
    if kind == "ve-geometric":
        return mp.mpf(1), (at["sigma_min"] * (at["sigma_max"] / at["sigma_min"]) ** tau) ** 2
    if kind == "linear-path":
        return 1 - tau, tau**2
    if kind == "vp-cosine":
        shape = lambda v: mp.cos(mp.pi / 2 * (v + at["offset"]) / (1 + at["offset"])) ** 2
        alpha_bar = shape(tau) / shape(0)
    elif kind == "vp-linear":
        alpha_bar = mp.exp(-(at["beta_min"] * tau + (at["beta_max"] - at["beta_min"]) * tau**2 / 2))
    else:
        alpha_bar = mp.exp(-(2 if kind == "ou" else at["beta"]) * tau)
    return mp.sqrt(alpha_bar), 1 - alpha_bar


def eliminated(rows):
    """Q = L D L^T, L unit lower triangular: the columns of L below the diagonal, and the diagonal of D. Zeros are left out.

    Nothing is lost by that, since what is 0 adds 0; and a thousand coordinates of which sixteen are correlated take seconds.
    """
    left = [{k: entry for k, entry in row.items() if k >= i} for i, row in enumerate(rows)]
    columns, pivots = [], []
    for i, row in enumerate(left):
        pivot = row.pop(i, mp.mpf(0))
        if pivot <= 0:
            raise ArithmeticError(f"pivot {i + 1} of a covariance is {mp.nstr(pivot, 5)}")
        column = {j: entry / pivot for j, entry in row.items()}
        for j, share in column.items():
            below = left[j]
            for k, entry in row.items():
                if k >= j:
                    below[k] = below.get(k, 0) - share * entry
        columns.append(column)
        pivots.append(pivot)
    return columns, pivots


def solved(columns, pivots, z):
    """Q^-1 z."""
    y = list(z)
    for i, column in enumerate(columns):
        for j, share in column.items():
            y[j] -= share * y[i]
    for i in reversed(range(len(y))):
        y[i] = y[i] / pivots[i] - mp.fsum(share * y[j] for j, share in columns[i].items())
    return y


def product(rows, vector):
    return [mp.fsum(entry * vector[k] for k, entry in row.items()) for row in rows]


class Component:
    def __init__(self, component, a, variance):
        self.mean = [exact(m) for m in component["mean"]]
        self.own = [
            {k: value for k, entry in enumerate(row) if (value := exact(entry)) != 0} for row in component["covariance"]
        ]
        noised = [{k: a**2 * entry for k, entry in row.items()} for row in self.own]
        for i, row in enumerate(noised):
            row[i] = row.get(i, 0) + variance
        self.columns, self.pivots = eliminated(noised)
        self.peak = exact(component["weight"]) / mp.sqrt(mp.fprod(2 * mp.pi * pivot for pivot in self.pivots))

    def solved(self, z):
        return solved(self.columns, self.pivots, z)

    def precision(self):
        """The whole of Q^-1, column by column; it is symmetric."""
        d = len(self.pivots)
        return [self.solved([mp.mpf(i == j) for j in range(d)]) for i in range(d)]


class Law:
    def __init__(self, mixture, a, variance):
        self.d, self.a, self.s = mixture["dimension"], a, mp.sqrt(variance)
        self.parts = [Component(c, a, variance) if exact(c["weight"]) != 0 else None for c in mixture["components"]]

    def at(self, x):
        """For each component its density at x, and Q^-1 (x - mean)."""
        terms = []
        for part in self.parts:
            if part is None:
                terms.append(None)
                continue
            z = [to - self.a * mean for to, mean in zip(x, part.mean)]
            g = part.solved(z)
            terms.append((part.peak * mp.exp(-mp.fdot(z, g) / 2), g))
        return terms

    def answers(self, op, predicts, x, slopes):
        terms = self.at(x)
        total = mp.fsum(t[0] for t in terms if t)
        shares = [t[0] / total if t else mp.mpf(0) for t in terms]
        if op == "log_density":
            return [mp.log(total)]
        if op == "responsibilities":
            return shares
        there = [(part, share, term[1]) for part, share, term in zip(self.parts, shares, terms) if part]

        def mean(values):
            """Of a vector for each component."""
            return [mp.fdot(zip((share for _, share, _ in there), entries)) for entries in zip(*values)]

        gradient = [-entry for entry in mean(g for _, _, g in there)]
        if op == "jacobian":
            precisions = [(part.precision(), share, g) for part, share, g in there]
            return [
                mp.fsum(share * (g[i] * g[j] - inverse[i][j]) for inverse, share, g in precisions) - gradient[i] * gradient[j]
                for i in range(self.d)
                for j in range(self.d)
            ]
        if op == "score":
            return gradient
        noise = mean([self.s * entry for entry in g] for _, _, g in there)
        if predicts == "noise":
            return noise
        signal = mean([m + self.a * q for m, q in zip(part.mean, product(part.own, g))] for part, _, g in there)
        if predicts == "x0":
            return signal
        if predicts == "v":
            return [self.a * e - self.s * x0 for e, x0 in zip(noise, signal)]
        return [slopes[0] * x0 + slopes[1] * e for e, x0 in zip(noise, signal)]


def expected(case, mixture):
    u, process = exact(case["time"]), case.get("process")
    a, variance = path(process, u) if process or u != 0 else (mp.mpf(1), mp.mpf(0))
    slopes = None
    if case["predicts"] == "velocity":
        h = mp.mpf(10) ** -30 / exact(process["time_scale"])
        (a0, v0), (a1, v1) = path(process, u - h), path(process, u + h)
        slopes = ((a1 - a0) / (2 * h), (mp.sqrt(v1) - mp.sqrt(v0)) / (2 * h))
    law = Law(mixture, a, variance)
    values = []
    for point in case["points"]:
        values += law.answers(case["op"], case["predicts"], [exact(c) for c in point], slopes)
    return values


def digits_for(case, mixture):
    """The naive sums cancel where points are far out and covariances thin: more digits there."""
    far = max((abs(float.fromhex(c)) for point in case["points"] for c in point), default=1)
    return DIGITS + int(8 * max(0, mpmath.log10(far + 1))) + (60 if "ILL_CONDITIONED" in case["flags"] else 0)


def moved(case, mixture):
    """Both with every input times 1 +- 2^-200, the signs from the case's id."""
    signs = random.Random(case["id"])
    step = mp.mpf(2) ** -200

    def move(text):
        return exact(text) * (1 + signs.choice((-step, step)))

    components = []
    for component in mixture["components"]:
        d = mixture["dimension"]
        covariance = [[0] * d for _ in range(d)]
        for i in range(d):
            for j in range(i + 1):
                covariance[i][j] = covariance[j][i] = move(component["covariance"][i][j])
        weight = component["weight"] if component["weight"] == "0" else move(component["weight"])
        components.append({"weight": weight, "mean": [move(m) for m in component["mean"]], "covariance": covariance})
    points = [[move(c) for c in point] for point in case["points"]]
    return {**case, "time": move(case["time"]), "points": points}, {**mixture, "components": components}, step


def condition_problems(case, mixture, values):
    """What a small change of every input does is below the condition number, to first order."""
    other, law, step = moved(case, mixture)
    for place, (before, after) in enumerate(zip(values, expected(other, law))):
        change, bound = abs(after - before) / step, mp.mpf(case["condition"]["inputs"][place])
        if change > bound * mp.mpf("1.001") + mp.mpf(10) ** -25 * max(1, abs(before)):
            yield f"{case['id']}: entry {place} moves by {mp.nstr(change, 5)} units, condition {mp.nstr(bound, 5)}"


def tolerance_problems(case, mixture, values, dtypes):
    """2 (u_s |f| + K u_a C_operations) <= tolerance <= that with all that inputs and time may add, and the floor."""
    k, d = len(mixture["components"]), mixture["dimension"]
    if case["condition"]["count"] != 3 * d + k + 16:
        yield f"{case['id']}: {case['condition']['count']} operations, not 3 d + k + 16"
    for name, tolerances in case["tolerance"].items():
        if isinstance(tolerances, str):
            continue
        storage, arithmetic = (exact(dtypes[name][part]) for part in ("storage_roundoff", "arithmetic_roundoff"))
        for place, tolerance in enumerate(map(mp.mpf, tolerances)):
            inputs, operations = (mp.mpf(case["condition"][part][place]) for part in ("inputs", "operations"))
            least = 2 * (storage * abs(values[place]) + case["condition"]["count"] * arithmetic * operations)
            # The Jacobian's tolerance has squares of the gradients' changes besides, which no condition number holds.
            most = mp.inf if case["op"] == "jacobian" else least + 2 * (2 * storage + 8 * arithmetic) * inputs
            # Three digits, rounded up; the floor is for weights that underflow (2^-126, or 2^-200), times the reach of the points.
            floor = mp.mpf(10) ** (-40 if name == "float64" else -20)
            if not least / mp.mpf("1.03") <= tolerance <= most * mp.mpf("1.03") + floor:
                yield f"{case['id']}: {name} tolerance {mp.nstr(tolerance, 5)}, not from {mp.nstr(least, 5)} to {mp.nstr(most, 5)}"


def problems(case, mixture, dtypes):
    mp.dps = digits_for(case, mixture)
    values = expected(case, mixture)
    lower, upper = case["value"]["lower"], case["value"]["upper"]
    if not len(values) == len(lower) == len(upper):
        yield f"{case['id']}: {len(lower)} entries where there are {len(values)}"
        return
    for place, (value, low, high) in enumerate(zip(values, map(mp.mpf, lower), map(mp.mpf, upper))):
        # Where both are 0 but for rounding, what counts is the size of what was added up.
        size = max(abs(value), mp.mpf(case["condition"]["operations"][place]) * AGREEMENT)
        if not low - AGREEMENT * size <= value <= high + AGREEMENT * size or high - low > AGREEMENT * max(size, 1e-300):
            yield f"{case['id']}: entry {place} is {mp.nstr(value, 25)}, not in [{low}, {high}]"
    yield from condition_problems(case, mixture, values)
    yield from tolerance_problems(case, mixture, values, dtypes)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--every", type=int, default=1, help="only every N-th case")
    arguments.add_argument("--largest", type=int, default=10**6, help="leave out dimensions beyond this")
    given = arguments.parse_args()
    manifest = json.loads((given.folder / "manifest.json").read_text())
    for entry in manifest["files"]:
        if hashlib.sha256((given.folder / entry["name"]).read_bytes()).hexdigest() != entry["sha256"]:
            sys.exit(f"{entry['name']}: not the SHA-256 of the manifest")
    mixtures = {}
    for line in (given.folder / "mixtures.jsonl").read_text().splitlines():
        mixture = json.loads(line)
        mixtures[mixture["name"]] = mixture
    checked, bad = 0, []
    names = [entry["name"] for entry in manifest["files"] if entry["name"] not in ("mixtures.jsonl", "schema.json")]
    lines = [line for name in names for line in (given.folder / name).read_text().splitlines()]
    if len(lines) != manifest["cases"]:
        sys.exit(f"{len(lines)} cases where the manifest has {manifest['cases']}")
    for line in lines[:: given.every]:
        case = json.loads(line)
        mixture = mixtures[case["mixture"]]
        if mixture["dimension"] > given.largest:
            continue
        checked += 1
        bad += problems(case, mixture, manifest["dtypes"])
    print("\n".join(bad + [f"{checked} cases computed anew, {len(bad)} entries off"]))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
