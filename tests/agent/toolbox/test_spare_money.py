"""What is safe to spend is told as past cases bear it out, where the past of a source taught anything."""

from agent.finding import FindingBuilder
from agent.toolbox.spare_money import until_pay_day
from tests.tools.twin.paydays import twin
from tools.twin.daily.daily_scale import BUILT_IN, DailyScale
from tools.twin.outlook.outlook import Outlook


def test_what_past_days_taught_makes_it_less_and_never_more():
    one = twin(balance=1500)

    def safe(outlook: Outlook | None) -> int | float | str:
        made = FindingBuilder("c", "balance_forecast", one.as_of, one.customer_id, one.currency)
        return next(fact.value for fact in until_pay_day(one, outlook, made).facts if fact.id.endswith(".safe"))

    past = Outlook(as_of=one.as_of, horizons=(), learned_months=0, accounts=0, origins=0)
    careful = DailyScale(learnt=BUILT_IN.model_copy(update={"sure": 1.0}), own_minor=2000.0, own_days=180)
    assert safe(None) == safe(past) == 60_000
    taught = safe(past.model_copy(update={"daily": careful}))
    assert isinstance(taught, int)
    assert 0 < taught < 60_000
