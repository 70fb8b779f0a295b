"""What others notice: a hot file asked for at a fixed pace while something else goes on."""

import subprocess
import sys
import time
from pathlib import Path

from processes import end, start
from rows import Lacks
from visitor import PATIENCE_SECONDS, percentile, read_visits

HERE = Path(__file__).resolve().parent
LOOKS = 3


def visit(port, file, work, rate=200, percents=(99,), target=None):
    """Asks for a hot file at a fixed pace, by another process, while work() runs.

    A target is asked for instead of the file if it is given; the file holds its answer. Returns percentiles in milliseconds, how many requests failed, and what work() returns.
    """
    said = file.parent.parent / "pace.out"
    client = [sys.executable, HERE / "pace.py", port, file, rate, *([target] if target else [])]
    with open(said, "wb") as out:
        pace = start(client, stdout=out, stderr=subprocess.DEVNULL)
    try:
        time.sleep(0.5)
        begun = time.monotonic()
        result = work()
        ended = time.monotonic()
    finally:
        end(pace)
    visits = [visit for visit in read_visits(said) if begun <= visit.due < ended]
    if len(visits) < 0.9 * rate * (ended - begun):
        raise Lacks(f"the client was too slow, {len(visits)} requests")
    errors = sum(bool(visit.error) for visit in visits)
    seconds = [PATIENCE_SECONDS if visit.error else visit.answered - visit.sent for visit in visits]
    return [1000 * percentile(seconds, percent) for percent in percents], errors, result


def looks(look):
    """The least p99 of up to three looks that are over their limit: a busy machine only makes it more."""
    cells = []
    while len(cells) < LOOKS and not (cells and cells[-1][-1]):
        cells.append(look())
    best = min(cells, key=lambda cell: (not cell[-1], cell[0]))
    words = best[1] + (f", least of {len(cells)}" if len(cells) > 1 else "")
    return words, best[-1]


def shown(millis, errors):
    return f"{millis:.1f} ms" + (f", {errors} errors" if errors else "")
