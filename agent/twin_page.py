"""The page "My twin": what a normal month leaves, how that has changed, how well the forecasts did. Figures by facts, words by the gate."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from agent.checked import checked
from agent.context import View
from agent.finding import Finding, FindingBuilder
from agent.habits import habits_of
from agent.normal_month import own_month, typical_month
from agent.reply import Reply, TextBlock
from agent.shown_twin import HabitMonth, Lever, NormalMonthRow, TwinChange, TwinWords
from agent.told import facts_of
from tools.fact import Fact
from tools.ledger.category import CATEGORIES
from tools.ledger.customer import Consent
from tools.ledger.features import Features
from tools.ledger.history import History
from tools.ledger.money import decimal_amount
from tools.twin.evolve.drift import DriftChange, drift_between, left_over_minor
from tools.twin.evolve.mix import past_twins
from tools.twin.evolve.status import twin_status
from tools.twin.forecast.track_record import JudgedMonth
from tools.twin.twin import CategoryLevel, Twin

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue

_TOOL = "twin_page"
_MOST_CHANGES = 4
#: Versions are compared over this many months: a season is then told from a change.
_COMPARED_MONTHS = 6
#: Sliders move in steps of this many minor units, and spending up to this multiple of what it is.
_STEP_MINOR = 1000
_SPENDING_UP = 1.5
_POINTS = (-2.0, 4.0, 0.25)


def twin_words(
    twin: Twin, history: History, features: Features, record: Sequence[JudgedMonth], view: View, catalogue: "Catalogue", on: date
) -> TwinWords:
    """Say a customer's twin to the principal of a view. Each change is one paragraph of the gated reply, and is shown only if it passed."""
    month = FindingBuilder("twin.month", _TOOL, twin.as_of, twin.customer_id, twin.currency)
    rows = own_month(twin, month)
    _learnt(twin, features, month)
    month.labels.update(
        negative=left_over_minor(twin) < 0,
        saves=_put_aside(twin) > 0,
        beyond=_put_aside(twin) > max(left_over_minor(twin), 0),
        draws=_put_aside(twin) < 0,
        judged=bool(record),
    )
    month.money("aside", "put aside", abs(_put_aside(twin)), period="month", digits=0)
    month.fact("inside", "months inside the band", sum(each.inside for each in record), "count")
    month.fact("record", "months judged", len(record), "count")
    past = past_twins(history, _COMPARED_MONTHS + 1)
    mix, habits = habits_of(past, twin, FindingBuilder("twin.habits", _TOOL, twin.as_of, twin.customer_id, twin.currency))
    changes = [_change(number, change, twin) for number, change in enumerate(_drift(past, twin))]
    findings = [month.build("month"), *changes, *([habits] if habits else [])]
    reply, facts = checked(findings, view, catalogue, on)
    said = _said(reply)
    shown = [said[f"s{number}.0"] for number in range(1, len(changes) + 1) if f"s{number}.0" in said]
    of_habits = said.get(f"s{len(changes) + 1}.0") if habits else None
    apart = {block.id for block in (*shown, *([of_habits] if of_habits else []))}
    return TwinWords(
        status=twin_status(twin, history.profile.consent_personalization),
        basis="bookings",
        learnt_fact=month.identity("learnt"),
        normal_month=rows,
        changes=tuple(TwinChange(sentence=block.sentences[0], on=twin.as_of) for block in shown),
        levers=_levers(twin),
        habits_said=of_habits.sentences[0] if of_habits else None,
        habits=mix,
        blocks=tuple(block for block in reply.blocks if block.id not in apart),
        facts=_facts(reply, facts, {month.identity("learnt"), *_row_facts(rows), *_mix_facts(mix)}),
    )


def stated_words(twin: Twin, features: Features, consent: Consent, view: View, catalogue: "Catalogue", on: date) -> TwinWords:
    """Say a twin that rests on what was stated: a month of people in a similar situation, and plainly that it is nobody's own.

    Nothing is told that only bookings show: no habits, no changes, no track record, and nothing to try.
    """
    month = FindingBuilder("twin.stated", _TOOL, twin.as_of, twin.customer_id, twin.currency)
    rows = typical_month(twin, month)
    _learnt(twin, features, month)
    month.labels.update(negative=left_over_minor(twin) < 0)
    reply, facts = checked([month.build("stated")], view, catalogue, on)
    return TwinWords(
        status=twin_status(None, consent),
        basis="stated",
        learnt_fact=month.identity("learnt"),
        normal_month=rows,
        changes=(),
        levers=(),
        habits_said=None,
        habits=(),
        blocks=reply.blocks,
        facts=_facts(reply, facts, {month.identity("learnt"), *_row_facts(rows)}),
    )


