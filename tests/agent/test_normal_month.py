"""A normal month adds up, whoever's it is; people differ more from each other than the months of one of them."""

from hypothesis import given
from hypothesis import strategies as st

from agent.finding import FindingBuilder
from agent.normal_month import own_month, typical_month
from agent.shown_twin import NormalMonthRow
from tests.people import people
from tests.tools.builders import AS_OF, pounds
from tools.ledger.customer import Profile
from tools.ledger.features import features_of
from tools.twin.fit.fit import fit_twin
from tools.twin.fit.persona_twin import stated_twin


def rows_of(income_minor: int) -> tuple[dict[str, NormalMonthRow], FindingBuilder]:
    customer = people()["demo:3"].customer
    twin = stated_twin(customer, Profile(customer_id=customer.id, monthly_income_minor=income_minor), as_of=AS_OF)
    made = FindingBuilder("m", "balance_forecast", AS_OF, customer.id, "GBP")
    return {row.key: row for row in typical_month(twin, made)}, made


@given(st.integers(1, 10**9))
def test_what_is_left_of_a_stated_income_is_what_is_not_usually_spent(income: int):
    rows, _ = rows_of(income)
    assert rows["income"].amount_minor == income
    assert rows["left_over"].amount_minor == income + rows["commitments"].amount_minor + rows["spending"].amount_minor
    assert all(row.low_minor <= row.amount_minor <= row.high_minor for row in rows.values())


def test_what_was_stated_is_certain_and_what_others_spend_is_not():
    rows, made = rows_of(pounds(2000))
    assert (rows["income"].low_minor, rows["income"].high_minor) == (pounds(2000), pounds(2000))
    assert rows["left_over"].low_minor < 0 < rows["left_over"].amount_minor
    assert {role: fact.source for role, fact in made.facts.items()} == {
        "income": "profile_view", "commitments": "typical_month", "spending": "typical_month", "left_over": "typical_month",
    }  # fmt: skip


def test_an_own_month_is_told_by_the_tool_that_asks():
    history = people()["demo:1"]
    made = FindingBuilder("m", "twin_page", AS_OF, "demo:1", "GBP")
    rows = {row.key: row for row in own_month(fit_twin(history, features_of(history)), made)}
    assert rows["left_over"].amount_minor == sum(rows[key].amount_minor for key in ("income", "commitments", "spending"))
    assert {fact.source for fact in made.facts.values()} == {"twin_page"}
    assert {row.fact for row in rows.values()} == {fact.id for fact in made.facts.values()}
