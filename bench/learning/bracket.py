#!/usr/bin/env python3
"""In dimensions where the output's law is not computed: TV(p, q_0) of a learned sampler between two bounds.

    bench/learning/bracket.py [--seeds 1] [--only FAMILY,...]

Below: a set A, found by a classifier on one half of the draws, and its two shares on the other half: TV >= |P(A) - Q(A)|, with
Hoeffding's margin for both. Above: `experiment output-law`, whose bound holds at its confidence for every number of draws. Each end
has confidence 99%, the two together 98%. Prints a Markdown table.
"""

import math

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from measure import Bench, Progress, arguments_of, components_of, file_stem, rows_of

# Rows, steps, delta, degree.
FAMILIES = {"over5": (20000, 320, "0.01", 3), "random:d=8,k=2,alpha=1/2,beta=3/2,R=3,seed=1": (20000, 320, "0.01", 2)}
DRAWN = 100000
POINTS = 2048
CONFIDENCE = 0.99


def lower_bound(model_points, truth_points):
    """Of TV between the laws of the two samples, at the confidence."""
    points = np.vstack([model_points, truth_points])
    label = np.repeat([1, 0], [len(model_points), len(truth_points)])
    first = np.arange(len(points)) % 2 == 0
    found = HistGradientBoostingClassifier(max_iter=100, random_state=1).fit(points[first], label[first])
    inside, kinds = found.predict(points[~first]) == 1, label[~first]
    difference = inside[kinds == 1].mean() - inside[kinds == 0].mean()
    # Hoeffding for either sample, half of the failure probability each, one-sided.
    margin = sum(math.sqrt(math.log(2 / (1 - CONFIDENCE)) / (2 * np.sum(kinds == kind))) for kind in (0, 1))
    return max(0.0, float(difference - margin))


def bracket_run(bench, family, seed):
    n, steps, stop, degree = FAMILIES[family]
    name = f"bracket-{file_stem(family)}-n{n}-N{steps}-stop{stop}-L{degree}-seed{seed}"
    found = bench.kept(name)
    if found is not None:
        return found
    truth = bench.truth(family)
    data, model, drawn, right = (bench.folder / f"{name}{end}" for end in (".npy", ".model", "-drawn.npy", "-truth.npy"))
    bench.text("sample", truth, "--count", n, "--seed", seed, "--output", data)
    summary = bench.document("learn", data, "--components", components_of(family), "--truth", truth, "--steps", steps, "--stop",
                             stop, "--degree", degree, "--seed", seed, "--output", model)
    law = rows_of(bench.document("experiment", "output-law", "--set", f"model={model}", "--set", f"truth={truth}", "--set",
                                 f"confidence={CONFIDENCE}", "--set", f"points={POINTS}"))
    bench.text("sample", model, "--count", DRAWN, "--seed", seed, "--output", drawn)
    bench.text("sample", truth, "--count", DRAWN, "--seed", seed + 1000, "--output", right)
    run = {"family": family, "n": n, "N": steps, "delta": stop, "degree": degree, "seed": seed, "law": law,
           "lower": lower_bound(np.load(drawn), np.load(right)), "weighted_score_error": float(summary["weighted_score_error"])}
    bench.keep(name, run)
    for path in (data, model, drawn, right):
        path.unlink()
    return run


def main():
    parser = arguments_of(__doc__.splitlines()[0], "learning")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--only", default="", help="families, separated by semicolons")
    arguments = parser.parse_args()
    bench = Bench(arguments)
    families = [name for name in arguments.only.split(";") if name] or list(FAMILIES)
    progress = Progress(len(families) * arguments.seeds)
    print("| | seed | TV(p, q_0) at least | at most | of that: steps | score | stopping | Σγ·E |\n|---|---|---|---|---|---|---|---|")
    for family in families:
        for seed in range(1, arguments.seeds + 1):
            run = bracket_run(bench, family, seed)
            law = run["law"]["learned"]
            progress(f"{family} seed {seed}: TV in [{run['lower']:.4f}, {law['tv_upper']:.4f}]")
            print(f"| {family} | {seed} | {run['lower']:.4f} | {law['tv_upper']:.4f} | {law['steps_tv_upper']:.4f} | {law['score_tv_upper']:.4f} | "
                  f"{law['tv_stopping_upper']:.4f} | {run['weighted_score_error']:.2g} |")


if __name__ == "__main__":
    main()
