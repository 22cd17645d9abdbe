"""Dismissals and settings: kept, undone, and nobody else's on either engine; quiet hours by the clock on the wall."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import func, select

from server.store.database import Access, Database
from server.store.insights import HOME_ZONES, MOST_DISMISSALS, InsightSettings, InsightStore, home_settings
from server.store.tables.insight import DISMISSALS, INSIGHT_SETTINGS
from tests.server.store.bank import NOW, principal
from tools.errors import UsageError
from tools.twin.insight.insight import insight_key

ANNA, TOM = "s-anna", "s-tom"
KEY = insight_key("price_rise", "demo:1042", "t1")
HOME = home_settings("uk")


@pytest.fixture
def store(database: Database) -> InsightStore:
    seconds = count()
    return InsightStore(database, lambda: NOW + timedelta(seconds=next(seconds)))


def test_what_is_dismissed_stays_so_until_it_is_undone(store: InsightStore):
    assert store.dismissed(ANNA) == frozenset()
    store.dismiss(ANNA, KEY)
    store.dismiss(ANNA, KEY)
    assert store.dismissed(ANNA) == {KEY}
    store.undo(ANNA, KEY)
    store.undo(ANNA, KEY)
    assert store.dismissed(ANNA) == frozenset()


def test_one_persons_choices_touch_nobody_elses(store: InsightStore):
    store.dismiss(ANNA, KEY)
    store.set_settings(ANNA, InsightSettings(off=("price_rise",)))
    assert store.dismissed(TOM) == frozenset()
    assert store.settings(TOM, HOME) == HOME
    store.undo(TOM, KEY)
    store.set_settings(TOM, InsightSettings(quiet_from=22, quiet_to=7))
    assert store.dismissed(ANNA) == {KEY}
    assert store.settings(ANNA, HOME).off == ("price_rise",)


def test_the_database_itself_keeps_people_apart(store: InsightStore, database: Database):
    """A query without a condition sees the own rows only, where the engine has row-level security."""
    store.dismiss(ANNA, KEY)
    store.set_settings(ANNA, HOME)
    seen_by = {subject: [_count(database, table, subject) for table in (DISMISSALS, INSIGHT_SETTINGS)] for subject in (ANNA, TOM, "")}
    assert seen_by[ANNA] == [1, 1]
    if not database.is_sqlite:
        assert seen_by[TOM] == seen_by[""] == [0, 0]


def _count(database: Database, table, subject: str) -> int:
    with database.reading(Access(subject=subject)) as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(
    "wrong",
    ["", "price_rise", "nothing.0123456789abcdef", "price_rise.0123456789ABCDEF", "price_rise.0123456789abcde\x00", "'; drop table"],
)
def test_what_is_no_key_is_refused(store: InsightStore, wrong: str):
    for act in (store.dismiss, store.undo):
        with pytest.raises(UsageError) as refused:
            act(ANNA, wrong)
        assert refused.value.code == "bad_insight_key"
    assert store.dismissed(ANNA) == frozenset()


def test_old_dismissals_are_forgotten(store: InsightStore, database: Database):
    keys = [insight_key("unusual_charge", "demo:1042", number) for number in range(MOST_DISMISSALS + 2)]
    rows = [{"subject": ANNA, "key": key, "at": NOW - timedelta(days=1, seconds=-number)} for number, key in enumerate(keys[:-1])]
    with database.writing() as connection:
        connection.execute(DISMISSALS.insert(), rows)
    store.dismiss(TOM, keys[0])
    store.dismiss(ANNA, keys[-1])
    assert store.dismissed(ANNA) == set(keys[2:])
    assert store.dismissed(TOM) == {keys[0]}


def test_settings_come_back_as_they_were_chosen(store: InsightStore):
    assert store.settings(ANNA, HOME) == InsightSettings(zone="Europe/London")
    chosen = InsightSettings(off=("price_rise", "below_zero_soon"), quiet_from=22, quiet_to=7, zone="Asia/Kolkata")
    store.set_settings(ANNA, chosen)
    assert store.settings(ANNA, HOME) == chosen
    assert chosen.off == ("below_zero_soon", "price_rise")
    store.set_settings(ANNA, HOME)
    assert store.settings(ANNA, chosen) == HOME


def test_a_kind_that_no_longer_exists_is_passed_over(store: InsightStore, database: Database):
    with database.writing() as connection:
        connection.execute(INSIGHT_SETTINGS.insert().values(subject=ANNA, off="gone price_rise", zone="Europe/London"))
    assert store.settings(ANNA, HOME).off == ("price_rise",)


@pytest.mark.parametrize(
    "wrong",
    [{"quiet_from": 22}, {"quiet_to": 7}, {"quiet_from": 7, "quiet_to": 7}, {"quiet_from": 24, "quiet_to": 7}, {"quiet_from": -1, "quiet_to": 7}, {"zone": "Mars/Base"}, {"zone": "../../etc/passwd"}, {"off": ("nothing",)}],
)  # fmt: skip
def test_settings_that_cannot_hold_are_refused(wrong: dict):
    with pytest.raises(ValidationError):
        InsightSettings(**wrong)


@pytest.mark.parametrize(
    ("hour", "until"),
    [
        (21, None),
        (22, "2027-01-16T07:00"),
        (23, "2027-01-16T07:00"),
        (0, "2027-01-15T07:00"),
        (6, "2027-01-15T07:00"),
        (7, None),
        (12, None),
    ],
)
def test_quiet_hours_pass_midnight(hour: int, until: str | None):
    now = datetime(2027, 1, 15, hour, 30, tzinfo=UTC)
    found = InsightSettings(quiet_from=22, quiet_to=7).held_back_until(now)
    assert found == (datetime.fromisoformat(f"{until}+00:00") if until else None)


def test_quiet_hours_follow_the_clock_on_the_wall():
    summer = datetime(2027, 7, 15, 6, 30, tzinfo=UTC)  # half past seven in London
    assert InsightSettings(quiet_from=22, quiet_to=7).held_back_until(summer) is None
    winter = datetime(2027, 1, 15, 6, 30, tzinfo=UTC)
    assert InsightSettings(quiet_from=22, quiet_to=7).held_back_until(winter) == datetime(2027, 1, 15, 7, tzinfo=UTC)
    delhi = InsightSettings(quiet_from=12, quiet_to=13, zone="Asia/Kolkata")
    assert delhi.held_back_until(winter) == datetime(2027, 1, 15, 7, 30, tzinfo=UTC)  # noon there
    assert HOME.held_back_until(winter) is None


@given(st.integers(0, 23), st.integers(0, 23), st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)))
def test_they_end_within_a_day_and_not_inside_themselves(start: int, end: int, now: datetime):
    if start == end:
        return
    settings = InsightSettings(quiet_from=start, quiet_to=end)
    until = settings.held_back_until(now)
    if until is not None:
        assert now < until <= now + timedelta(hours=25)
        assert settings.held_back_until(until) is None


def test_what_is_wanted_now_leaves_out_what_is_off_and_everything_in_quiet_hours(store: InsightStore):
    anna = principal("rm", "anna")
    kinds = {"price_rise", "below_zero_soon"}
    assert store.wanted(anna, kinds, NOW) == kinds
    store.set_settings(ANNA, InsightSettings(off=("price_rise",), quiet_from=22, quiet_to=8, zone="UTC"))
    assert store.wanted(anna, kinds, NOW.replace(hour=9)) == {"below_zero_soon"}
    assert store.wanted(anna, kinds, NOW.replace(hour=23)) == frozenset()


def test_every_jurisdiction_has_a_clock():
    for jurisdiction in HOME_ZONES:
        assert home_settings(jurisdiction).held_back_until(NOW) is None
