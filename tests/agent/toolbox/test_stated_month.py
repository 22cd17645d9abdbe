"""Before the bookings say enough, a forecast says what was stated and what is usual for others, and that it is no forecast."""

import pytest

from agent.finding import FindingBuilder
from agent.phrasing import say
from agent.toolbox.stated_month import stated_month
from tests.people import people
from tests.tools.builders import pounds
from tools.errors import UsageError
from tools.ledger.features import features_of
from tools.ledger.history import History


def newcomer(**profile: object) -> History:
    cara = people()["demo:3"]
    return cara.model_copy(update={"profile": cara.profile.model_copy(update=profile)})


def made_for(history: History) -> FindingBuilder:
    return FindingBuilder("f", "balance_forecast", history.as_of, history.customer.id, "GBP")


def test_it_says_that_it_is_no_forecast_of_the_account():
    history = newcomer(monthly_income_minor=pounds(2000))
    finding = stated_month(history, features_of(history), made_for(history))
    words = " ".join(sentence for part in say(finding, "customer", "en") for sentence in part.sentences)
    assert finding.outcome == "stated"
    assert "This is no forecast of your own account." in words
    assert "{{f:f.income}} that you stated" in words
    facts = {fact.id: fact for fact in finding.facts}
    assert facts["f.balance"].value == features_of(history).balance_minor
    assert facts["f.income"].value == pounds(2000)
    # The notice of a simulation stands beside figures of a forecast; here there is none.
    assert "balance_forecast" not in {fact.source for fact in finding.facts}


@pytest.mark.parametrize("income", [None, 0, -5])
def test_without_a_stated_income_there_is_nothing_to_go_by(income: int | None):
    history = newcomer(monthly_income_minor=income)
    with pytest.raises(UsageError) as caught:
        stated_month(history, features_of(history), made_for(history))
    assert caught.value.code == "too_short"
