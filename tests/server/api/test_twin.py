"""The page "My twin" over HTTP, on the small demo bank: figures with their facts, whose it is, and what-ifs that change nothing."""

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from server.app import create_app
from server.bank import Bank
from server.demo.case import load_case
from tests.small_bank import SmallBank


class Visitor:
    """Somebody who is signed in."""

    def __init__(self, app: Any, login: str, password: str) -> None:
        self.http = TestClient(app)
        assert self.http.post("/auth/sign-in", json={"login": login, "password": password}).status_code == 200

    def ask(self, words: str) -> str:
        """The words of the answer in the chat."""
        given = {
            "threadId": self.http.post("/threads", json={}, headers=self.csrf).json()["id"], "runId": uuid.uuid4().hex,
            "messages": [{"id": "m", "role": "user", "content": words}], "state": {}, "tools": [], "context": [], "forwardedProps": {},
        }  # fmt: skip
        answer = self.http.post("/agui/run", json=given, headers=self.csrf)
        events = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]
        return "".join(event["delta"] for event in events if event["type"] == "TEXT_MESSAGE_CONTENT").replace("\u00a0", " ")

    @property
    def csrf(self) -> dict[str, str]:
        return {"X-CSRF-Token": self.http.cookies["pf_csrf"]}

    def try_out(self, **asked: Any) -> Any:
        return self.http.post("/me/twin/what-if", json=asked, headers=self.csrf)


#: Newcomers: login, days since the first of their bookings, and what their profile says.
NEWCOMERS = {
    "noa": (9, 'monthly_income = 2100.00\nrisk_tolerance = "cautious"'),
    "kit": (24, "monthly_income = 2100.00"),
    "pia": (9, 'monthly_income = 2100.00\nconsent_personalization = "no"'),
    "ole": (9, ""),
}
PASSWORD = "four unrelated lamps in Norwich"


def add_newcomer(bank: Bank, folder: Path, number: int, login: str) -> None:
    """A customer with a payment of pay, rent and some shopping, as far as the days go."""
    days, profile = NEWCOMERS[login]
    as_of = max(bank.business_dates().values())
    start = as_of - timedelta(days=days)
    moves = (
        (0, 2100, "SALARY HARBOUR LTD", "salary"),
        (1, -780, "RENT MILL LANE", "rent"),
        *((day, -41.20, "MARKET", "groceries") for day in range(3, days, 5)),
    )
    told = "".join(
        f"[[transactions]]\ndate = {start + timedelta(days=day)}\namount = {amount}\ndescription = '{words}'\ncategory = '{category}'\n"
        for day, amount, words, category in moves
    )
    case = folder / f"{login}.toml"
    case.write_text(
        f"[customer]\nnumber = {number}\nname = '{login.title()} Newcomer'\njoined_on = {start}\n[profile]\n{profile}\n[[accounts]]\nkey = 'main'\nopened_on = {start}\n{told}"
    )
    bank.ledger.add_batch(load_case(case, as_of, 0), book_login="rm1")
    bank.auth.registration.add(login, PASSWORD, login.title(), "customer", bank.now(), demo=True, customer_id=f"demo:{number}")


