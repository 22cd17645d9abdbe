"""Every version of a plan is kept, the newest change can be taken back for a while, and nobody changes anybody else's."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.store.cipher import Cipher
from server.store.database import Access, Database, access_of
from server.store.tables.plan import PLAN_VERSIONS, PROPOSALS
from server.store.view import StoreView
from tests.server.store.bank import NOW
from tests.server.store.planning import ANNA, MADE_ON, OTHER_RM, RM, TOM, Clock, Stores, act, proposal
from tools.errors import ConflictError, NotFoundError


def test_approving_saves_the_goal_as_the_next_version(stores: Stores):
    stores.turn(ANNA, "r1", proposal())
    found = stores.proposals.decide(ANNA, act())
    assert (found.outcome, found.plan_version, found.goals, found.undo_minutes) == ("saved", 1, 1, 10)
    assert found.undo_until == NOW + timedelta(minutes=10)
    assert stores.goals() == [("CANARY trip", 500_000)]
    assert [(one.version, one.cause, one.current) for one in stores.plans.versions(ANNA, "demo:1")] == [(1, "approved", True)]
    assert stores.proposals.proposal(ANNA, "proposal.1").state == "approved"


def test_different_goals_approved_at_once_are_all_saved(stores: Stores):
    for number in range(3):
        stores.turn(ANNA, f"r{number}", proposal(number, purpose=f"wish {number}"))
    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(lambda number: stores.proposals.decide(ANNA, act(number=number)).outcome, range(3)))
    assert outcomes == ["saved"] * 3
    assert {purpose for purpose, _ in stores.goals()} == {"wish 0", "wish 1", "wish 2"}
    assert [one.version for one in stores.plans.versions(ANNA, "demo:1")] == [3, 2, 1]


def test_a_goal_takes_the_place_of_the_one_it_named(stores: Stores):
    stores.turn(ANNA, "r1", proposal(1))
    stores.proposals.decide(ANNA, act(number=1))
    stores.turn(ANNA, "r2", proposal(2, amount=600_000, replaces="goal.1", plan_version=1))
    assert stores.proposals.decide(ANNA, act(number=2)).goal.id == "goal.1"
    assert stores.goals() == [("CANARY trip", 600_000)]


def test_undoing_puts_back_the_goals_under_a_new_number(stores: Stores, clock: Clock):
    stores.turn(ANNA, "r1", proposal(1))
    stores.proposals.decide(ANNA, act(number=1))
    stores.turn(ANNA, "r2", proposal(2, amount=600_000, replaces="goal.1", plan_version=1))
    stores.proposals.decide(ANNA, act(number=2))
    clock.at += timedelta(minutes=9)
    assert stores.proposals.proposal(ANNA, "proposal.2").undo_until == NOW + timedelta(minutes=10)
    found = stores.proposals.decide(ANNA, act("undone", 2, "u1"))
    assert (found.outcome, found.plan_version) == ("undone", 3)
    assert stores.goals() == [("CANARY trip", 500_000)]
    assert stores.proposals.decide(ANNA, act("undone", 2, "u1")).outcome == "undone"
    assert stores.proposals.decide(ANNA, act("undone", 2, "u2")).outcome == "already_undone"
    assert stores.proposals.decide(ANNA, act(number=2)).outcome == "already_undone"


def test_undoing_the_first_goal_leaves_an_empty_plan(stores: Stores):
    stores.turn(ANNA, "r1", proposal())
    stores.proposals.decide(ANNA, act())
    assert stores.proposals.decide(ANNA, act("undone", key="u")).goals == 0
    assert stores.goals() == []


def test_after_ten_minutes_it_stays(stores: Stores, clock: Clock):
    stores.turn(ANNA, "r1", proposal())
    stores.proposals.decide(ANNA, act())
    clock.at += timedelta(minutes=10)
    assert stores.proposals.proposal(ANNA, "proposal.1").undo_until is None
    assert stores.proposals.decide(ANNA, act("undone", key="u")).outcome == "too_late"
    assert len(stores.goals()) == 1


def test_only_the_newest_change_can_be_undone(stores: Stores):
    for number in (1, 2):
        stores.turn(ANNA, f"r{number}", proposal(number, purpose=f"wish {number}"))
        stores.proposals.decide(ANNA, act(number=number))
    assert stores.proposals.decide(ANNA, act("undone", 1, "u")).outcome == "too_late"
    assert stores.proposals.decide(ANNA, act("undone", 2, "u")).outcome == "undone"


def test_a_goal_that_is_deleted_can_be_put_back_once(stores: Stores):
    stores.turn(ANNA, "r1", proposal())
    stores.proposals.decide(ANNA, act())
    assert stores.plans.delete_goal(ANNA, "demo:1", "goal.1").goals == ()
    assert len(stores.plans.undo(ANNA, "demo:1", 2).goals) == 1
    with pytest.raises(ConflictError):
        stores.plans.undo(ANNA, "demo:1", 3)
    assert [one.cause for one in stores.plans.versions(ANNA, "demo:1")] == ["undone", "deleted", "approved"]


def test_undoing_an_approval_from_the_plan_undoes_its_proposal(stores: Stores):
    stores.turn(ANNA, "r1", proposal())
    stores.proposals.decide(ANNA, act())
    assert stores.plans.undo(ANNA, "demo:1", 1).goals == ()
    assert stores.proposals.proposal(ANNA, "proposal.1").state == "undone"


def test_another_version_than_the_current_one_is_not_undone(stores: Stores):
    stores.turn(ANNA, "r1", proposal())
    stores.proposals.decide(ANNA, act())
    stores.plans.delete_goal(ANNA, "demo:1", "goal.1")
    for version in (0, 1, 3):
        with pytest.raises(ConflictError):
            stores.plans.undo(ANNA, "demo:1", version)


def test_the_view_gives_the_plan_of_whom_it_may_see(stores: Stores, database: Database, cipher: Cipher):
    stores.turn(ANNA, "r1", proposal())
    stores.proposals.decide(ANNA, act())
    views = {who.login: StoreView(database, cipher, who, lambda: MADE_ON) for who in (ANNA, TOM, RM, OTHER_RM)}
    assert views["anna"].plan("demo:1") == views["rm1"].plan("demo:1")
    none = views["tom"].plan("demo:2")
    assert (none.version, none.currency, none.goals) == (0, "GBP", ())
    for login in ("tom", "rm2"):
        with pytest.raises(NotFoundError):
            views[login].plan("demo:1")


def test_postgresql_itself_shows_nobody_elses_rows(stores: Stores, database: Database):
    """On SQLite every query scopes itself, so these two show everything there."""
    stores.turn(ANNA, "r1", proposal())
    stores.proposals.decide(ANNA, act())
    everything = (1, 1) if database.is_sqlite else None
    for access, rows in ((access_of(ANNA), (1, 1)), (access_of(RM), (0, 1)), (access_of(TOM), (0, 0)), (access_of(OTHER_RM), (0, 0)), (Access(), (0, 0))):  # fmt: skip
        with database.reading(access) as connection:
            seen = (len(connection.execute(select(PROPOSALS)).all()), len(connection.execute(select(PLAN_VERSIONS)).all()))
        assert seen == (everything or rows)


def test_every_act_is_in_the_audit_chain_and_the_chain_holds(stores: Stores):
    stores.turn(ANNA, "r1", proposal())
    stores.proposals.decide(ANNA, act())
    stores.plans.delete_goal(ANNA, "demo:1", "goal.1")
    stores.plans.undo(ANNA, "demo:1", 2)
    entries = [
        (entry.action, entry.subject, (entry.payload or {}).get("outcome") or (entry.payload or {}).get("cause"))
        for entry in stores.chain.entries()
    ]
    assert entries[:3] == [("plan", "s-anna", "undone"), ("plan", "s-anna", "deleted"), ("proposal", "s-anna", "saved")]
    assert stores.chain.verify().holds


def test_a_manager_sees_a_clients_goals_and_takes_none_of_them_out(stores: Stores):
    stores.turn(ANNA, "r1", proposal())
    stores.proposals.decide(ANNA, act())
    assert [one.version for one in stores.plans.versions(RM, "demo:1")] == [1]
    said = set()
    for who in (RM, OTHER_RM, TOM):
        for own_act in (lambda by: stores.plans.delete_goal(by, "demo:1", "goal.1"), lambda by: stores.plans.undo(by, "demo:1", 1)):
            with pytest.raises(NotFoundError) as caught:
                own_act(who)
            said.add(caught.value.message)
    assert len(said) == 1
    assert len(stores.goals()) == 1
