"""What changed in a book since a day: how its clients moved between bands, and who."""

from collections.abc import Mapping, Sequence
from datetime import date

from tools.ledger.query import Band
from tools.stress.monitor.flows import BandFlows, band_flows, move_of
from tools.value import Value


class BandStand(Value):
    """Where one client stands on a day; no score where the history is too short."""

    customer_id: str
    score: float | None
    band: Band


class BandChange(Value):
    """One client who left a band."""

    customer_id: str
    score_before: float | None
    band_before: Band
    score: float | None
    band: Band


class BookChanges(Value):
    """What changed among the clients of one source between two days.

    Attributes:
        clients: all of them that are looked at; `sampled` when the source has more.
        compared: those with a score on both days.
        bands: how many are in each band now.
        worse, better: who left a band, the most strained first; both empty for whoever may not see a person.
        insights: things worth knowing that came up since.
    """

    source: str
    as_of: date
    since: date
    clients: int
    sampled: bool
    compared: int
    bands: dict[Band, int]
    flows: BandFlows
    worse: tuple[BandChange, ...] = ()
    better: tuple[BandChange, ...] = ()
    insights: int = 0

    def without_persons(self) -> "BookChanges":
        """The same in numbers alone."""
        return self.model_copy(update={"worse": (), "better": ()})


def changes_of(
    source: str,
    since: date,
    as_of: date,
    before: Mapping[str, BandStand],
    now: Sequence[BandStand],
    *,
    sampled: bool = False,
    insights: int = 0,
) -> BookChanges:
    """Compare where each client stands with where it stood on `since`; of whom nothing is known before, nothing is said."""
    known = {one.customer_id: before[one.customer_id] for one in now if one.customer_id in before}
    bands: dict[Band, int] = {}
    for one in now:
        bands[one.band] = bands.get(one.band, 0) + 1
    changed = [_change(known[one.customer_id], one) for one in now if one.customer_id in known]
    changed.sort(key=lambda change: (-(change.score or 0.0), change.customer_id))
    both: dict[str, Band] = {one.customer_id: one.band for one in now if one.customer_id in known}
    return BookChanges(
        source=source,
        as_of=as_of,
        since=since,
        clients=len(now),
        sampled=sampled,
        compared=sum(one.score is not None and known[one.customer_id].score is not None for one in now if one.customer_id in known),
        bands=bands,
        flows=band_flows({customer: stand.band for customer, stand in known.items()}, both),
        worse=tuple(change for change in changed if move_of(change.band_before, change.band) == "worse"),
        better=tuple(change for change in changed if move_of(change.band_before, change.band) == "better"),
        insights=insights,
    )


def _change(before: BandStand, now: BandStand) -> BandChange:
    return BandChange(customer_id=now.customer_id, score_before=before.score, band_before=before.band, score=now.score, band=now.band)