@pytest.fixture(scope="module")
def bank(prepared_bank: SmallBank, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    folder = tmp_path_factory.mktemp("twin")
    opened = prepared_bank.copy(folder / "home").open()
    for number, login in enumerate(NEWCOMERS, 9001):
        add_newcomer(opened, folder, number, login)
    yield opened
    opened.database.engine.dispose()


@pytest.fixture(scope="module")
def visitors(bank: Bank, prepared_bank: SmallBank) -> Iterator[dict[str, Visitor]]:
    app = create_app(bank)
    with TestClient(app):
        passwords = {**prepared_bank.passwords, **dict.fromkeys(NEWCOMERS, PASSWORD)}
        yield {login: Visitor(app, login, passwords[login]) for login in ("anna", "tom", "rm1", "staff1", *NEWCOMERS)}


def said(page: dict[str, Any]) -> str:
    return " ".join(sentence["text"] for block in page["blocks"] if block["type"] == "text" for sentence in block["sentences"])


@pytest.fixture(scope="module")
def page(visitors: dict[str, Visitor]) -> dict[str, Any]:
    answer = visitors["anna"].http.get("/me/twin")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_normal_month_adds_up_and_every_line_opens_its_fact(page: dict[str, Any]):
    rows = {row["key"]: row for row in page["normal_month"]}
    assert rows["left_over"]["amount_minor"] == sum(rows[key]["amount_minor"] for key in ("income", "commitments", "spending"))
    for row in rows.values():
        assert page["facts"][row["fact"]]["value"] == row["amount_minor"]
        assert row["low_minor"] <= row["amount_minor"] <= row["high_minor"]
    assert page["facts"][page["learnt_fact"]]["value"] == page["months_of_history"]


def test_no_figure_stands_in_the_words_that_is_no_fact(page: dict[str, Any]):
    sentences = [sentence for block in page["blocks"] if block["type"] == "text" for sentence in block["sentences"]]
    for sentence in [*sentences, page["habits_said"], *(change["sentence"] for change in page["changes"])]:
        bare = sentence["text"]
        for span in sorted(sentence["spans"], key=lambda span: -span["start"]):
            assert span["id"] in page["facts"]
            bare = bare[: span["start"]] + bare[span["end"] :]
        assert not any(sign.isdigit() for sign in bare), sentence["text"]


def test_it_names_its_versions_and_how_past_forecasts_did(page: dict[str, Any]):
    assert [version["version"] for version in page["versions"]] == [1]
    assert page["version"] == 1
    assert 0 < len(page["track_record"]) <= 12


def test_it_says_how_the_habits_looked_at_each_month_end_and_now(page: dict[str, Any]):
    days = [month["on"] for month in page["habits"]]
    assert days == sorted(days)
    assert len(days) in {7, 8}
    assert days[-1] == page["as_of"]
    for month in page["habits"]:
        assert sum(share["share"] for share in month["shares"]) == pytest.approx(1, abs=0.001)
        for share in month["shares"]:
            fact = page["facts"][share["fact"]]
            assert (fact["value"], fact["as_of"], fact["unit"]) == (share["share"], month["on"], "in_100")
    assert page["habits"][-1]["shares"][0]["persona"] in page["habits_said"]["text"]


def test_a_twin_of_many_months_is_active(page: dict[str, Any]):
    assert (page["status"], page["basis"]) == ("active", "bookings")


def test_before_the_bookings_say_anything_it_rests_on_what_was_stated(visitors: dict[str, Visitor]):
    page = visitors["noa"].http.get("/me/twin").json()
    assert (page["status"], page["basis"], page["months_of_history"], page["versions"]) == ("learning", "stated", 0, [])
    assert page["facts"][page["learnt_fact"]]["unit"] == "days"
    rows = {row["key"]: row for row in page["normal_month"]}
    assert rows["income"]["amount_minor"] == rows["income"]["low_minor"] == rows["income"]["high_minor"] == 210_000
    assert rows["left_over"]["amount_minor"] == sum(rows[key]["amount_minor"] for key in ("income", "commitments", "spending"))
    assert rows["spending"]["low_minor"] < rows["spending"]["amount_minor"] < rows["spending"]["high_minor"] < 0
    assert all(page["facts"][row["fact"]]["value"] == row["amount_minor"] for row in rows.values())
    assert "no picture of your own account" in said(page)
    for never in ("habits", "changes", "levers", "track_record"):
        assert page[never] == []
    assert page["habits_said"] is None
    assert [block["type"] for block in page["blocks"]] == ["text"]


def test_a_customer_of_three_weeks_has_a_twin_that_is_learning(visitors: dict[str, Visitor]):
    page = visitors["kit"].http.get("/me/twin").json()
    assert (page["status"], page["basis"]) == ("learning", "bookings")
    learnt = page["facts"][page["learnt_fact"]]
    assert (learnt["value"], learnt["unit"]) == (25, "days")
    # Before there is a whole month, a mix would be that of the segment.
    assert (page["habits"], page["habits_said"]) == ([], None)


def test_without_agreement_it_is_paused_and_still_shown_to_its_customer(visitors: dict[str, Visitor]):
    assert visitors["pia"].http.get("/me/twin").json()["status"] == "paused"


def test_with_neither_bookings_nor_a_stated_income_there_is_none(visitors: dict[str, Visitor]):
    answer = visitors["ole"].http.get("/me/twin")
    assert (answer.status_code, answer.json()["code"]) == (422, "too_short")


def test_a_forecast_before_there_is_one_is_said_to_be_none(visitors: dict[str, Visitor]):
    text = visitors["noa"].ask("what will my balance be in six months?")
    assert "This is no forecast of your own account." in text
    assert "£2,100 that you stated" in text
    assert "Simulated" not in text


def test_two_customers_see_two_twins(page: dict[str, Any], visitors: dict[str, Visitor]):
    other = visitors["tom"].http.get("/me/twin").json()
    assert other["normal_month"] != page["normal_month"]
    assert {fact["subject"] for fact in other["facts"].values() if fact["subject"]} == {"demo:1003"} or (
        {fact["subject"] for fact in other["facts"].values()}.isdisjoint({fact["subject"] for fact in page["facts"].values()})
    )


@pytest.mark.parametrize("login", ["rm1", "staff1"])
def test_nobody_but_a_customer_has_a_twin(visitors: dict[str, Visitor], login: str):
    assert visitors[login].http.get("/me/twin").status_code == 403
    assert visitors[login].try_out(changes=[]).status_code == 403


def test_a_what_if_answers_with_checked_words_and_a_chart_and_saves_nothing(visitors: dict[str, Visitor], page: dict[str, Any]):
    answer = visitors["anna"].try_out(changes=[{"kind": "new_recurring_cost", "amount": "100.00"}])
    assert answer.status_code == 200, answer.text
    blocks = answer.json()["blocks"]
    assert {"text", "chart"} <= {block["type"] for block in blocks}
    assert any(block["type"] == "disclosure" for block in blocks)
    assert visitors["anna"].http.get("/me/twin").json()["normal_month"] == page["normal_month"]


def test_what_cannot_be_is_said_and_what_cannot_be_read_is_refused(visitors: dict[str, Visitor]):
    absurd = visitors["anna"].try_out(changes=[{"kind": "new_recurring_cost", "amount": "1000000000000"}])
    assert absurd.status_code == 200
    assert [block["type"] for block in absurd.json()["blocks"]].count("chart") == 0
    assert visitors["anna"].try_out(changes=[{"kind": "abracadabra"}]).status_code == 422
    assert visitors["anna"].try_out(changes=[], horizon_months=1000).status_code == 422
