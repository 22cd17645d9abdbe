"""Plans and proposals over HTTP, on the small demo bank: whose they are, what an act does, and the act as a run of the conversation."""

import json
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.context import View
from agent.record import ProposedChange, TurnRecord
from agent.reply import Reply, Rich, TextBlock, Verdict
from server.app import create_app
from server.bank import Bank
from server.replay import replay_turns
from tests.small_bank import SmallBank
from tools.ledger.history import History
from tools.twin.goal.goal import ProposedGoal
from tools.twin.outlook.outlook import HorizonOutlook, Outlook

KEY = {"key": "k1"}


class Person:
    """Somebody who is signed in at a bank, without a server in between."""

    def __init__(self, app: Any, bank: Bank, login: str, password: str) -> None:
        self.http, self.bank = TestClient(app), bank
        answer = self.http.post("/auth/sign-in", json={"login": login, "password": password})
        assert answer.status_code == 200, answer.text
        account = bank.accounts.account_of_login(login)
        assert account is not None
        self.principal = account.principal()
        self.thread = bank.threads.create(self.principal.subject, "goals").id

    def get(self, path: str, status: int = 200) -> Any:
        return self._answered(self.http.get(path), status)

    def post(self, path: str, given: Any, status: int = 200) -> Any:
        return self._answered(self.http.post(path, json=given, headers=self.csrf), status)

    def delete(self, path: str, status: int = 200) -> Any:
        return self._answered(self.http.delete(path, headers=self.csrf), status)

    @property
    def csrf(self) -> dict[str, str]:
        return {"X-CSRF-Token": self.http.cookies["pf_csrf"]}

    def run(self, words: str, run_id: str | None = None, resume: Any = None, status: int = 200) -> list[dict[str, Any]]:
        """The events of a run in the own thread, as any AG-UI client gets them."""
        given = {
            "threadId": self.thread, "runId": run_id or uuid.uuid4().hex, "messages": [{"id": "m", "role": "user", "content": words}],
            "state": {}, "tools": [], "context": [], "forwardedProps": {}, **({"resume": resume} if resume else {}),
        }  # fmt: skip
        answer = self.http.post("/agui/run", json=given, headers=self.csrf)
        assert answer.status_code == status, answer.text
        return [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]

    def propose(self, customer_id: str, number: int = 1, **changes: Any) -> str:
        """A committed turn that proposes a goal."""
        goal = ProposedGoal.model_validate({
            "id": f"goal.{number}", "purpose": f"wish {number}", "amount_minor": 500_000, "by": date(2030, 8, 31), "made_on": date(2026, 3, 31),
            "currency": "GBP", "plan_version": 0, **changes,
        })  # fmt: skip
        now = self.bank.now()
        change = ProposedChange(
            id=f"proposal.{number}.{self.principal.login}", kind="goal", customer_id=customer_id, payload=goal.model_dump(mode="json"),
            verb="Save the goal", expires_at=now + timedelta(days=14),
        )  # fmt: skip
        said = TextBlock(id="s0.0", section="persona_simulator", sentences=(Rich(text="It may work out."),))
        record = TurnRecord(
            run_id=uuid.uuid4().hex, thread_id=self.thread, subject=self.principal.subject, role=self.principal.role, text="when?", language="en",
            started_at=now, finished_at=now, calls=(), facts=(), reply=Reply(language="en", blocks=(said,), verdict=Verdict(outcome="pass")),
            proposals=(change,), model="built-in", versions={},
        )  # fmt: skip
        self.bank.recorder.commit(record)
        return change.id

    @staticmethod
    def _answered(answer: Any, status: int) -> Any:
        assert answer.status_code == status, answer.text
        return answer.json()


def said(events: list[dict[str, Any]]) -> str:
    return "".join(event["delta"] for event in events if event["type"] == "TEXT_MESSAGE_CONTENT").replace("\u00a0", " ")


