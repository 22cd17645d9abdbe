"""How customers move between bands from one day to another."""

from collections import Counter
from collections.abc import Mapping
from typing import Literal, get_args

from tools.ledger.query import Band
from tools.value import Value

#: From calm to strained; `too_short` has no place in the order.
_ORDER: dict[Band, int] = {"healthy": 0, "watchlist": 1, "critical": 2}

Move = Literal["worse", "better", "same", "new", "gone"]


class BandFlow(Value):
    """So many customers were in the one band and are in the other."""

    before: Band
    now: Band
    customers: int


class BandFlows(Value):
    """All flows between two days, of customers that were scored on both; those that were not are `new` or `gone`."""

    flows: tuple[BandFlow, ...]
    worse: int
    better: int
    same: int
    new: int
    gone: int


def move_of(before: Band | None, now: Band | None) -> Move:
    """What a change of band means; a band that says nothing counts as none."""
    old, new = _ORDER.get(before) if before else None, _ORDER.get(now) if now else None
    if old is None or new is None:
        return "same" if old is new else ("new" if old is None else "gone")
    if old == new:
        return "same"
    return "worse" if new > old else "better"


def band_flows(before: Mapping[str, Band], now: Mapping[str, Band]) -> BandFlows:
    """Flows between the bands of two days, by customer id."""
    customers = sorted(set(before) | set(now))
    moves = Counter(move_of(before.get(one), now.get(one)) for one in customers)
    pairs = Counter((before[one], now[one]) for one in customers if before.get(one) in _ORDER and now.get(one) in _ORDER)
    bands: tuple[Band, ...] = get_args(Band)
    return BandFlows(
        flows=tuple(BandFlow(before=old, now=new, customers=pairs[old, new]) for old in bands for new in bands if pairs[old, new]),
        worse=moves["worse"],
        better=moves["better"],
        same=moves["same"],
        new=moves["new"],
        gone=moves["gone"],
    )
