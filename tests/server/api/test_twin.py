"""The page "My twin" over HTTP, on the small demo bank: figures with their facts, whose it is, and what-ifs that change nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from server.app import create_app
from server.bank import Bank
from tests.small_bank import SmallBank


class Visitor:
    """Somebody who is signed in."""

    def __init__(self, app: Any, login: str, password: str) -> None:
        self.http = TestClient(app)
        assert self.http.post("/auth/sign-in", json={"login": login, "password": password}).status_code == 200

    def try_out(self, **asked: Any) -> Any:
        return self.http.post("/me/twin/what-if", json=asked, headers={"X-CSRF-Token": self.http.cookies["pf_csrf"]})


@pytest.fixture(scope="module")
def bank(prepared_bank: SmallBank, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    opened = prepared_bank.copy(tmp_path_factory.mktemp("twin") / "home").open()
    yield opened
    opened.database.engine.dispose()


@pytest.fixture(scope="module")
def visitors(bank: Bank, prepared_bank: SmallBank) -> Iterator[dict[str, Visitor]]:
    app = create_app(bank)
    with TestClient(app):
        yield {login: Visitor(app, login, prepared_bank.passwords[login]) for login in ("anna", "tom", "rm1", "staff1")}


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
    assert page["facts"][page["months_fact"]]["value"] == page["months_of_history"]


def test_no_figure_stands_in_the_words_that_is_no_fact(page: dict[str, Any]):
    sentences = [sentence for block in page["blocks"] if block["type"] == "text" for sentence in block["sentences"]]
    for sentence in [*sentences, *(change["sentence"] for change in page["changes"])]:
        bare = sentence["text"]
        for span in sorted(sentence["spans"], key=lambda span: -span["start"]):
            assert span["id"] in page["facts"]
            bare = bare[: span["start"]] + bare[span["end"] :]
        assert not any(sign.isdigit() for sign in bare), sentence["text"]


def test_it_names_its_versions_and_how_past_forecasts_did(page: dict[str, Any]):
    assert [version["version"] for version in page["versions"]] == [1]
    assert page["version"] == 1
    assert 0 < len(page["track_record"]) <= 12
    assert sum(share["share"] for share in page["persona_mix"]) == pytest.approx(1, abs=0.01)


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