def resume(proposal: str, status: str = "approved", **payload: Any) -> list[dict[str, Any]]:
    """An act as AG-UI carries it."""
    if status == "declined":
        return [{"interruptId": proposal, "status": "cancelled", "payload": KEY | payload}]
    return [{"interruptId": proposal, "status": "resolved", "payload": KEY | {"status": status} | payload}]


@pytest.fixture(scope="module")
def people(prepared_bank: SmallBank, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Person]]:
    """Anna and Tom, and the managers; one bank for all tests, each of which uses goals of its own."""
    small = prepared_bank.copy(tmp_path_factory.mktemp("planned") / "home")
    bank = small.open()
    app = create_app(bank)
    with TestClient(app):
        yield {login: Person(app, bank, login, small.passwords[login]) for login in ("anna", "tom", "priya", "rm1", "rm2", "staff1")}
    bank.database.engine.dispose()


@pytest.fixture
def anna(people: dict[str, Person]) -> Person:
    return people["anna"]


def customer_of(person: Person) -> str:
    assert person.principal.customer_id is not None
    return person.principal.customer_id


def goals(plan: dict[str, Any]) -> dict[str, int]:
    return {goal["purpose"]: goal["amount_minor"] for goal in plan["goals"]}


def falling(_: View, history: History) -> Outlook:
    """What accounts in general teach: that nothing is left."""
    months = [HorizonOutlook(months=month, p10_minor=-2, p50_minor=-1, p90_minor=0) for month in range(1, 13)]
    return Outlook(as_of=history.as_of, horizons=tuple(months), learned_months=12, accounts=40, origins=9)


def test_before_the_first_goal_the_plan_is_empty_and_says_what_could_be_used(people: dict[str, Person]):
    plan = people["tom"].get("/me/plan")
    assert (plan["version"], plan["goals"], plan["versions"], plan["undo_version"], plan["currency"]) == (0, [], [], None, "GBP")
    assert isinstance(plan["available_minor"], int)


def test_an_approved_goal_stands_in_the_plan_with_its_outlook(anna: Person, monkeypatch: pytest.MonkeyPatch):
    proposal = anna.propose(customer_of(anna), 1)
    (waiting,) = anna.get("/proposals")
    assert (waiting["id"], waiting["state"], waiting["ref"], waiting["goal"]["amount_minor"]) == (proposal, "open", None, 500_000)
    answer = anna.post(f"/proposals/{proposal}/decision", KEY | {"status": "approved"})
    assert (answer["outcome"], answer["proposal"]["state"]) == ("saved", "approved")
    assert answer["proposal"]["undo_until"] is not None
    assert anna.get("/proposals") == []
    assert [one["state"] for one in anna.get(f"/proposals?thread={anna.thread}")] == ["approved"]
    plan = anna.get("/me/plan")
    assert goals(plan)["wish 1"] == 500_000
    outlook = plan["goals"][0]["outlook"]
    assert outlook["status"] in {"reached", "likely", "possible", "unlikely", "out_of_reach"}
    assert 0 <= outlook["probability"] <= 1
    monkeypatch.setattr("server.api.plan.learnt_outlook", falling)
    assert anna.get("/me/plan")["goals"][0]["outlook"]["spare_minor"] < outlook["spare_minor"]
    assert plan["undo_version"] == plan["version"]
    assert anna.post(f"/proposals/{proposal}/decision", KEY | {"status": "approved"})["outcome"] == "saved"


def test_a_goal_is_taken_out_and_put_back(anna: Person):
    anna.post(f"/proposals/{anna.propose(customer_of(anna), 2)}/decision", KEY | {"status": "approved"})
    gone = anna.delete("/me/plan/goals/goal.2")
    assert "wish 2" not in goals(gone)
    assert gone["versions"][0]["cause"] == "deleted"
    back = anna.post("/me/plan/undo", {"version": gone["version"]})
    assert "wish 2" in goals(back)
    assert back["undo_version"] is None
    assert anna.post("/me/plan/undo", {"version": back["version"]}, 409)["code"] == "conflict"
    assert anna.delete("/me/plan/goals/goal.99", 404)["code"] == "not_found"


