#!/usr/bin/env python3
"""A right implementation in plain float64, for the tests of `verimix validate`: reads a JSON line a case, writes one.

Standard library only. Cholesky factors, logarithms of sums of exponentials, 1 - e^-x by expm1.
"""
import json
import math
import sys


def number(text):
    return float.fromhex(text) if isinstance(text, str) else float(text)


def level(process, u):
    """(a, s^2, a'/a, (s^2)' - 2 (a'/a) s^2) on the clock of the user."""
    if process is None:
        return math.exp(-u), -math.expm1(-2 * u), -1.0, 2.0
    at = {name: number(value) for name, value in process.items() if name not in ("kind", "reversed")}
    scale = -at["time_scale"] if process["reversed"] else at["time_scale"]
    tau = at["horizon"] + scale * u if process["reversed"] else scale * u
    kind = process["kind"]
    if kind.startswith("vp") or kind == "ou":
        if kind == "vp-cosine":
            stretch = math.pi / 2 / (1 + at["offset"])
            angle, start = stretch * (tau + at["offset"]), stretch * at["offset"]
            rate = -stretch * math.tan(angle)
            a = math.cos(angle) / math.cos(start)
            return a, math.sin(angle - start) * math.sin(angle + start) / math.cos(start) ** 2, scale * rate, -2 * scale * rate
        if kind == "vp-linear":
            slope = at["beta_max"] - at["beta_min"]
            integral, beta = tau * (at["beta_min"] + slope * tau / 2), at["beta_min"] + slope * tau
        else:
            beta = 2.0 if kind == "ou" else at["beta"]
            integral = beta * tau
        return math.exp(-integral / 2), -math.expm1(-integral), -scale * beta / 2, scale * beta
    if kind == "ve-geometric":
        growth = math.log(at["sigma_max"] / at["sigma_min"])
        sigma = at["sigma_min"] * math.exp(growth * tau)
        return 1.0, sigma**2, 0.0, 2 * scale * growth * sigma**2
    if kind == "ve-linear":
        return 1.0, tau**2, 0.0, 2 * scale * tau
    return 1 - tau, tau**2, -scale / (1 - tau), 2 * scale * tau / (1 - tau)


def cholesky(q):
    d = len(q)
    lower = [[0.0] * d for _ in range(d)]
    for j in range(d):
        for i in range(j, d):
            rest = q[i][j] - sum(lower[i][m] * lower[j][m] for m in range(j))
            lower[i][j] = math.sqrt(rest) if i == j else rest / lower[j][j]
    return lower


def forward(lower, z):
    y = []
    for i, row in enumerate(lower):
        y.append((z[i] - sum(row[m] * y[m] for m in range(i))) / row[i])
    return y


def backward(lower, y):
    d = len(y)
    g = [0.0] * d
    for i in reversed(range(d)):
        g[i] = (y[i] - sum(lower[m][i] * g[m] for m in range(i + 1, d))) / lower[i][i]
    return g


class Law:
    def __init__(self, mixture, a, variance):
        d = mixture["dimension"]
        self.size, self.parts = len(mixture["components"]), []
        for place, component in enumerate(mixture["components"]):
            weight = number(component["weight"])
            if weight == 0:
                continue
            mean = [a * number(m) for m in component["mean"]]
            q = [[a * a * number(entry) for entry in row] for row in component["covariance"]]
            for i in range(d):
                q[i][i] += variance
            lower = cholesky(q)
            peak = math.log(weight) - d / 2 * math.log(2 * math.pi) - sum(math.log(lower[i][i]) for i in range(d))
            self.parts.append((place, mean, lower, peak))

    def at(self, x, with_jacobian=False):
        logs, gradients = [], []
        for _, mean, lower, peak in self.parts:
            y = forward(lower, [xi - mi for xi, mi in zip(x, mean)])
            logs.append(peak - sum(v * v for v in y) / 2)
            gradients.append(backward(lower, y))
        top = max(logs)
        total = sum(math.exp(value - top) for value in logs)
        weights = [math.exp(value - top) / total for value in logs]
        d = len(x)
        mean_gradient = [sum(w * g[m] for w, g in zip(weights, gradients)) for m in range(d)]
        responsibilities = [0.0] * self.size
        for (place, *_), w in zip(self.parts, weights):
            responsibilities[place] = w
        jacobian = [[0.0] * d for _ in range(d)] if with_jacobian else None
        if with_jacobian:
            for (_, _, lower, _), w, g in zip(self.parts, weights, gradients):
                h = [gm - mm for gm, mm in zip(g, mean_gradient)]
                for j in range(d):
                    unit = [1.0 if i == j else 0.0 for i in range(d)]
                    column = backward(lower, forward(lower, unit))
                    for i in range(d):
                        jacobian[i][j] += w * (h[i] * h[j] - column[i])
        return top + math.log(total), [-g for g in mean_gradient], responsibilities, jacobian


def answer(request):
    time = number(request["time"])
    process = request.get("process")
    a, variance, rate, noise_rate = level(process, time) if process or time > 0 else (1.0, 0.0, 0.0, 0.0)
    law = Law(request["mixture"], a, variance)
    op, predicts, results = request["op"], request["predicts"], []
    s = math.sqrt(variance)
    for row in request["points"]:
        x = [number(value) for value in row]
        log_density, score, responsibilities, jacobian = law.at(x, op == "jacobian")
        if op == "prediction":
            of_point, of_score = {"score": (0.0, 1.0), "noise": (0.0, -s), "x0": (1 / a, variance / a),
                                  "v": (-s / a, -s / a * (a * a + variance)), "velocity": (rate, -noise_rate / 2)}[predicts]
            results.append([of_point * xi + of_score * si for xi, si in zip(x, score)])
        else:
            results.append({"log_density": log_density, "score": score, "responsibilities": responsibilities,
                            "jacobian": jacobian}[op])
    return {"id": request["id"], op: results}


def main():
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
