"""Typical customers of a persona, as many as wanted: what a table is simulated from where there are no accounts."""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from tools.twin.fit.persona_twin import persona_twin
from tools.twin.persona.persona import persona_of
from tools.twin.twin import Twin

#: Incomes differ by this much (standard deviation of their logarithm), as take-home pay within one country does.
INCOME_SPREAD = 0.35
#: How many of those whose persona repays credit have a loan, for how many months it still runs, and what it costs (our choice).
WITH_LOAN, LOAN_MONTHS, LOAN_RATE_BPS = 0.4, (6, 48), 790


def typical_customers(keys: Sequence[str], count: int, income_minor: int, as_of: date, seed: int) -> Iterator[Twin]:
    """Customers who live by the habits of these personas in turns; incomes and loans differ. The same arguments, the same customers.

    Args:
        income_minor: a month's, of the customer in the middle.

    Raises:
        UsageError: no such persona, or an income that is not positive.
    """
    personas, rng = [persona_of(key) for key in keys], np.random.default_rng(seed)
    for number in range(count):
        persona = personas[number % len(personas)]
        own = max(round(income_minor * float(rng.lognormal(0, INCOME_SPREAD))), 1) if income_minor > 0 else income_minor
        owes, left = rng.random() < WITH_LOAN, int(rng.integers(*LOAN_MONTHS, endpoint=True))
        yield persona_twin(
            persona,
            own,
            as_of=as_of,
            customer_id=f"{persona.key}:{number + 1}",
            loan_minor=left * round(own * persona.habits.repayment_share) if owes else 0,
            loan_rate_bps=LOAN_RATE_BPS,
        )
