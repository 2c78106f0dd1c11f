#!/usr/bin/env python3
"""right.py with one fault: faulty.py MODE [EVERY]. Every EVERY-th answer is spoiled (1: all)."""
import json
import os
import signal
import sys
import time

import right


def spoiled(mode, request):
    good = right.answer(request)
    op = request["op"]
    if mode == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif mode == "exit":
        sys.exit(3)
    elif mode == "hang":
        time.sleep(3600)
    elif mode == "half":
        sys.stdout.write('{"id": "half a li')
        sys.stdout.flush()
        sys.exit(0)
    elif mode == "half-hang":
        sys.stdout.write('{"id": "half a li')
        sys.stdout.flush()
        time.sleep(3600)
    elif mode == "endless":
        while True:
            sys.stdout.write("x" * 65536)
    elif mode == "deaf":
        os.close(0)
        time.sleep(3600)
    elif mode == "twice":
        return json.dumps(good) + "\n" + json.dumps(good)
    elif mode == "blank":
        return ""
    elif mode == "garbage":
        return "Loading model... \x01\xff done"
    elif mode == "nan":
        return json.dumps({"id": request["id"], op: json.loads(json.dumps(good[op]), parse_float=lambda _: float("nan"))})
    elif mode == "shape":
        return json.dumps({"id": request["id"], op: [good[op]]})
    elif mode == "other-id":
        return json.dumps({"id": "someone-else", op: good[op]})
    elif mode == "error":
        return json.dumps({"id": request["id"], "error": "cannot do this"})
    elif mode == "unsupported":
        return json.dumps({"id": request["id"], "error": "unsupported: " + op})
    elif mode == "sign":
        return json.dumps({"id": request["id"], op: negated(good[op])})
    return json.dumps(good)


def negated(values):
    return [negated(v) for v in values] if isinstance(values, list) else -values


def main():
    mode, every = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    for number, line in enumerate(sys.stdin, 1):
        request = json.loads(line)
        text = spoiled(mode, request) if number % every == 0 else json.dumps(right.answer(request))
        sys.stdout.buffer.write(text.encode("latin-1") + b"\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
