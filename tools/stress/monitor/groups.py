"""How often each group of people is in a band: the one place beside `fairness_check` that looks at who people are.

It reads attributes that no score may use, to see whether the score treats groups alike; it returns rates of groups and never a person.
"""

from collections.abc import Mapping

from tools.stress.monitor.proportion import Proportion, proportion
from tools.value import Value


class GroupRate(Value):
    """The share of a group that is critical."""

    group: str
    critical: Proportion


class GroupRates(Value):
    """Rates by group of one attribute; `ratio` is the lowest over the highest share of groups with enough people, None below two such."""

    attribute: str
    rates: tuple[GroupRate, ...]
    ratio: float | None


def group_rates(attribute: str, group_of: Mapping[str, str], critical: Mapping[str, bool]) -> GroupRates:
    """Rates of critical stress by group; customers without a group or without a score are left out."""
    counted: dict[str, list[int]] = {}
    for customer in sorted(set(group_of) & set(critical)):
        held = counted.setdefault(group_of[customer], [0, 0])
        held[0] += critical[customer]
        held[1] += 1
    rates = tuple(GroupRate(group=group, critical=proportion(hit, total)) for group, (hit, total) in sorted(counted.items()))
    shares = [rate.critical.share for rate in rates if rate.critical.share is not None]
    ratio = min(shares) / max(shares) if len(shares) > 1 and max(shares) > 0 else None
    return GroupRates(attribute=attribute, rates=rates, ratio=None if ratio is None else round(ratio, 4))
