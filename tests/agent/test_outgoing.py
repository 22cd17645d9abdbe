"""A text to a customer passes by the rules for customers, on its final bytes, whoever wrote it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.outgoing import Backing, checked_text
from agent.record import UntrustedText
from tests.fakes import catalogue
from tools.fact import Fact

ON = date(2027, 4, 1)


def money(role: str, amount_minor: int, subject: str = "demo:1") -> Fact:
    return Fact(id=f"s.{role}", label=role, value=amount_minor, unit="money", as_of=ON, source="intervention_suggest", currency="GBP", subject=subject)  # fmt: skip


DUE = Fact(id="s.due", label="due", value="2027-04-12", unit="date", as_of=ON, source="intervention_suggest", subject="demo:1")
NAME = UntrustedText(id="s.name", text="Ada Moss 3rd", source="book", subject="demo:1")


def backing(**more: object) -> Backing:
    return Backing.model_validate(
        {"customer_id": "demo:1", "jurisdiction": "uk", "facts": (money("balance", 12_000), DUE), "texts": (NAME,), **more}
    )


def broken(text: str, **more: object) -> tuple[str, ...]:
    return checked_text(text, backing(**more), catalogue().products, ON).broken


def test_figures_dates_and_names_of_the_customer_may_stand():
    text = "Dear Ada Moss 3rd,\n\nyour accounts held £120 and a bill is due on 12 April 2027."
    found = checked_text(text, backing(), catalogue().products, ON)
    assert found.broken == ()
    assert found.text == text.replace("12 April 2027", "12\u00a0April\u00a02027")
    assert found.body == found.text


@pytest.mark.parametrize(
    "text",
    ["£121", "£1,200", "£120.50", "−£120", "£120%", "$120", "120", "12 April", "12 April 2028", "twelve bills", "five", "half of it", "½", "f i v e bills", "a 5% rise"],
)  # fmt: skip
def test_any_other_figure_is_one_that_no_tool_computed(text: str):
    assert broken(f"Your accounts: {text}") == ("R18",)


@given(st.integers(min_value=1, max_value=10**9))
def test_no_other_amount_passes(amount_minor: int):
    pounds, pence = divmod(amount_minor, 100)
    shown = f"£{pounds:,}.{pence:02}" if pence else f"£{pounds:,}"
    assert broken(f"Your accounts held {shown} then.") == (() if amount_minor == 12_000 else ("R18",))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("We guarantee that all will be well.", "R01"),
        ("Act now.", "R01"),
        ("A talk with us is free of charge.", "R05"),
        ("The Easy Saver would suit you.", "R06"),
        ("I am a real person.", "R13"),
        ("Read https://evil.example today.", "R20"),
        ("Write to {{f:s.balance}}.", "R20"),
    ],
)
def test_what_no_text_may_say(text: str, rule: str):
    assert broken(text) == (rule,)


def test_nobody_in_difficulty_is_offered_more_debt():
    assert broken("Consider a loan to get over it.", no_credit=True) == ("R08",)


def test_what_calls_for_a_notice_goes_out_with_it():
    found = checked_text("Consider a loan to get over it.", backing(), catalogue().products, ON)
    assert found.broken == ()
    (notice,) = found.notices
    assert found.body == f"Consider a loan to get over it.\n\n{notice}"


def test_figures_of_somebody_else_break_it_even_where_code_gave_them():
    assert broken("Your accounts held £77.", facts=(money("balance", 7_700, subject="demo:4"),)) == ("R15",)


def test_an_empty_text_is_none():
    assert broken("  \n ") == ("empty",)
