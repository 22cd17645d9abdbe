"""Proposals are kept with their turn and decided once; every version of a plan is kept; nobody decides for anybody else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from agent.context import Principal
from agent.decision import Decision
from agent.record import ProposedChange, TurnRecord
from server.keys import KeyRing
from server.store.audit import AuditChain
from server.store.cipher import Cipher
from server.store.database import Access, Database, access_of
from server.store.desk import StoreDesk
from server.store.ledger_store import LedgerStore
from server.store.plans import PlanReader, PlanStore
from server.store.proposals import ProposalStore
from server.store.recorder import StoreRecorder
from server.store.tables.plan import PLAN_VERSIONS, PROPOSALS
from server.store.threads import ThreadStore
from server.store.view import StoreView
from tests.server.store.bank import NOW, Client, joined, principal
from tests.server.store.test_runs import record
from tools.errors import ConflictError, NotFoundError
from tools.twin.goal.goal import Goal, ProposedGoal

ANNA, TOM, RM, OTHER_RM = (
    principal("customer", "anna", "demo:1"),
    principal("customer", "tom", "demo:2"),
    principal("rm", "rm1"),
    principal("rm", "rm2"),
)
MADE_ON, BY = date(2026, 3, 31), date(2027, 8, 31)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


class Stores:
    """Everything that has to do with plans, over one database: what a server opens at its start."""

    def __init__(self, database: Database, keyring: KeyRing, anchors: Path, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self.cipher = Cipher(database, keyring)
        self.chain = AuditChain(database, self.cipher, keyring, anchors, clock)
        self.threads = ThreadStore(database, self.cipher, clock)
        self.recorder = StoreRecorder(database, self.cipher, self.chain, clock)
        self.reader = PlanReader(database, self.cipher)
        self.plans = PlanStore(database, self.cipher, self.chain, clock)
        self.proposals = ProposalStore(database, self.cipher, self.chain, clock)

    def turn(self, who: Principal, run: str, *changes: ProposedChange) -> str:
        """A committed turn with proposals. Gives its thread."""
        thread = self.threads.create(who.subject).id
        self.recorder.commit(with_proposals(record(run, thread, who.subject, ticket=None), *changes))
        return thread

    def states(self, who: Principal, thread: str) -> list[str]:
        return [one.state for one in self.proposals.proposals(who, thread)]

    def goals(self, customer_id: str = "demo:1") -> list[tuple[str | None, int]]:
        plan = self.reader.current(customer_id)
        return [] if plan is None else [(goal.purpose, goal.amount_minor) for goal in plan.goals]


def with_proposals(turn: TurnRecord, *changes: ProposedChange) -> TurnRecord:
    return turn.model_copy(update={"proposals": changes})


def proposal(number: int = 1, customer_id: str = "demo:1", amount: int = 500_000, **changes: Any) -> ProposedChange:
    goal = ProposedGoal.model_validate({
        "id": f"goal.{number}", "purpose": "CANARY trip", "amount_minor": amount, "by": BY, "made_on": MADE_ON, "currency": "GBP", "plan_version": 0, **changes,
    })  # fmt: skip
    return ProposedChange(
        id=f"proposal.{number}", kind="goal", customer_id=customer_id, payload=goal.model_dump(mode="json"), verb="Save the goal", expires_at=NOW + timedelta(days=14)
    )  # fmt: skip


def act(status: Any = "approved", number: int = 1, key: str = "k1", **more: Any) -> Decision:
    return Decision(proposal=f"proposal.{number}", status=status, key=key, **more)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(ledger: LedgerStore, database: Database, keyring: KeyRing, tmp_path: Path, clock: Clock) -> Callable[[], Stores]:
    """Opens the stores, as a server does that was killed and started again. demo:1 and demo:2 are clients of rm1, demo:3 of rm2."""
    booked = [(date(2026, 3, 31), 100)]
    ledger.add_batch(joined(Client("1", booked=booked).batch(), Client("2", booked=booked).batch()), book_login="rm1")
    ledger.add_batch(Client("3", booked=booked).batch(), book_login="rm2")
    return lambda: Stores(database, keyring, tmp_path / "anchors.jsonl", clock)


@pytest.fixture
def stores(opened: Callable[[], Stores]) -> Stores:
    return opened()


# -- with the turn ------------------------------------------------------------------------------------------------------------------
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


# -- deciding -----------------------------------------------------------------------------------------------------------------------
def test_approving_saves_the_goal_as_the_next_version(stores: Stores):
    stores.turn(ANNA, "r1", proposal())
    found = stores.proposals.decide(ANNA, act())
    assert (found.outcome, found.plan_version, found.goals, found.undo_minutes) == ("saved", 1, 1, 10)
    assert found.undo_until == NOW + timedelta(minutes=10)
    assert stores.goals() == [("CANARY trip", 500_000)]
    assert [(one.version, one.cause, one.current) for one in stores.plans.versions(ANNA, "demo:1")] == [(1, "approved", True)]
    assert stores.proposals.proposal(ANNA, "proposal.1").state == "approved"


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


def test_different_goals_approved_at_once_are_all_saved(stores: Stores):
    for number in range(3):
        stores.turn(ANNA, f"r{number}", proposal(number, purpose=f"wish {number}"))
    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(lambda number: stores.proposals.decide(ANNA, act(number=number)).outcome, range(3)))
    assert outcomes == ["saved"] * 3
    assert {purpose for purpose, _ in stores.goals()} == {"wish 0", "wish 1", "wish 2"}
    assert [one.version for one in stores.plans.versions(ANNA, "demo:1")] == [3, 2, 1]


# -- changed minds ------------------------------------------------------------------------------------------------------------------
def test_a_goal_takes_the_place_of_the_one_it_named(stores: Stores):
    stores.turn(ANNA, "r1", proposal(1))
    stores.proposals.decide(ANNA, act(number=1))
    stores.turn(ANNA, "r2", proposal(2, amount=600_000, replaces="goal.1", plan_version=1))
    assert stores.proposals.decide(ANNA, act(number=2)).goal.id == "goal.1"
    assert stores.goals() == [("CANARY trip", 600_000)]


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


# -- undoing ------------------------------------------------------------------------------------------------------------------------
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


# -- whose ---------------------------------------------------------------------------------------------------------------------------
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


def test_an_erased_customer_is_not_listed_any_more(stores: Stores):
    stores.turn(RM, "r1", proposal(1))
    stores.turn(RM, "r2", proposal(2, customer_id="demo:2"))
    stores.cipher.erase_subject("demo:1", NOW.astimezone(UTC))
    assert [one.id for one in stores.proposals.proposals(RM)] == ["proposal.2"]


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
