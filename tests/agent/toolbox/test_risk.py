"""A pattern is shown to the relationship manager with its figures, and to no customer."""

import pytest

from agent.context import Principal, Role
from agent.finding import Finding, FindingBuilder
from agent.phrasing import say
from agent.toolbox.risk import explain_stress, no_credit, stress_status
from agent.toolbox.tool import NoArguments
from tests.tools.builders import AS_OF, history, steady
from tests.tools.stress.strained import status_of
from tests.tools.stress.test_pattern import gambling, passing
from tools.ledger.features import features_of
from tools.ledger.transaction import Transaction
from tools.stress import score

MULE = [*steady(salary=600, rent=200, food=200), *passing()]
GAMBLER = [*steady(), *gambling(28, 50)]
TOOLS = {"stress_status": stress_status, "explain_stress": explain_stress}


def found(tool: str, role: Role, moves: list[Transaction]) -> Finding:
    held = history(moves)
    principal = Principal(subject="s", login="l", role=role, name="N", customer_id="demo:1" if role == "customer" else None)
    made = FindingBuilder(f"{tool}.1", tool, AS_OF, "demo:1", "GBP")
    return TOOLS[tool](NoArguments(), held, score.stress_status(held, features_of(held)), principal, made)


def said(finding: Finding, role: str) -> str:
    return " ".join(" ".join((part.heading or "", *part.sentences)) for part in say(finding, role, "en"))


@pytest.mark.parametrize("tool", TOOLS)
def test_an_rm_reads_how_much_of_the_money_received_left_again_and_that_it_accuses_nobody(tool: str):
    finding = found(tool, "rm", MULE)
    facts = {fact.id.rsplit(".", 1)[1]: fact.value for fact in finding.facts}
    assert (facts["passed_on"], facts["pass_days"], facts["senders"]) == (pytest.approx(90), 2, 4)
    assert "Money received leaves again within" in said(finding, "rm")
    assert "not an accusation" in said(finding, "rm")


@pytest.mark.parametrize("tool", TOOLS)
def test_an_rm_reads_how_much_of_income_is_gambled_and_suggests_no_product(tool: str):
    finding = found(tool, "rm", GAMBLER)
    assert "gambled" in {fact.id.rsplit(".", 1)[1] for fact in finding.facts}
    assert "Suggest no product now" in said(finding, "rm")
    assert finding.no_credit


@pytest.mark.parametrize("moves", [MULE, GAMBLER], ids=["passes money through", "gambles"])
@pytest.mark.parametrize("tool", TOOLS)
def test_a_customer_reads_nothing_of_it_and_no_fact_of_it_is_made(tool: str, moves: list[Transaction]):
    finding = found(tool, "customer", moves)
    assert finding.labels["pattern"] == "none"
    assert not {fact.id.rsplit(".", 1)[1] for fact in finding.facts} & {"passed_on", "senders", "gambled", "pattern_days"}
    assert "pattern" not in said(finding, "customer")


def test_nothing_is_said_of_a_steady_client():
    assert found("stress_status", "rm", steady()).labels["pattern"] == "none"


def test_heavy_gambling_forbids_to_bring_up_borrowing_also_where_the_score_does_not():
    assert no_credit(history(GAMBLER), status_of(steady()))
    assert not no_credit(history(steady()), status_of(steady()))