def test_an_edit_before_approving_is_saved_and_a_bad_one_is_refused(anna: Person):
    proposal = anna.propose(customer_of(anna), 3)
    assert anna.post(f"/proposals/{proposal}/decision", KEY | {"status": "approved", "amount": "-5"}, 422)["code"] == "bad_request"
    assert anna.post(f"/proposals/{proposal}/decision", KEY | {"status": "approved", "amount": "0"}, 422)["code"] == "bad_request"
    assert anna.post(f"/proposals/{proposal}/decision", KEY | {"status": "approved", "by": "2027-02-30"}, 422)["code"] == "bad_request"
    answer = anna.post(f"/proposals/{proposal}/decision", KEY | {"status": "approved", "amount": "1234.50", "by": "2031-01-31"})
    assert answer["outcome"] == "saved"
    saved = next(goal for goal in anna.get("/me/plan")["goals"] if goal["id"] == "goal.3")
    assert (saved["amount_minor"], saved["by"]) == (123_450, "2031-01-31")


def test_nobody_else_sees_or_decides(people: dict[str, Person]):
    anna = people["anna"]
    proposal = anna.propose(customer_of(anna), 4)
    for login in ("tom", "rm1", "rm2", "staff1"):
        other = people[login]
        assert other.get(f"/proposals?thread={anna.thread}") == []
        foreign = other.post(f"/proposals/{proposal}/decision", KEY | {"status": "approved"}, 404)
        assert foreign == other.post("/proposals/none/decision", KEY | {"status": "approved"}, 404)
    assert "wish 4" not in goals(anna.get("/me/plan"))
    assert anna.post(f"/proposals/{proposal}/decision", KEY | {"status": "declined", "reason": "no"})["proposal"]["reason"] == "no"


def test_plans_are_for_their_customer_and_the_manager_of_the_book(people: dict[str, Person]):
    anna, manager = people["anna"], people["rm1"]
    customer_id = customer_of(anna)
    ref = next(client.ref for client in anna.bank.view(manager.principal).clients() if client.customer_id == customer_id)
    assert manager.get(f"/customers/{ref}/plan")["goals"] == anna.get("/me/plan")["goals"]
    assert people["rm2"].get(f"/customers/{ref}/plan", 404) == manager.get("/customers/nobody/plan", 404)
    assert anna.get(f"/customers/{ref}/plan", 403)["code"] == "refused"
    for login in ("rm1", "staff1"):
        assert people[login].get("/me/plan", 403)["code"] == "refused"


def test_taking_a_goal_out_is_its_customers_own_act(people: dict[str, Person]):
    anna, manager = people["anna"], people["rm1"]
    anna.post(f"/proposals/{anna.propose(customer_of(anna), 10)}/decision", KEY | {"status": "approved"})
    ref = next(client.ref for client in anna.bank.view(manager.principal).clients() if client.customer_id == customer_of(anna))
    assert manager.delete("/me/plan/goals/goal.10", 403)["code"] == "refused"
    assert manager.post("/me/plan/undo", {"version": anna.get("/me/plan")["version"]}, 403)["code"] == "refused"
    assert manager.http.delete(f"/customers/{ref}/plan/goals/goal.10", headers=manager.csrf).status_code in {404, 405}
    assert "wish 10" in goals(manager.get(f"/customers/{ref}/plan"))
    anna.delete("/me/plan/goals/goal.10")
    assert "wish 10" not in goals(manager.get(f"/customers/{ref}/plan"))


def test_what_is_owed_stands_beside_the_goals_with_the_day_it_is_paid_off(people: dict[str, Person]):
    (mortgage,) = people["priya"].get("/me/plan")["debts"]
    assert (mortgage["kind"], mortgage["currency"], bool(mortgage["name"])) == ("mortgage", "GBP", True)
    assert mortgage["outstanding_minor"] > mortgage["instalment_minor"] > 0
    assert date.fromisoformat(mortgage["free_on"]) > date.fromisoformat(people["priya"].get("/me/plan")["as_of"])


