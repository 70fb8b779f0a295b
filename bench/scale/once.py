"""A client with a new connection for each request, run as a process of its own.

once.py PORT RATE: asks for the page, so many times a second at most, one request after the other. On
SIGTERM comes a line of JSON: how often what became of a request, and how long the longest took; then it ends.
"""

import json
import signal
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import pair


def main():
    port, rate = int(sys.argv[1]), int(sys.argv[2])
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    counts = Counter()
    due = time.monotonic()
    longest = 0
    while not stopped:
        begun = time.monotonic()
        counts[pair.ask(port).what] += 1
        longest = max(longest, time.monotonic() - begun)
        due = max(due + 1 / rate, time.monotonic() - 1)
        time.sleep(max(0, due - time.monotonic()))
    print(json.dumps({"counts": counts, "longest": longest}), flush=True)


if __name__ == "__main__":
    main()
