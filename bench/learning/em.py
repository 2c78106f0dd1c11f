"""An EM fit beside a learned model: scikit-learn's GaussianMixture, run as it should be, and its distance to the truth by verimix."""

import json

import numpy as np
from sklearn.mixture import GaussianMixture

from measure import components_of, file_stem

STARTS, TOLERANCE = 10, 1e-8
# Ten runs to that tolerance on a million rows take hours: from here on the starts compete on the first so many rows, and the best
# one goes on with all of them.
FEW = 10000
DRAWS = 4000


def fit(rows, components, seed):
    options = {"tol": TOLERANCE, "max_iter": 5000, "random_state": seed}
    best = GaussianMixture(components, n_init=STARTS, init_params="random_from_data", **options).fit(rows[:FEW])
    if len(rows) > FEW:
        best = GaussianMixture(components, weights_init=best.weights_, means_init=best.means_, precisions_init=best.precisions_,
                               **options).fit(rows)
    return best


def exact(x):
    return repr(float(x))


def mixture_document(weights, means, covariances):
    # The weights' decimals have to add up to 1 exactly: in units of 1e-15, the last one takes what is left.
    units = [round(float(w) * 10**15) for w in weights[:-1]]
    units.append(10**15 - sum(units))
    return {"format": "verimix.mixture/1", "name": "em", "dimension": len(means[0]),
            "components": [{"weight": f"{u}/{10**15}", "mean": [exact(x) for x in m],
                            "covariance": [[exact((c[i][j] + c[j][i]) / 2) for j in range(len(m))] for i in range(len(m))]}
                           for u, m, c in zip(units, means, covariances)]}


def scores(mixture, t, x):
    """The score of the mixture (weights, means, covariances) at time t, at the rows of x."""
    weights, means, covariances = mixture
    signal = np.exp(-t)
    logs, pulls = [], []
    for w, m, c in zip(weights, means, covariances):
        precision = np.linalg.inv(signal**2 * c + (1 - signal**2) * np.eye(len(m)))
        pull = -(x - signal * m) @ precision
        logs.append(np.log(w) + np.linalg.slogdet(precision)[1] / 2 + np.sum((x - signal * m) * pull, axis=1) / 2)
        pulls.append(pull)
    share = np.exp(np.array(logs) - np.max(logs, axis=0))
    share /= share.sum(axis=0)
    return np.einsum("ki,kij->ij", share, np.array(pulls))


def draws(mixture, t, rng):
    weights, means, covariances = mixture
    signal = np.exp(-t)
    counts = rng.multinomial(DRAWS, weights)
    return np.vstack([rng.multivariate_normal(signal * m, signal**2 * c + (1 - signal**2) * np.eye(len(m)), n)
                      for n, m, c in zip(counts, means, covariances)])


def weighted_score_error(truth, fitted, steps, stop, horizon=5.0):
    """Sum gamma E|s_fitted - s|^2 over verimix's grid, in coordinates in which the truth has deviations 1, by draws."""
    weights, means, covariances = truth
    centre = weights @ means
    variance = sum(w * (np.diag(c) + (m - centre) ** 2) for w, m, c in zip(weights, means, covariances))
    scale = np.sqrt(variance)

    def standardised(mixture):
        return mixture[0], (mixture[1] - centre) / scale, [c / np.outer(scale, scale) for c in mixture[2]]

    p, q = standardised(truth), standardised(fitted)
    half = steps // 2
    times = np.concatenate([np.linspace(horizon, 1, half + 1), stop ** (np.arange(1, half + 1) / half)])
    rng = np.random.default_rng(1)
    total = 0.0
    for here, after in zip(times[:-1], times[1:]):
        x = draws(p, here, rng)
        total += (here - after) * np.mean(np.sum((scores(q, here, x) - scores(p, here, x)) ** 2, axis=1))
    return total


def read_mixture(path):
    document = json.loads(path.read_text())

    def number(x):
        up, _, down = str(x).partition("/")
        return float(up) / float(down or 1)

    parts = document["components"]
    return (np.array([number(c["weight"]) for c in parts]), np.array([[number(x) for x in c["mean"]] for c in parts]),
            [np.array([[number(x) for x in row] for row in c["covariance"]]) for c in parts])


def em_run(bench, family, n, steps, stop, seed):
    """The same data as learned_run's: TV(EM's mixture, q_0) and the weighted score error on the same grid."""
    name = f"em-{file_stem(family)}-n{n}-N{steps}-stop{stop}-seed{seed}"
    found = bench.kept(name)
    if found is not None:
        return found
    path, data, mixture = bench.truth(family), bench.folder / f"{name}.npy", bench.folder / f"{name}.json"
    bench.text("sample", path, "--count", n, "--seed", seed, "--output", data)
    fitted = fit(np.load(data), components_of(family), seed)
    mixture.write_text(json.dumps(mixture_document(fitted.weights_, fitted.means_, fitted.covariances_)))
    distance = bench.document("distance", path, mixture, "--metric", "tv", "--digits", 3)["metrics"][0]
    run = {"family": family, "n": n, "seed": seed, "converged": bool(fitted.converged_), "iterations": int(fitted.n_iter_),
           "tv": float(distance["upper"]), "evidence": distance["evidence"],
           "weighted_score_error": weighted_score_error(read_mixture(path), (fitted.weights_, fitted.means_, fitted.covariances_),
                                                        steps, float(stop))}
    bench.keep(name, run)
    data.unlink()
    mixture.unlink()
    return run
