#!/usr/bin/env python3
"""The gates of learning, end to end: data in, a sampler out, its output law against the truth, over 20 seeds.

    bench/learning/gates.py [--seeds 20] [--only NAME,...]

Prints a Markdown table with the observed 95% quantile beside each gate; exit status 1 if a quantile misses its gate. Runs are kept
in build/learning, and the sweep goes on where it was stopped.
"""

import sys

from measure import Bench, Progress, arguments_of, learned_run, quantile

# A tenth or so above the 95% quantiles of twenty seeds. On the line, n = 1e5, delta = 1e-3, N = 160, T = 5: what the TV is at most
# above that of the exact score, and what the weighted score error sum gamma E is at most.
LINE = {"over1": (0.009, 0.001), "diff1": (0.0075, 0.0013), "sep1": (0.003, 0.0021), "pan1": (0.0025, 0.0018),
        "tri1": (0.0055, 0.0016), "nest1": (0.009, 0.0027)}
LINE_LOST = 1e-12
# On the plane, n = 2e4, delta = 0.01, N = 80, T = 5: the TV to the stopped law.
PLANE = {"over2": 0.032, "sep2": 0.038, "pan2": 0.033}


def exact_score_rows(bench):
    """TV(output, q_0) with the exact score on over1 for N = 50, ..., 400: one number each, and the fall per doubling."""
    table = bench.document("experiment", "discretisation", "--set", "family=over1", "--set", "N=50,100,200,400")
    steps, ratio = table["columns"].index("N"), table["columns"].index("tv_ratio")
    return [(f"over1, exact score: TV({row[steps] // 2} steps)/TV({row[steps]})", [float(row[ratio])], 1.7, ">=")
            for row in table["rows"] if row[ratio] is not None]


def run_of(bench, family, seed):
    return learned_run(bench, family, 100000, 160, "0.001", seed) if family in LINE else learned_run(bench, family, 20000, 80,
                                                                                                    "0.01", seed)


def rows_of_family(family, runs):
    learned = [run["law"]["learned"] for run in runs]
    if family in PLANE:
        return [(f"{family}: TV(p, q_δ)", [law["tv_stopped"] for law in learned], PLANE[family], "<=")]
    excess = [run["law"]["learned"]["tv"] - run["law"]["exact"]["tv"] for run in runs]
    return [(f"{family}: TV(p, q_0) − that of the exact score", excess, LINE[family][0], "<="),
            (f"{family}: Σγ·E", [law["score_error_squared"] for law in learned], LINE[family][1], "<="),
            (f"{family}: lost mass", [law["lost_mass"] for law in learned], LINE_LOST, "<")]


def held(value, gate, sense):
    return {">=": value >= gate, "<": value < gate, "<=": value <= gate}[sense]


def print_table(rows):
    """Returns how many gates are missed by their 95% quantile."""
    print("| | seeds | median | 95% quantile | worst | gate | |\n|---|---|---|---|---|---|---|")
    missed = 0
    for what, values, gate, sense in rows:
        share, worst = (0.05, min(values)) if sense == ">=" else (0.95, max(values))
        good = held(quantile(values, share), gate, sense)
        missed += not good
        count = len(values) if len(values) > 1 else "none"
        print(f"| {what} | {count} | {quantile(values, 0.5):.3g} | {quantile(values, share):.3g} | {worst:.3g} | {sense} {gate:g} | "
              f"{'held' if good else 'missed'} |")
    return missed


def main():
    parser = arguments_of(__doc__.splitlines()[0], "learning")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--only", default="", help="families, separated by commas, or `exact` for the exact score's gate")
    arguments = parser.parse_args()
    bench = Bench(arguments)
    only = [name for name in arguments.only.split(",") if name] or ["exact", *LINE, *PLANE]
    families = [name for name in only if name != "exact"]
    progress = Progress(arguments.seeds * len(families))
    runs = {family: [] for family in families}
    for seed in range(1, arguments.seeds + 1):  # a sweep that is stopped early has seeds of every family
        for family in families:
            run = run_of(bench, family, seed)
            runs[family].append(run)
            learned, exact = run["law"]["learned"], run["law"]["exact"]
            key = "tv" if family in LINE else "tv_stopped"
            progress(f"{family} seed {seed}: TV {learned[key]:.4f}, exact score {exact[key]:.4f}")
    rows = exact_score_rows(bench) if "exact" in only else []
    for family in families:
        rows += rows_of_family(family, runs[family])
    sys.exit(1 if print_table(rows) else 0)


if __name__ == "__main__":
    main()
