"""What a twin takes somebody's habits for: every share is a fact of its own day, and nothing is said before there is a whole month."""

from datetime import date
from typing import Any

import pytest

from agent.finding import Finding, FindingBuilder
from agent.habits import habits_of
from agent.phrasing import say
from agent.shown_twin import HabitMonth
from tests.tools.builders import pounds
from tools.twin.fit.persona_twin import persona_twin
from tools.twin.persona.persona import persona_of
from tools.twin.twin import PersonaShare, Twin

NOW = date(2027, 3, 31)


def twin(as_of: date = NOW, months: int = 12, **shares: float) -> Twin:
    mix = tuple(PersonaShare(persona=key, share=share) for key, share in sorted(shares.items(), key=lambda item: -item[1]))
    typical = persona_twin(persona_of("saver"), pounds(2500), as_of=as_of, customer_id="demo:1")
    return typical.model_copy(update={"months_of_history": months, "persona_mix": mix})


def told(past: list[Twin], now: Twin) -> tuple[tuple[HabitMonth, ...], Finding | None, dict[str, Any]]:
    made = FindingBuilder("h", "twin_page", now.as_of, now.customer_id, now.currency)
    months, finding = habits_of(past, now, made)
    return months, finding, {fact.id: fact for fact in made.facts.values()}


def words(past: list[Twin], now: Twin) -> str:
    _, finding, _ = told(past, now)
    assert finding is not None
    return " ".join(sentence for part in say(finding, "customer", "en") for sentence in part.sentences)


def test_every_share_is_a_fact_of_the_day_it_looked_so():
    months, _, facts = told([twin(date(2026, 9, 30), saver=0.4, spender=0.6)], twin(saver=0.7, spender=0.3))
    assert [month.on for month in months] == [date(2026, 9, 30), NOW]
    for month in months:
        for share in month.shares:
            assert (facts[share.fact].value, facts[share.fact].as_of) == (share.share, month.on)
    assert [share.persona for share in months[0].shares] == ["spender", "saver"]


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ({"saver": 0.4, "spender": 0.6}, "of a saver now, {{f:h.now}}; {{f:h.back}} ago it was nearer to those of a spender."),
        ({"saver": 0.6, "spender": 0.4}, "of a saver, {{f:h.now}}; {{f:h.back}} ago it was {{f:h.before}}."),
        ({"saver": 0.701, "spender": 0.299}, "of a saver, {{f:h.now}}, as {{f:h.back}} ago."),
    ],
)
def test_the_largest_share_is_held_against_what_it_was(before: dict[str, float], said: str):
    assert words([twin(date(2026, 9, 30), **before)], twin(saver=0.7, spender=0.3)).endswith(said)


def test_without_a_past_only_the_present_is_told():
    assert words([twin(saver=0.5, spender=0.5)], twin(saver=0.7, spender=0.3)).endswith("of a saver, {{f:h.now}}.")


@pytest.mark.parametrize(("first", "back"), [(date(2026, 9, 30), 6), (date(2026, 9, 1), 6), (date(2027, 3, 15), 0), (date(2027, 2, 28), 1)])
def test_only_whole_months_are_counted(first: date, back: int):
    _, _, facts = told([twin(first, saver=0.4, spender=0.6)], twin(saver=0.7, spender=0.3))
    assert facts["h.back"].value == back


def test_before_there_is_a_whole_month_nothing_is_said():
    assert told([], twin(months=0, saver=1.0))[:2] == ((), None)
    months, _, _ = told([twin(date(2027, 1, 31), months=0, saver=1.0)], twin(months=1, saver=1.0))
    assert [month.on for month in months] == [NOW]
