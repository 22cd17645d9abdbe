"""Proposals are kept with their turn and decided once; nobody decides for anybody else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from server.store.database import Database
from server.store.desk import StoreDesk
from server.store.tables.plan import PLAN_VERSIONS, PROPOSALS
from tests.server.store.bank import NOW
from tests.server.store.planning import ANNA, BY, MADE_ON, OTHER_RM, RM, TOM, Clock, Stores, act, proposal, with_proposals
from tests.server.store.test_runs import record
from tools.errors import NotFoundError
from tools.twin.goal.goal import Goal


def test_a_proposal_is_kept_with_its_turn_and_changes_nothing(stores: Stores):
    thread = stores.turn(ANNA, "r1", proposal())
    (found,) = stores.proposals.proposals(ANNA)
    assert (found.id, found.state, found.thread_id, found.run_id, found.verb, found.undo_until) == (
        "proposal.1",
        "open",
        thread,
        "r1",
        "Save the goal",
        None,
    )
    assert found.goal == Goal(id="goal.1", purpose="CANARY trip", amount_minor=500_000, by=BY, made_on=MADE_ON)
    assert stores.goals() == []


def test_a_turn_that_is_not_committed_proposes_nothing(stores: Stores):
    with pytest.raises(NotFoundError):
        stores.recorder.commit(with_proposals(record("r1", "no-such-thread", ANNA.subject), proposal()))
    assert stores.proposals.proposals(ANNA) == ()


def test_a_second_commit_of_the_run_keeps_one(stores: Stores):
    thread = stores.threads.create(ANNA.subject).id
    turn = with_proposals(record("r1", thread, ANNA.subject, ticket=None), proposal())
    assert stores.recorder.commit(turn) == stores.recorder.commit(turn)
    assert len(stores.proposals.proposals(ANNA)) == 1


def test_a_changed_mind_takes_the_place_of_an_open_proposal(stores: Stores):
    first = stores.turn(ANNA, "r1", proposal(1))
    stores.turn(ANNA, "r2", proposal(2, amount=600_000, purpose="the CANARY trip"))
    stores.turn(ANNA, "r3", proposal(3, purpose="a car"))
    assert {one.id for one in stores.proposals.proposals(ANNA)} == {"proposal.2", "proposal.3"}
    assert stores.states(ANNA, first) == ["expired"]
    assert stores.proposals.decide(ANNA, act(number=1)).outcome == "expired"


def test_a_deleted_conversation_takes_its_proposals_along_and_leaves_the_plan(stores: Stores):
    thread = stores.turn(ANNA, "r1", proposal())
    stores.proposals.decide(ANNA, act())
    stores.threads.delete(ANNA.subject, thread)
    assert stores.proposals.proposals(ANNA, thread) == ()
    assert len(stores.goals()) == 1


def test_nothing_of_it_can_be_read_in_the_database(stores: Stores, database: Database):
    stores.turn(ANNA, "r1", proposal())
    stores.proposals.decide(ANNA, act("declined", reason="CANARY too much"))
    stores.turn(ANNA, "r2", proposal(2))
    stores.proposals.decide(ANNA, act(number=2))
    with database.reading() as connection:
        rows = [*connection.execute(select(PROPOSALS)).all(), *connection.execute(select(PLAN_VERSIONS)).all()]
    assert len(rows) == 3
    assert "CANARY" not in str(rows)
    assert "500000" not in str(rows)


def test_what_was_changed_before_approving_is_what_is_saved(stores: Stores):
    stores.turn(ANNA, "r1", proposal())
    assert stores.proposals.decide(ANNA, act(amount=Decimal("5500.50"), by=date(2028, 1, 1))).goal.amount_minor == 550_050
    plan = stores.reader.current("demo:1")
    assert plan is not None
    assert (plan.goals[0].amount_minor, plan.goals[0].by) == (550_050, date(2028, 1, 1))


def test_an_edit_that_is_no_goal_changes_nothing_and_leaves_the_proposal_open(stores: Stores):
    thread = stores.turn(ANNA, "r1", proposal())
    edits: list[dict[str, Any]] = [{"amount": Decimal("1.001")}, {"amount": Decimal(10**15)}, {"by": MADE_ON}, {"by": date(2036, 4, 1)}]
    for edit in edits:
        assert stores.proposals.decide(ANNA, act(**edit)).outcome == "bad_goal"
    assert stores.goals() == []
    assert stores.states(ANNA, thread) == ["open"]


def test_declining_keeps_the_reason_and_changes_nothing(stores: Stores):
    stores.turn(ANNA, "r1", proposal())
    assert stores.proposals.decide(ANNA, act("declined", reason="too much")).outcome == "declined"
    found = stores.proposals.proposal(ANNA, "proposal.1")
    assert (found.state, found.reason) == ("declined", "too much")
    assert stores.goals() == []


def test_the_same_key_says_the_same_and_another_one_says_it_was_done(stores: Stores):
    stores.turn(ANNA, "r1", proposal())
    first = stores.proposals.decide(ANNA, act())
    assert stores.proposals.decide(ANNA, act()) == first
    assert stores.proposals.decide(ANNA, act(key="other")).outcome == "already_approved"
    assert stores.proposals.decide(ANNA, act("declined", key="other")).outcome == "already_approved"
    assert len(stores.plans.versions(ANNA, "demo:1")) == 1


def test_after_declining_nothing_else_happens(stores: Stores):
    stores.turn(ANNA, "r1", proposal())
    stores.proposals.decide(ANNA, act("declined"))
    outcomes = [stores.proposals.decide(ANNA, act(status, key=key)).outcome for status, key in (("declined", "k1"), ("declined", "k2"), ("approved", "k3"), ("undone", "k4"))]  # fmt: skip
    assert outcomes == ["declined", "already_declined", "already_declined", "not_approved"]
    assert stores.goals() == []


def test_an_expired_proposal_is_not_approved_any_more(stores: Stores, clock: Clock):
    thread = stores.turn(ANNA, "r1", proposal())
    clock.at += timedelta(days=14)
    assert stores.proposals.proposals(ANNA) == ()
    assert stores.states(ANNA, thread) == ["expired"]
    assert stores.proposals.decide(ANNA, act()).outcome == "expired"
    assert stores.goals() == []


def test_a_server_killed_between_approving_and_telling_approves_once(opened: Callable[[], Stores]):
    """The run is taken up again with the same act, by a server that knows nothing of the first one."""
    opened().turn(ANNA, "r1", proposal())
    first = opened().proposals.decide(ANNA, act())
    again = opened()
    assert again.proposals.decide(ANNA, act()) == first
    assert len(again.plans.versions(ANNA, "demo:1")) == 1
    assert [entry.action for entry in again.chain.entries(action="proposal")] == ["proposal"]


def test_of_many_at_once_one_is_carried_out(stores: Stores):
    stores.turn(ANNA, "r1", proposal())
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda number: stores.proposals.decide(ANNA, act(key=f"k{number}")).outcome, range(6)))
    assert sorted(outcomes) == ["already_approved"] * 5 + ["saved"]
    assert len(stores.plans.versions(ANNA, "demo:1")) == 1


@pytest.mark.parametrize("second", [{"replaces": None, "plan_version": 0}, {"replaces": "goal.9", "plan_version": 1}])
def test_a_proposal_that_the_plan_has_overtaken_changes_nothing(stores: Stores, second: dict[str, Any]):
    stores.turn(ANNA, "r1", proposal(1))
    stores.proposals.decide(ANNA, act(number=1))
    thread = stores.turn(ANNA, "r2", proposal(2, amount=600_000, **second))
    assert stores.proposals.decide(ANNA, act(number=2)).outcome == "overtaken"
    assert stores.goals() == [("CANARY trip", 500_000)]
    assert stores.states(ANNA, thread) == ["open"]


def test_a_goal_that_has_changed_since_is_not_replaced_by_what_was_worked_out_before(stores: Stores):
    stores.turn(ANNA, "r1", proposal(1))
    stores.proposals.decide(ANNA, act(number=1))
    stores.turn(ANNA, "r2", proposal(2, amount=600_000, replaces="goal.1", plan_version=1))
    stores.turn(RM, "r3", proposal(3, amount=700_000, replaces="goal.1", plan_version=1))
    assert stores.proposals.decide(RM, act(number=3)).outcome == "saved"
    assert stores.proposals.decide(ANNA, act(number=2)).outcome == "overtaken"
    assert stores.goals() == [("CANARY trip", 700_000)]


def test_what_is_not_yours_is_what_does_not_exist(stores: Stores):
    thread = stores.turn(ANNA, "r1", proposal())
    said = set()
    for who, number, where in ((TOM, 1, None), (RM, 1, None), (ANNA, 9, None), (ANNA, 1, "another-thread")):
        with pytest.raises(NotFoundError) as caught:
            stores.proposals.decide(who, act(number=number), where)
        said.add(caught.value.message)
        assert stores.proposals.proposals(who, thread) == () or who is ANNA
    assert len(said) == 1
    assert stores.goals() == []
    assert stores.proposals.decide(ANNA, act(), thread).outcome == "saved"


def test_a_manager_decides_about_clients_of_the_own_book_only(stores: Stores):
    stores.turn(RM, "r1", proposal(1))
    stores.turn(RM, "r2", proposal(2, customer_id="demo:3"))
    assert [one.id for one in stores.proposals.proposals(RM)] == ["proposal.1"]
    assert stores.proposals.decide(RM, act(number=1)).outcome == "saved"
    with pytest.raises(NotFoundError):
        stores.proposals.decide(RM, act(number=2))
    for who in (OTHER_RM, TOM):
        with pytest.raises(NotFoundError):
            stores.plans.delete_goal(who, "demo:1", "goal.1")
    assert len(stores.goals()) == 1


def test_a_desk_is_its_principals_own(stores: Stores):
    stores.turn(ANNA, "r1", proposal())
    with pytest.raises(NotFoundError):
        StoreDesk(stores.proposals, TOM).decide(act())
    assert StoreDesk(stores.proposals, ANNA).decide(act()).outcome == "saved"


def test_an_erased_customer_is_not_listed_any_more(stores: Stores):
    stores.turn(RM, "r1", proposal(1))
    stores.turn(RM, "r2", proposal(2, customer_id="demo:2"))
    stores.cipher.erase_subject("demo:1", NOW.astimezone(UTC))
    assert [one.id for one in stores.proposals.proposals(RM)] == ["proposal.2"]
