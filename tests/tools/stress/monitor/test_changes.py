"""Who moved between bands: the most strained first, and nothing of whom nothing was known before."""

from datetime import date

from tools.ledger.query import Band
from tools.stress.monitor.changes import BandStand, BookChanges, changes_of

SINCE, NOW = date(2027, 3, 1), date(2027, 3, 31)


def stand(customer: str, score: float | None, band: Band) -> BandStand:
    return BandStand(customer_id=customer, score=score, band=band)


def changes(before: list[BandStand], now: list[BandStand]) -> BookChanges:
    return changes_of("demo", SINCE, NOW, {one.customer_id: one for one in before}, now, insights=2)


def test_moves_are_counted_and_named_by_strain():
    found = changes(
        [stand("a", 0.2, "healthy"), stand("b", 0.3, "healthy"), stand("c", 0.8, "critical"), stand("d", 0.1, "healthy")],
        [stand("a", 0.5, "watchlist"), stand("b", 0.9, "critical"), stand("c", 0.6, "watchlist"), stand("d", 0.2, "healthy")],
    )
    assert (found.clients, found.compared, found.insights) == (4, 4, 2)
    assert (found.flows.worse, found.flows.better, found.flows.same) == (2, 1, 1)
    assert [(one.customer_id, one.band_before, one.band) for one in found.worse] == [
        ("b", "healthy", "critical"),
        ("a", "healthy", "watchlist"),
    ]
    assert [one.customer_id for one in found.better] == ["c"]
    assert found.bands == {"watchlist": 2, "critical": 1, "healthy": 1}


def test_who_was_not_scored_then_has_not_moved():
    found = changes([stand("a", None, "too_short")], [stand("a", 0.9, "critical"), stand("new", 0.9, "critical")])
    assert (found.compared, found.worse, found.better) == (0, (), ())
    assert found.bands == {"critical": 2}


def test_whoever_may_not_see_persons_gets_the_same_numbers():
    found = changes([stand("a", 0.2, "healthy")], [stand("a", 0.5, "watchlist")])
    assert found.without_persons() == found.model_copy(update={"worse": ()})
    assert "'a'" not in repr(found.without_persons())
