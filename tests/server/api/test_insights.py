"""What is worth knowing over REST: the own to customers, the book to its manager, chosen and dismissed by each for themselves."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

import server.insights
from agent.context import Principal
from agent.worth_knowing import worth_knowing
from tests.fakes import FakeView
from tests.people import FOREIGN, people, snapshot_of
from tests.server.chat_bank import browser
from tests.tools.builders import booking
from tools.ledger.history import History
from tools.ledger.query import ClientSnapshot, CohortQuery, QueryResult
from tools.twin.insight.insight import KINDS
from tools.twin.insight.insights import insights_of
from tools.twin.simulate.noise import noise_bank

#: Five to eleven in London.
MORNING = datetime(2027, 4, 1, 9, 55, tzinfo=UTC)


class TroubledView(FakeView):
    """The people of `tests.people`: Ada and Ben were charged twice, so there is something to tell; snapshots call both at risk."""

    def own_history(self) -> History:
        return _charged_twice(super().own_history())

    def client_history(self, customer_id: str) -> History:
        return _charged_twice(super().client_history(customer_id))

    def run_query(self, query: CohortQuery) -> QueryResult:
        self.queries = [*getattr(self, "queries", []), query]
        rows: tuple[ClientSnapshot, ...] = tuple(snapshot_of(key) for key in ("demo:2", "demo:1", "demo:3"))
        return QueryResult(query=query, matched=len(rows), searched=4, clients=rows)


def _charged_twice(one: History) -> History:
    if one.customer.id not in {"demo:1", "demo:2"}:
        return one
    account = one.accounts[0].id
    twice = [
        booking(date(2027, 3, 28), -64.5, "shopping", counterparty="SHOPCANARY LTD", operation="card", account_id=account, number=number)
        for number in ("first", "second")
    ]
    return one.model_copy(update={"transactions": (*one.transactions, *twice)})


@pytest.fixture(scope="module", autouse=True)
def _loaded():
    """What a running server has loaded before the first question; a request does not wait for it."""
    assert worth_knowing is not None
    assert insights_of is not None
    noise_bank(1, 16, 0, 0)


@pytest.fixture(autouse=True)
def troubled(chat_bank, monkeypatch):
    chat_bank.time = MORNING
    views: list[TroubledView] = []

    def view(principal: Principal) -> TroubledView:
        views.append(TroubledView(principal))
        return views[-1]

    monkeypatch.setattr(chat_bank, "view", view)
    return views


@pytest.fixture
def ada(chat_bank, address):
    with browser(chat_bank, address, "ada", customer_id="demo:1") as client:
        yield client


@pytest.fixture
def ben(chat_bank, address):
    with browser(chat_bank, address, "ben", customer_id="demo:2") as client:
        yield client


@pytest.fixture
def manager(chat_bank, address):
    with browser(chat_bank, address, "rm1", role="rm") as client:
        yield client


def kinds(answer: Any) -> list[str]:
    return [insight["kind"] for insight in answer["insights"]]


def test_a_customer_is_told_the_own_with_blocks_and_facts_of_a_turn(ada):
    answer = ada.get("/insights").json()
    assert (answer["as_of"], answer["held_back_until"], kinds(answer)) == ("2027-03-31", None, ["duplicate_charge"])
    (told,) = answer["insights"]
    (block,) = answer["blocks"]
    assert (block["type"], block["id"], block["heading"]) == ("text", told["block"], "The same charge again")
    assert "SHOPCANARY LTD charged £64.50" in block["sentences"][0]["text"]
    figures = [span["id"] for span in block["sentences"][0]["spans"] if span["kind"] == "fact"]
    assert {answer["facts"][name]["value"] for name in figures} == {6450, "2027-03-28"}
    assert {fact["subject"] for fact in answer["facts"].values()} == {"demo:1"}


def test_dismissing_is_for_oneself_and_can_be_undone(ada, ben, manager):
    key = ada.get("/insights").json()["insights"][0]["key"]
    assert ada.post(f"/insights/{key}/dismiss").status_code == 204
    assert ada.post(f"/insights/{key}/dismiss").status_code == 204
    assert kinds(ada.get("/insights").json()) == []
    assert kinds(ben.get("/insights").json()) == ["bill_larger_than_balance", "duplicate_charge"]
    of_ada = manager.get("/customers/1/insights").json()
    assert [insight["key"] for insight in of_ada["insights"]] == [key]
    manager.post(f"/insights/{key}/dismiss")
    assert kinds(manager.get("/customers/1/insights").json()) == []
    assert ada.delete(f"/insights/{key}/dismiss").status_code == 204
    assert kinds(ada.get("/insights").json()) == ["duplicate_charge"]
    assert kinds(manager.get("/customers/1/insights").json()) == []


def test_changes_need_the_proof_of_the_own_page_and_a_key_that_is_one(ada):
    key = ada.get("/insights").json()["insights"][0]["key"]
    for method, path, body in (("POST", f"/insights/{key}/dismiss", None), ("DELETE", f"/insights/{key}/dismiss", None), ("PUT", "/insights/settings", {})):  # fmt: skip
        answer = ada.request(method, path, json=body, headers={"X-CSRF-Token": "wrong"})
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    assert kinds(ada.get("/insights").json()) == ["duplicate_charge"]
    for wrong in ("x", "price_rise.zzz", "a" * 99):
        for method in ("POST", "DELETE"):
            answer = ada.request(method, f"/insights/{wrong}/dismiss")
            assert (answer.status_code, answer.json()["code"]) == (422, "bad_insight_key")


def test_kinds_can_be_switched_off_by_each_person(ada, ben):
    before = ada.get("/insights/settings").json()
    assert before == {"off": [], "quiet_from": None, "quiet_to": None, "zone": "Europe/London", "kinds": list(KINDS)}
    after = ada.put("/insights/settings", json={"off": ["price_rise", "duplicate_charge"], "zone": "Europe/Paris"}).json()
    assert (after["off"], after["zone"]) == (["duplicate_charge", "price_rise"], "Europe/Paris")
    assert ada.get("/insights/settings").json() == after
    assert kinds(ada.get("/insights").json()) == []
    assert kinds(ben.get("/insights").json()) == ["bill_larger_than_balance", "duplicate_charge"]
    assert ben.get("/insights/settings").json() == before


def test_quiet_hours_hold_everything_back_until_they_end(chat_bank, ada, manager):
    quiet = {"quiet_from": 9, "quiet_to": 11}
    assert ada.put("/insights/settings", json=quiet).json()["zone"] == "Europe/London"
    manager.put("/insights/settings", json=quiet)
    held = {"held_back_until": "2027-04-01T10:00:00Z", "as_of": None}
    assert ada.get("/insights").json() == {**held, "insights": [], "blocks": [], "facts": {}}
    assert manager.get("/customers/1/insights").json()["insights"] == []
    assert manager.get("/book/insights").json() == {**held, "looked_at": 0, "clients": []}
    assert kinds(ada.get("/insights?show=now").json()) == ["duplicate_charge"]
    assert manager.get("/book/insights?show=now").json()["clients"]
    chat_bank.wait(minutes=5)
    assert kinds(ada.get("/insights").json()) == ["duplicate_charge"]


@pytest.mark.parametrize("wrong", [{"quiet_from": 22}, {"quiet_from": 5, "quiet_to": 5}, {"quiet_from": 25, "quiet_to": 5}, {"zone": "Mars/Base"}, {"off": ["everything"]}, {"more": 1}])  # fmt: skip
def test_settings_that_cannot_hold_change_nothing(ada, wrong):
    before = ada.get("/insights/settings").json()
    answer = ada.put("/insights/settings", json=wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")
    assert ada.get("/insights/settings").json() == before


def test_a_manager_is_told_about_clients_of_the_own_book_only(manager):
    answer = manager.get("/customers/1/insights").json()
    assert kinds(answer) == ["duplicate_charge"]
    foreign, unknown = manager.get("/customers/4/insights"), manager.get("/customers/9999/insights")
    assert (foreign.status_code, foreign.content) == (404, unknown.content)


def test_the_book_shows_the_foremost_of_each_client_at_risk(troubled, manager):
    answer = manager.get("/book/insights").json()
    assert (answer["as_of"], answer["looked_at"]) == ("2027-03-31", 3)
    assert [(client["ref"], kinds(client)) for client in answer["clients"]] == [
        ("2", ["bill_larger_than_balance"]),
        ("1", ["duplicate_charge"]),
    ]
    assert all(len(client["insights"]) == 1 for client in answer["clients"])
    assert not any(word in str(answer) for word in FOREIGN)
    (query,) = [query for view in troubled for query in getattr(view, "queries", [])]
    assert query.limit == server.insights.MOST_CLIENTS


@pytest.mark.parametrize(
    ("role", "refused"),
    [("rm", ["/insights"]), ("customer", ["/book/insights", "/customers/1/insights"]), ("staff", ["/insights", "/book/insights", "/customers/1/insights"])],
)  # fmt: skip
def test_roles_without_accounts_or_a_book_are_refused(chat_bank, address, role, refused):
    with browser(chat_bank, address, "somebody", role=role) as client:
        for path in refused:
            assert (client.get(path).status_code, client.get(path).json()["code"]) == (403, "refused")


def test_a_new_customer_and_one_with_nothing_to_tell_get_an_empty_answer(chat_bank, address):
    with browser(chat_bank, address, "cara", customer_id="demo:3") as cara:
        assert cara.get("/insights").json() == {"as_of": people()["demo:3"].as_of.isoformat(), "held_back_until": None, "insights": [], "blocks": [], "facts": {}}  # fmt: skip
