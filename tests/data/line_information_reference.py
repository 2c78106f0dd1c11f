#!/usr/bin/env python3
"""Expectations of one mixture on the line by mpmath's quadrature at 50 digits: not rigorous, and independent of Arb.

    python3 line_information_reference.py > line_information_reference.json

information = E s^2 with s = p'/p; score_error = E (s - g)^2 for the piecewise polynomial g of the test (1 - x + x^2/3 on
[1, 5/2], 2 - x/2 below -1, -x elsewhere); kl = KL(p_t || N(0, 1)) at t = 1, p_t the law of dx = -x dt + sqrt(2) dw.
"""

import json

import mpmath as mp

mp.mp.dps = 50

CASES = {
    "three": [("0.3", "-4", "0.5"), ("0.3", "0", "1"), ("0.4", "3", "0.3")],
    "nested": [("1/2", "0", "0.1"), ("1/2", "0", "2")],
    "apart": [("0.4", "-6", "1"), ("0.6", "5", "1.5")],
}


def number(text):
    top, _, bottom = text.partition("/")
    return mp.mpf(top) / (mp.mpf(bottom) if bottom else 1)


def density(components):
    def at(x):
        terms = [(w * mp.exp(-(x - m) ** 2 / (2 * v)) / mp.sqrt(2 * mp.pi * v), m, v) for w, m, v in components]
        value = mp.fsum(t for t, _, _ in terms)
        return value, mp.fsum(-t * (x - m) / v for t, m, v in terms) / value

    return at


def ends(components):
    """Half a deviation apart, with the ends of the cells among them."""
    low = min(m - 16 * mp.sqrt(v) for _, m, v in components)
    high = max(m + 16 * mp.sqrt(v) for _, m, v in components)
    step = min(mp.sqrt(v) for _, _, v in components) / 2
    count = int(mp.ceil((high - low) / step))
    places = [low + (high - low) * i / count for i in range(count + 1)] + [mp.mpf(-1), mp.mpf(1), mp.mpf(5) / 2]
    return sorted(set(places))


def main():
    cases = []
    for name, text in CASES.items():
        components = [tuple(map(number, c)) for c in text]
        at, places = density(components), ends(components)
        information = mp.quad(lambda x: (lambda p, s: p * s * s)(*at(x)), places)
        # Each piece lies in one cell: its middle says which polynomial holds on it.
        error = mp.mpf(0)
        for a, b in zip(places, places[1:]):
            middle = (a + b) / 2
            g = ((lambda x: 1 - x + x * x / 3) if 1 < middle < mp.mpf(5) / 2
                 else (lambda x: 2 - x / 2) if middle < -1 else (lambda x: -x))
            error += mp.quad(lambda x: (lambda p, s: p * (s - g(x)) ** 2)(*at(x)), [a, b])
        scale = mp.exp(-1)
        later = [(w, scale * m, scale**2 * v + 1 - scale**2) for w, m, v in components]
        of_later = density(later)
        log_normal = lambda x: -x * x / 2 - mp.log(2 * mp.pi) / 2
        kl = mp.quad(lambda x: (lambda p: p * (mp.log(p) - log_normal(x)))(of_later(x)[0]), ends(later))
        values = {"information": information, "score_error": error, "kl": kl}
        cases.append({"name": name, "p": text, **{k: mp.nstr(v, 36) for k, v in values.items()}})
    head = {"generator": "tests/data/line_information_reference.py", "mpmath": mp.__version__, "working_digits": 50,
            "components": "weight, mean, variance"}
    print(json.dumps(head)[:-1] + ', "cases": [\n' + ",\n".join(map(json.dumps, cases)) + "\n]}")


if __name__ == "__main__":
    main()
