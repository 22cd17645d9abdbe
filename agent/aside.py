"""What code puts beside an answer to a customer: a word of sympathy before it, and a checklist after it when a big move of money is hasty.

Neither looks anything up for the question, keeps an answer back, or is made by a model.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from agent.context import RunContext
from agent.draft import Section
from agent.finding import Finding, FindingBuilder
from agent.phrasing import phrase, say
from agent.understanding.feeling import LOW, Feeling, feeling_of
from agent.understanding.haste import announced_move
from tools.advice.hasty_move import BUFFER_PERCENT, PAUSE_HOURS, Means, Risk, hasty_risk, means_of
from tools.errors import PersonaForgeError
from tools.ledger.features import Features, features_of
from tools.value import Value

SYMPATHY, CHECKLIST = "sympathy", "checklist"
#: Authors of sections that stand beside an answer and are none.
BESIDE: frozenset[str] = frozenset({SYMPATHY, CHECKLIST})
_BEFORE, _AFTER = 0, 9  # waves: specialists work in those between


class Aside(Value):
    """What was heard in one message, and what is put beside its answer."""

    feeling: Feeling
    risk: Risk | None = None
    findings: tuple[Finding, ...] = ()
    sections: tuple[Section, ...] = ()


def aside_of(text: str, past: Iterable[Mapping[str, Any]], context: RunContext) -> Aside:
    """The aside of one message of a customer; `past` are the earlier turns of the thread, in which sympathy was said already if at all."""
    feeling = feeling_of(text)
    sections: list[Section] = []
    if feeling.label in LOW and not any(feeling_of(str(turn["text"])).label in LOW for turn in past):
        sections.append(Section(author=SYMPATHY, wave=_BEFORE, parts=phrase("feeling", "en", mood=feeling.label)))
    risk, finding = _caution(text, feeling, context)
    if finding:
        sections.append(Section(author=CHECKLIST, wave=_AFTER, parts=say(finding, "customer", "en")))
    return Aside(feeling=feeling, risk=risk, findings=(finding,) if finding else (), sections=tuple(sections))


def _caution(text: str, feeling: Feeling, context: RunContext) -> tuple[Risk | None, Finding | None]:
    """How risky an announced move is, and from medium on the checklist; nothing where no move was announced."""
    if announced_move(text, feeling, "GBP") is None:
        return None, None
    features = _features(context)
    move = announced_move(text, feeling, features.currency if features else "GBP")
    if move is None:
        return None, None
    means = means_of(features) if features else None
    risk = hasty_risk(move, means)
    owed = move.borrowed or move.kind == "loan"
    return risk, None if risk == "low" else _checklist(risk, owed, features, means, context)


def _features(context: RunContext) -> Features | None:
    try:
        return features_of(context.view.own_history())
    except PersonaForgeError:  # without accounts the words alone decide
        return None


def _checklist(risk: Risk, owed: bool, features: Features | None, means: Means | None, context: RunContext) -> Finding:
    as_of = features.as_of if features else context.now().date()
    made = FindingBuilder("hasty_move.0", "hasty_move", as_of, context.principal.customer_id, features.currency if features else None)
    made.fact("pause", "pause before a big decision", PAUSE_HOURS, "hours", source="rule of the bank", subject=None)
    if means:
        made.money("put_by", "savings and current accounts above zero", means.put_by_minor, digits=0)
        made.money("left_over", "left over in a mean month before saving", means.left_over_minor, digits=0)
        made.money("short", "going out beyond what comes in, in a mean month", max(-means.left_over_minor, 0), digits=0)
        made.money("income", "income in a mean month", means.income_minor, digits=0, period="month")
        made.fact("share", "share of income to keep free", BUFFER_PERCENT, "percent", digits=0, source="rule of the bank", subject=None)
        made.money(
            "buffer",
            "cash-flow buffer",
            means.buffer_minor,
            digits=0,
            formula="share of a mean month’s income",
            inputs=("income", "share"),
        )
    made.labels.update(
        owed=owed,
        known=means is not None,
        paid=bool(means and means.income_minor > 0),
        short=bool(means and means.left_over_minor < 0),
    )
    return made.build(risk)
