"""What bench/learning measures: one run is data drawn from a built-in mixture, learned, and its output law against the truth.

A run is kept as a file of its own, so that a sweep that was stopped goes on where it was. The file names the program's commit;
a run of another commit is made again unless the sweep is told to take it.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

COMPONENTS = {"over1": 2, "diff1": 2, "sep1": 2, "pan1": 2, "tri1": 3, "nest1": 2, "over2": 2, "sep2": 3, "pan2": 2,
              "nest2": 2, "over5": 2}


class Bench:
    """The program, the folder of the runs, and what was asked for."""

    def __init__(self, arguments):
        self.verimix = arguments.verimix.resolve()
        self.folder = arguments.folder.resolve()
        self.any_commit = arguments.any_commit
        (self.folder / "runs").mkdir(parents=True, exist_ok=True)
        lines = self.text("--version").splitlines()
        self.commit = next(line.split()[1] for line in lines if line.startswith("git "))

    def text(self, *arguments):
        """The answer of one call of the program; its complaints go to our standard error."""
        done = subprocess.run([self.verimix, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True)
        return done.stdout

    def document(self, *arguments):
        return json.loads(self.text(*arguments))

    def kept(self, name):
        """The run of that name, if there is one to take."""
        path = self.folder / "runs" / f"{name}.json"
        if not path.exists():
            return None
        run = json.loads(path.read_text())
        return run if self.any_commit or run["commit"] == self.commit else None

    def keep(self, name, run):
        """Complete or not at all."""
        path = self.folder / "runs" / f"{name}.json"
        beside = path.with_suffix(".partial")
        beside.write_text(json.dumps({"commit": self.commit, **run}, indent=1))
        os.replace(beside, path)

    def truth(self, family):
        """The file of a built-in mixture, NAME or NAME:KEY=VALUE,..."""
        path = self.folder / f"{file_stem(family)}.json"
        name, _, settings = family.partition(":")
        if not path.exists():
            pairs = [part for pair in settings.split(",") if pair for part in ("--set", pair)]
            self.text("instance", name, *pairs, "--output", path)
        return path


def file_stem(family):
    return "".join(c if c.isalnum() else "-" for c in family)


def components_of(family):
    name, _, settings = family.partition(":")
    pairs = dict(pair.split("=") for pair in settings.split(",") if pair)
    return int(pairs["k"]) if "k" in pairs else COMPONENTS[name]


def rows_of(table):
    """A verimix.experiment/1 as {first column: {column: number}}."""
    columns = table["columns"]
    return {row[0]: {c: None if x is None else float(x) for c, x in zip(columns[1:], row[1:])} for row in table["rows"]}


def learned_run(bench, family, n, steps, stop, seed):
    """One run: `law` are the rows of `experiment output-law`, `learn` what the summary of learning says. Neither the data nor the
    model is kept."""
    name = f"{file_stem(family)}-n{n}-N{steps}-stop{stop}-seed{seed}"
    found = bench.kept(name)
    if found is not None:
        return found
    truth = bench.truth(family)
    data, model = bench.folder / f"{name}.npy", bench.folder / f"{name}.model"
    bench.text("sample", truth, "--count", n, "--seed", seed, "--output", data)
    started = time.perf_counter()
    summary = bench.document("learn", data, "--components", components_of(family), "--truth", truth, "--steps", steps, "--stop",
                             stop, "--seed", seed, "--output", model)
    seconds = time.perf_counter() - started
    law = bench.document("experiment", "output-law", "--set", f"model={model}", "--set", f"truth={truth}")
    run = {"family": family, "n": n, "N": steps, "delta": stop, "seed": seed, "law": rows_of(law),
           "learn": {"weighted_score_error": float(summary["weighted_score_error"]), "seconds": seconds,
                     "peak_memory_mib": max(float(stage["peak_memory_mib"]) for stage in summary["stages"])}}
    bench.keep(name, run)
    data.unlink()
    model.unlink()
    return run


def quantile(values, share):
    """The smallest observed value that is at least so large as that share of them."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


class Progress:
    """One line a run on standard error, with the time left at the pace so far of the runs that were made."""

    def __init__(self, total):
        self.total, self.done, self.made, self.spent = total, 0, 0, 0.0
        self.before = time.perf_counter()

    def __call__(self, what):
        now = time.perf_counter()
        lasted, self.before = now - self.before, now
        self.done += 1
        if lasted > 0.1:  # a run that was kept takes no time
            self.made, self.spent = self.made + 1, self.spent + lasted
        left = (self.total - self.done) * self.spent / max(1, self.made)
        print(f"{self.done:4d}/{self.total} {what} ({left / 60:.0f} min left)", file=sys.stderr, flush=True)


def arguments_of(description, folder):
    parser = argparse.ArgumentParser(description=description)
    top = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--verimix", type=pathlib.Path, default=top / "build/release/verimix")
    parser.add_argument("--folder", type=pathlib.Path, default=top / "build" / folder, help="where the runs are kept")
    parser.add_argument("--any-commit", action="store_true", help="take runs that another commit of the program made")
    return parser
