"""The page "My twin": what a normal month leaves, how that has changed, how well the forecasts did. Figures by facts, words by the gate."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from agent.checked import checked
from agent.context import View
from agent.finding import Finding, FindingBuilder
from agent.reply import TextBlock
from agent.shown_twin import Lever, NormalMonthKey, NormalMonthRow, TwinChange, TwinWords
from agent.told import facts_of
from tools.ledger.category import CATEGORIES
from tools.ledger.features import Features
from tools.ledger.history import History
from tools.ledger.money import decimal_amount
from tools.twin.evolve.drift import DriftChange, drift_between, left_over_minor
from tools.twin.evolve.mix import past_twins
from tools.twin.forecast.track_record import JudgedMonth
from tools.twin.twin import CategoryLevel, Twin

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue

_TOOL = "twin_page"
#: How many standard deviations either side hold 8 in 10 of a normal distribution.
_EIGHT_IN_TEN = 1.2816
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
    rows = _normal_month(twin, features, month)
    month.fact("months", "whole months learnt from", twin.months_of_history, "months")
    month.labels.update(
        saves=_put_aside(twin) > 0, beyond=_put_aside(twin) > max(left_over_minor(twin), 0), draws=_put_aside(twin) < 0, judged=bool(record)
    )
    month.money("aside", "put aside", abs(_put_aside(twin)), period="month", digits=0)
    month.fact("inside", "months inside the band", sum(each.inside for each in record), "count")
    month.fact("record", "months judged", len(record), "count")
    changes = _drift(history, twin)
    findings = [month.build("month"), *(_change(number, change, twin) for number, change in enumerate(changes))]
    reply, facts = checked(findings, view, catalogue, on)
    said = {block.id: block for block in reply.blocks if isinstance(block, TextBlock)}
    shown = [said[f"s{number}.0"] for number in range(1, len(findings)) if f"s{number}.0" in said]
    blocks = tuple(block for block in reply.blocks if block.id not in {each.id for each in shown})
    named = {row.fact for row in rows} | {month.identity("months")}
    return TwinWords(
        months_fact=month.identity("months"),
        normal_month=rows,
        changes=tuple(TwinChange(sentence=block.sentences[0], on=twin.as_of) for block in shown),
        levers=_levers(twin),
        persona=twin.persona,
        persona_mix=twin.persona_mix,
        blocks=blocks,
        facts={**facts_of(reply.blocks, facts.values()), **{key: facts[key].model_dump(mode="json") for key in named if key in facts}},
    )


def _normal_month(twin: Twin, features: Features, made: FindingBuilder) -> tuple[NormalMonthRow, ...]:
    fixed = twin.commitments_minor + twin.instalments_minor
    free = twin.discretionary_minor
    of_payments = _root(each.sd_minor for each in twin.commitments)
    of_free = _root(each.sd_minor for each in twin.discretionary)
    of_month = (twin.income_sd_minor**2 * (1 - twin.spending_follows_income) ** 2 + twin.spending_sd_minor**2) ** 0.5
    rows = (
        _row("income", "Coming in", twin.income_level_minor, twin.income_sd_minor, made),
        _row("commitments", "Commitments", -fixed, of_payments, made),
        _row("spending", "Spending", -free, of_free, made),
        _row("left_over", "Left over", left_over_minor(twin), of_month, made),
    )
    made.labels["negative"] = left_over_minor(twin) < 0
    made.labels["known_income"] = bool(features.income)
    return rows


def _row(key: NormalMonthKey, label: str, amount: int, spread: float, made: FindingBuilder) -> NormalMonthRow:
    made.money(key, label.lower(), amount, period="month", digits=0)
    wide = round(_EIGHT_IN_TEN * spread)
    return NormalMonthRow(
        key=key, label=label, amount_minor=amount, low_minor=amount - wide, high_minor=amount + wide, fact=made.identity(key)
    )


def _root(spreads: Iterable[int]) -> float:
    return sum(spread**2 for spread in spreads) ** 0.5


def _put_aside(twin: Twin) -> int:
    return twin.saving_minor + twin.investment_minor


def _drift(history: History, twin: Twin) -> tuple[DriftChange, ...]:
    """What differs from the twin of half a year ago; nothing where there was none."""
    earlier = past_twins(history, _COMPARED_MONTHS + 1)[:1]
    return drift_between(earlier[0], twin)[:_MOST_CHANGES] if earlier and earlier[0].as_of < twin.as_of else ()


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
