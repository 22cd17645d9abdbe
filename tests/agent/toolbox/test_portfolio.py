"""The book in a few figures and what changed in it: names for its manager, numbers alone for staff."""

from tests.fakes import PRINCIPALS, FakeView, Told, ask, assert_whole
from tests.people import BOOK, people, snapshot_of
from tools.stress.monitor.changes import BandStand

#: Ben is critical now; a month ago he was healthy, and Ada Moss was on the watchlist.
BEFORE = (
    BandStand(customer_id="demo:1", score=0.45, band="watchlist"),
    BandStand(customer_id="demo:2", score=0.2, band="healthy"),
    BandStand(customer_id="demo:5", score=0.1, band="healthy"),
)


async def told(who: str, before: tuple[BandStand, ...] = BEFORE, **arguments: str) -> Told:
    view = FakeView(PRINCIPALS[who], before=before)
    return await ask(who, ("portfolio_summary", arguments), view=view, said="what changed?")


async def test_a_manager_sees_who_moved_the_most_strained_first():
    found = await told("rm")
    assert_whole(found)
    assert snapshot_of("demo:2").stress_band == "critical"
    table = next(block for block in found.reply.blocks if block.type == "table" and "moved" in block.title)
    assert table.rows[0][0].text == "Ben Carter"
    assert [cell.text for cell in table.rows[0]][1:4] == ["healthy", "critical", "0.20"]
    assert {fact.subject for fact in found.record.facts if ".band_now_" in fact.id} <= set(BOOK)


async def test_staff_get_numbers_and_never_a_person():
    found = await told("staff")
    assert_whole(found)
    assert "The bank has" in found.text
    assert not any(one.customer.name.split()[0] in found.text for one in people().values())
    assert all(fact.subject is None for fact in found.record.facts)
    table = next(block for block in found.reply.blocks if block.type == "table")
    assert [[cell.text for cell in row][1:] for row in table.rows] == [["healthy", "critical", "1"], ["watchlist", "healthy", "1"]]


async def test_a_named_day_is_what_is_compared_with():
    found = await told("rm", since="2027-03-15")
    assert_whole(found)
    assert "Since 15\u00a0March\u00a02027" in found.text


async def test_a_day_too_far_back_and_one_ahead_are_said_so():
    assert "at most 175\u00a0days" in (await told("rm", since="2020-01-01")).text
    assert "not in the past" in (await told("rm", since="2030-01-01")).text


async def test_without_earlier_scores_nothing_is_made_up():
    found = await told("rm", before=())
    assert_whole(found)
    assert "cannot be said" in found.text
    assert not any(block.type == "table" and "moved" in block.title for block in found.reply.blocks)


async def test_at_most_eight_are_named_and_the_rest_is_said():
    from agent.toolbox.portfolio import MOST_NAMED

    assert MOST_NAMED == 8
    found = await told("rm")
    named = next(block for block in found.reply.blocks if block.type == "table" and "moved" in block.title)
    assert len(named.rows) <= MOST_NAMED


async def test_a_customer_has_no_book():
    found = await ask("customer", "portfolio_summary")
    assert not found.record.facts
    assert "clients" not in found.text
