"""A share of few cases, with the interval it lies in."""

from math import sqrt

from tools.value import Value

#: Two-sided 95 %.
_Z = 1.959963984540054
#: Below this a share is not told: 1 in 20 would have an interval from 0.9 to 23.6 percent.
FEWEST = 30


class Proportion(Value):
    """`count` of `total`; the Wilson interval of 95 % (Wilson 1927), and no share at all when `total` is below `FEWEST`."""

    count: int
    total: int
    share: float | None
    low: float | None
    high: float | None


def proportion(count: int, total: int) -> Proportion:
    """The share `count / total` with its interval."""
    if total < FEWEST:
        return Proportion(count=count, total=total, share=None, low=None, high=None)
    share, spread = count / total, _Z * _Z / total
    centre = (share + spread / 2) / (1 + spread)
    reach = _Z * sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return Proportion(count=count, total=total, share=share, low=max(centre - reach, 0.0), high=min(centre + reach, 1.0))
