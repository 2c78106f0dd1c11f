#!/usr/bin/env python3
"""Learning rates: TV and score error against the number of rows, an EM fit of scikit-learn beside every row.

    bench/learning/rates.py [--seeds 3] [--only FAMILY,...] [--rows N,...] [--picture FILE.svg]

Prints a Markdown table and, with gnuplot, draws it. Runs are kept in build/learning, those of the gates among them.
"""

import pathlib
import statistics
import subprocess

from em import em_run
from measure import Bench, Progress, arguments_of, learned_run

# Steps, delta and numbers of rows.
SWEEPS = {"over1": (160, "0.001", [1000, 10000, 100000, 1000000]), "tri1": (160, "0.001", [1000, 10000, 100000, 1000000]),
          "over2": (80, "0.01", [1000, 4000, 20000])}


def row_of(family, n, learned, em):
    laws = [run["law"]["learned"] for run in learned]
    errors = [law.get("score_error_squared", run["learn"]["weighted_score_error"]) for law, run in zip(laws, learned)]
    mean = statistics.fmean
    return {"family": family, "n": n, "seeds": len(learned), "tv": mean(law["tv"] for law in laws),
            "exact": mean(run["law"]["exact"]["tv"] for run in learned), "em": mean(run["tv"] for run in em),
            "error": mean(errors), "em_error": mean(run["weighted_score_error"] for run in em),
            "seconds": mean(run["learn"]["seconds"] for run in learned)}


def print_table(rows):
    print("| | n | seeds | TV learned | TV exact score | TV EM | Σγ·E learned | Σγ·E EM |\n|---|---|---|---|---|---|---|---|")
    for row in rows:
        print("| {family} | {n} | {seeds} | {tv:.4f} | {exact:.4f} | {em:.4f} | {error:.2g} | {em_error:.2g} |".format(**row))


def draw_picture(path, rows):
    """TV against n, a panel a family."""
    families = list(dict.fromkeys(row["family"] for row in rows))
    blocks, plots = [], []
    for family in families:
        own = [row for row in rows if row["family"] == family]
        blocks.append(f"${family} << EOD\n" + "\n".join("{n} {tv} {exact} {em}".format(**row) for row in own) + "\nEOD\n")
        plots.append(f"set title '{family}'\nplot ${family} using 1:2 with linespoints pt 7 lc rgb '#1f5fbf' title 'learned', "
                     f"'' using 1:4 with linespoints pt 5 lc rgb '#d0661f' title 'EM', "
                     f"'' using 1:3 with lines dt 2 lc rgb '#777777' title 'exact score'\n")
    script = (f"set terminal svg size {300 * len(families)},300 background rgb 'white'\nset output '{path}'\n" + "".join(blocks) +
              f"set multiplot layout 1,{len(families)}\nset logscale xy\nset format x '10^{{%T}}'\nset xlabel 'rows n'\n"
              "set ylabel 'TV to the truth'\nset yrange [0.0003:0.5]\nset key bottom left samplen 1\n" + "".join(plots))
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def main():
    parser = arguments_of(__doc__.splitlines()[0], "learning")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", default="", help="families, separated by commas")
    parser.add_argument("--rows", default="", help="these numbers of rows only, separated by commas")
    parser.add_argument("--picture", type=pathlib.Path)
    arguments = parser.parse_args()
    bench = Bench(arguments)
    asked = [int(n) for n in arguments.rows.split(",") if n]
    families = [name for name in arguments.only.split(",") if name] or list(SWEEPS)
    sizes = [(family, n) for family in families for n in SWEEPS[family][2] if not asked or n in asked]
    progress = Progress(len(sizes) * arguments.seeds)
    rows = []
    for family, n in sizes:
        steps, stop, _ = SWEEPS[family]
        learned, em = [], []
        for seed in range(1, arguments.seeds + 1):
            learned.append(learned_run(bench, family, n, steps, stop, seed))
            em.append(em_run(bench, family, n, steps, stop, seed))
            progress(f"{family} n = {n} seed {seed}: TV {learned[-1]['law']['learned']['tv']:.4f}, EM {em[-1]['tv']:.4f}")
        rows.append(row_of(family, n, learned, em))
    print_table(rows)
    if arguments.picture:
        draw_picture(arguments.picture, rows)


if __name__ == "__main__":
    main()
