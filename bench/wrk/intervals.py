"""The median of paired ratios, and the interval in which the true one lies.

The interval is that of the sign test: the k-th ratio from below and from above, for the largest k that
holds the true median in at least 95 of 100 experiments. It supposes nothing of how the ratios are spread,
only that they do not depend on one another. It needs six of them.
"""

from math import comb
from statistics import median

CONFIDENCE = 0.95


def rank(count, confidence=CONFIDENCE):
    """Which value from below and from above bounds the interval, from 1 on; 0 if there are too few."""
    outside = 0.0
    below = 0
    # P(at most `below` of the values lie under the median), on each of both sides.
    while below < count // 2:
        outside += 2 * comb(count, below) / 2**count
        if outside > 1 - confidence:
            break
        below += 1
    return below


class Interval:
    """The median of values, and the bounds of its interval; without bounds if there are too few."""

    def __init__(self, values):
        values = sorted(values)
        self.count = len(values)
        self.median = median(values)
        at = rank(self.count)
        self.low, self.high = (values[at - 1], values[-at]) if at else (None, None)

    @property
    def verdict(self):
        """Whether the ratio differs from 1, in words."""
        if self.low is None:
            return "too few pairs"
        if self.low <= 1 <= self.high:
            return "no difference to be told"
        return f"{abs(100 * (self.median - 1)):.1f} % {'more' if self.median > 1 else 'less'}"

    def __str__(self):
        if self.low is None:
            return f"{self.median:.3f}"
        return f"{self.median:.3f} [{self.low:.3f}, {self.high:.3f}]"
