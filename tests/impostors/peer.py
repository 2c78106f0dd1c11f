#!/usr/bin/env python3
"""The correct implementation, or an impostor, behind the pipe of `verimix validate --command`: peer.py NAME."""
import json
import sys

import impostors
import numpy
from correct import Implementation


def numbers(nested):
    return [numbers(v) for v in nested] if isinstance(nested, list) else float.fromhex(nested)


class Peer:
    """Answers requests with implementations of a kind, one for each mixture and prediction, kept as users keep theirs."""

    OPERATIONS = ("log_density", "responsibilities", "score", "prediction")

    def __init__(self, kind):
        self.kind, self.kept = kind, {}

    def reply(self, request):
        """The answer's document."""
        clock = self.clock(request)
        if clock is None or request["op"] not in self.OPERATIONS:
            return {"id": request["id"], "error": "unsupported: " + request["op"]}
        time, rate = clock
        key = request["mixture"]["name"], request["dtype"], request["predicts"], rate
        if key not in self.kept:
            parameters = [numpy.array([numbers(c[name]) for c in request["mixture"]["components"]])
                          for name in ("weight", "mean", "covariance")]
            self.kept[key] = self.kind(*parameters, dtype=request["dtype"], predicts=request["predicts"], rate=rate)
        try:
            answer = self.kept[key].answer(request["op"], numpy.array(numbers(request["points"])), time)
        except numpy.linalg.LinAlgError as error:
            return {"id": request["id"], "error": str(error)}
        return {"id": request["id"], request["op"]: answer.astype(float).tolist()}

    @staticmethod
    def clock(request):
        """(the time of dx = -x dt + sqrt(2) dw, its derivative by the user's time), or None for another process."""
        time, process = float.fromhex(request["time"]), request.get("process")
        if process is None:
            return time, 1.0
        if process["kind"] != "ou":
            return None
        scale, horizon = float.fromhex(process["time_scale"]), float.fromhex(process["horizon"])
        return (horizon - scale * time, -scale) if process["reversed"] else (scale * time, scale)


def main():
    kind = next(kind for kind in [Implementation, *impostors.everyone()] if kind.__name__ == sys.argv[1])
    peer = Peer(kind)
    for line in sys.stdin:
        print(json.dumps(peer.reply(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