def _learnt(twin: Twin, features: Features, made: FindingBuilder) -> None:
    """From how much the twin has learnt: whole months, or days while there is none."""
    if twin.months_of_history:
        made.fact("learnt", "whole months learnt from", twin.months_of_history, "months")
    else:
        made.fact("learnt", "days of bookings learnt from", features.days_of_history, "days")


def _said(reply: Reply) -> dict[str, TextBlock]:
    return {block.id: block for block in reply.blocks if isinstance(block, TextBlock)}


def _row_facts(rows: Iterable[NormalMonthRow]) -> set[str]:
    return {row.fact for row in rows}


def _mix_facts(mix: Iterable[HabitMonth]) -> set[str]:
    return {each.fact for month in mix for each in month.shares}


def _facts(reply: Reply, facts: dict[str, Fact], named: set[str]) -> dict[str, Any]:
    """The facts in the words, and those that the page names itself."""
    return {**facts_of(reply.blocks, facts.values()), **{key: facts[key].model_dump(mode="json") for key in named if key in facts}}


def _put_aside(twin: Twin) -> int:
    return twin.saving_minor + twin.investment_minor


def _drift(past: Sequence[Twin], twin: Twin) -> tuple[DriftChange, ...]:
    """What differs from the oldest of the past twins, that of half a year ago where there was one; nothing where there was none."""
    return drift_between(past[0], twin)[:_MOST_CHANGES] if past and past[0].as_of < twin.as_of else ()


def _change(number: int, change: DriftChange, twin: Twin) -> Finding:
    made = FindingBuilder(f"twin.change.{number}", _TOOL, twin.as_of, twin.customer_id, twin.currency)
    if change.before_minor is not None and change.after_minor is not None:
        made.money("before", "a month, before", abs(change.before_minor), period="month", digits=0)
        made.money("after", "a month, now", abs(change.after_minor), period="month", digits=0)
        made.money("difference", "difference a month", abs(change.after_minor - change.before_minor), period="month", digits=0)
    made.fact("back", "time between the two", _COMPARED_MONTHS, "months")
    category = CATEGORIES[change.category].label.lower() if change.category in CATEGORIES else "other things"
    made.labels.update(
        label=change.label,
        up=change.direction == "up",
        category=category,
        turned=bool(change.before_minor and change.after_minor is not None and (change.before_minor < 0) != (change.after_minor < 0)),
        negative=(change.after_minor or 0) < 0,
        persona_now=(change.after_persona or "").replace("_", "-"),
        persona_before=(change.before_persona or "").replace("_", "-"),
    )
    return made.build("change")


def _levers(twin: Twin) -> tuple[Lever, ...]:
    """At most three sliders: rates where something follows them, saving where something is left over, the largest wish."""
    found: list[Lever] = []
    low, high, step = _POINTS
    if twin.credits or twin.savings_rate_bps:
        found.append(Lever(kind="rate_change", label="Rates", now=0.0, low=low, high=high, step=step))
    saved = _major(max(twin.saving_minor, 0), twin)
    room = _major(max(left_over_minor(twin), 0), twin)
    if room > saved:
        found.append(Lever(kind="save_more", label="Saved each month", now=saved, low=saved, high=_stepped(room, twin), step=_step(twin)))
    largest = max(twin.discretionary, key=lambda each: (each.category in CATEGORIES, each.monthly_minor), default=None)
    if largest is not None and largest.monthly_minor >= 2 * _STEP_MINOR:
        found.append(_spending_lever(largest, twin))
    return tuple(found)


def _spending_lever(level: CategoryLevel, twin: Twin) -> Lever:
    now = _major(level.monthly_minor, twin)
    label = CATEGORIES[level.category].label if level.category in CATEGORIES else "Other"
    return Lever(
        kind="spend_less",
        category=level.category,
        label=label,
        now=now,
        low=0.0,
        high=_stepped(now * _SPENDING_UP, twin),
        step=_step(twin),
    )


def _major(amount_minor: int, twin: Twin) -> float:
    return float(decimal_amount(amount_minor, twin.currency))


def _step(twin: Twin) -> float:
    return _major(_STEP_MINOR, twin)


def _stepped(value: float, twin: Twin) -> float:
    return round(value / _step(twin)) * _step(twin)
