"""Customers for the simulator's tests: typical twins of several personas, thin and thick, with and without a loan."""

from datetime import date
from functools import cache

import numpy as np

from tools.stress.intervention.action import Situation
from tools.stress.intervention.book import Book, Manner, Subject, book_of
from tools.twin.fit.persona_twin import persona_twin
from tools.twin.persona.persona import persona_of
from tools.twin.twin import Twin

AS_OF = date(2026, 6, 30)
_PERSONAS = ("spender", "young_professional", "growing_family", "risk_taker", "saver", "carer")
_LIKES = ("any", "sms", "email", "phone")
_CONSENTS = ("yes",) * 8 + ("limited", "no")


def twin(number: int) -> Twin:
    """A customer who has from nothing to a month's income; every second owes on a loan."""
    income = 150_000 + 23_000 * (number % 11)
    made = persona_twin(
        persona_of(_PERSONAS[number % len(_PERSONAS)]),
        income,
        as_of=AS_OF,
        customer_id=f"demo:{number}",
        balance_minor=income * (number % 5) // 4,
        loan_minor=600_000 if number % 2 else 0,
        loan_rate_bps=900,
    )
    return made.model_copy(update={"overdraft_limit_minor": 50_000 * (number % 3), "reversion": 0.1})


@cache
def book(count: int, seed: int = 3) -> Book:
    """So many customers as a book."""
    subjects = [
        Subject(
            twin=twin(number),
            manner=Manner(consent=_CONSENTS[number % 10], preference=_LIKES[number % 4], vulnerable=number % 17 == 0),  # type: ignore[arg-type]
        )
        for number in range(count)
    ]
    return book_of(subjects, seed)


def nobody(book: Book) -> np.ndarray:
    """Nothing for anybody."""
    return np.zeros(len(book), dtype=np.int64)


#: Somebody in need whom nothing stands in the way of contacting.
STRAINED = Situation(
    score=0.82,
    score_30d_ago=0.61,
    failed_debits_30d=1,
    failed_debits_90d=2,
    days_negative_90d=20,
    months_covered=0.2,
    has_credit=True,
    calls_left=3,
)