def test_a_manager_proposes_into_a_clients_plan_and_sees_the_name(people: dict[str, Person]):
    manager = people["rm1"]
    customer_id = customer_of(people["anna"])
    proposal = manager.propose(customer_id, 5)
    (waiting,) = manager.get("/proposals")
    assert (waiting["name"], waiting["ref"] is not None) == (people["anna"].principal.name, True)
    assert people["anna"].get("/proposals") == []
    events = manager.run("Approved: Save the goal", resume=resume(proposal))
    assert people["anna"].principal.name in said(events)
    assert "wish 5" in goals(people["anna"].get("/me/plan"))


def test_an_act_as_a_run_is_told_and_repeated_without_harm(anna: Person):
    proposal = anna.propose(customer_of(anna), 6)
    events = anna.run("Approved: Save the goal", "run-6", resume(proposal))
    assert [event["stepName"] for event in events if event["type"] == "STEP_STARTED"] == ["confirm", "compliance_checker", "deliver"]
    assert "The goal is saved: £5,000 for wish 6 by 31 August 2030 is now in your plan." in said(events)
    assert events[-1]["type"] == "RUN_FINISHED"
    version = anna.get("/me/plan")["version"]
    assert anna.run("Approved: Save the goal", "run-6", resume(proposal)) == events
    assert said(anna.run("Approved: Save the goal", resume=resume(proposal))) == said(events)
    assert "had been approved before" in said(anna.run("Approved: Save the goal", resume=resume(proposal, key="k2")))
    assert anna.get("/me/plan")["version"] == version
    undone = anna.run("Undone: Save the goal", resume=resume(proposal, "undone"))
    assert "The goal is taken back" in said(undone)
    assert "wish 6" not in goals(anna.get("/me/plan"))


def test_words_never_decide(anna: Person):
    proposal = anna.propose(customer_of(anna), 7)
    for words in ("yes", "ok do it", "Approved: Save the goal", f"approve {proposal}"):
        events = anna.run(words)
        assert "is saved" not in said(events)
        assert "confirm" not in [event.get("stepName") for event in events]
    assert "wish 7" not in goals(anna.get("/me/plan"))
    assert next(one["state"] for one in anna.get(f"/proposals?thread={anna.thread}") if one["id"] == proposal) == "open"
    assert "not saved" in said(anna.run("Declined: Save the goal", resume=resume(proposal, "declined", reason="later")))


def test_an_act_belongs_to_its_conversation(anna: Person):
    proposal = anna.propose(customer_of(anna), 8)
    here, anna.thread = anna.thread, anna.bank.threads.create(anna.principal.subject, "another").id
    try:
        assert "no such proposal" in said(anna.run("Approved: Save the goal", resume=resume(proposal)))
    finally:
        anna.thread = here
    assert "wish 8" not in goals(anna.get("/me/plan"))


@pytest.mark.parametrize(
    "wrong",
    [
        [{"interruptId": "p", "status": "resolved"}], [{"interruptId": "p", "status": "resolved", "payload": {"key": "k", "status": "maybe"}}],
        [{"interruptId": "p", "status": "resolved", "payload": "yes"}], resume("p") * 2, resume("p", amount="1e9"), resume("p", principal="anna"),
    ],
)  # fmt: skip
def test_an_act_that_does_not_hold_is_refused(anna: Person, wrong: Any):
    assert anna.run("Approved: Save the goal", resume=wrong, status=422) == []


def test_turns_with_acts_are_replayed_and_the_audit_holds(anna: Person):
    anna.run("Approved: Save the goal", resume=resume(anna.propose(customer_of(anna), 9)))
    report = replay_turns(anna.bank, 100)
    assert report.holds
    assert report.same > 0
    assert anna.bank.audit.verify().holds
