"""A figure is only what a slot stands for: digits of every script, spelled numbers, fractions and hidden characters are found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.compliance.grounding import draft_figures, figures_in

FIGURES = [
    "It is 5 pounds.", "１２ pounds", "٣٤ pounds", "½ of it", "④ times", "三百", "one million pounds", "about five hundred", "twice as much", "a dozen payments",
    "fi\u200bve pounds", "t\u00adwenty", "two‑thirds", "one pound", "half of your income", "the third month", "zwölf Euro", "cinco libras", "paanch hazaar", "1e6",
]  # fmt: skip
WORDS = [
    "Your balance is steady.", "one of your accounts", "a third party", "your first step", "this is the one", "someone else", "Ask in a while.", "an account of your own",
]  # fmt: skip


@pytest.mark.parametrize("text", FIGURES)
def test_a_figure_in_any_form_is_found(text: str):
    assert figures_in(text)


@pytest.mark.parametrize("text", WORDS)
def test_ordinary_words_are_not_figures(text: str):
    assert figures_in(text) == ()


def test_slots_and_exact_product_names_are_taken_out_of_a_draft_and_nothing_else():
    assert draft_figures("You have {{f:a.1.balance}} in {{p:one-year-fixed-saver}}.", "en") == ()
    assert draft_figures("The One-Year Fixed Saver suits you.", "en", ("One-Year Fixed Saver",)) == ()
    assert draft_figures("The Two-Year Fixed Saver suits you.", "en", ("One-Year Fixed Saver",)) == ("two",)
    assert draft_figures("You have {{f:a.1.balance}} and 12 more.", "en") == ("12",)
    assert draft_figures("You have {{x:a.1.balance}}.", "en")


@given(st.text(max_size=40), st.integers(0, 10**9), st.text(max_size=40))
def test_no_surrounding_text_hides_a_number(before: str, number: int, after: str):
    assert figures_in(f"{before} {number} {after}")
