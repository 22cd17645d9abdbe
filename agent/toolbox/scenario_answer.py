"""Which answer a what-if gets: closed labels that its phrases branch on."""

from typing import Any, Literal

from agent.phrasing import what_if_words
from tools.twin.forecast.forecast import AT_RISK
from tools.twin.scenario.what_if import WhatIf

#: What the first sentence says; those from `sum` on follow "it holds", "tight" or "no".
Headline = Literal[
    "days_looser",
    "days_tighter",
    "days_same",
    "moved",
    "same",
    "helps_monthly",
    "helps_once",
    "sum",
    "while_it_lasts",
    "missing_already",
    "missing",
    "left_over",
]
#: What becomes of balance and savings together. Of those that last: whether savings have to cover what the current account lacks on
#: the middle path (`savings_carry`) or in some of the paths (`savings_cover`), or the balance makes up for it (`balance_carries`).
Reserves = Literal["enough", "empty", "empty_already", "last", "last_now", "run_out", "savings_carry", "savings_cover", "balance_carries"]
#: How far the balance at the end moves: not at all, by the same in every path, or by more in some than in others.
Moves = Literal["days_only", "same", "fixed", "varies"]
#: What becomes of the chance of a month end below zero; `said` beside the savings that have to cover it.
Chance = Literal["same", "moved", "at_risk", "said"]
#: Changes that happen to people; the others they choose. "Can I afford" is answered with yes or no, "what if" is not.
_EVENTS = {"job_loss", "rate_change", "end_of_fixed_rate", "inflation", "lump_sum_in"}


def answer_labels(found: WhatIf) -> dict[str, Any]:
    """The labels of the phrases of `what_if`."""
    kinds = {change.kind for change in found.scenario.changes}
    days_only = kinds == {"change_of_due_date"}
    assumed = [label for label in found.assumptions if not (days_only and label == "within_month_dips_not_shown")]
    reserves = _reserves(found)
    return {
        "headline": _days(found) if days_only else _headline(found, moved_only=kinds == {"save_more"}),
        "verdict": found.verdict,
        "event": bool(kinds & _EVENTS),
        "better": found.direction == "better",
        "reserves": reserves,
        "may_run_out": found.then.used_up >= AT_RISK,
        "dated": found.then.first_month_at_risk is not None,
        "as_often": found.then.below_zero == found.base.below_zero,
        "moves": "days_only" if days_only else _moves(found),
        "chance": "said" if reserves in {"savings_carry", "savings_cover"} else _chance(found),
        "moves_savings": found.then.savings_end_minor != found.base.savings_end_minor,
        "repriced": not found.loans and found.base.instalments_minor != found.then.instalments_minor,
        "loan": len(found.loans) == 1,
        "assumptions": tuple(what_if_words("assumptions", label) for label in assumed),
    }


def _days(found: WhatIf) -> Headline:
    effect = found.due_day
    moved = 0 if effect is None else effect.after.balance_minor - effect.before.balance_minor
    return "days_same" if moved == 0 else ("days_looser" if moved > 0 else "days_tighter")


def _headline(found: WhatIf, *, moved_only: bool) -> Headline:
    lasting = found.monthly_effect_minor != 0
    if found.direction == "same":
        return "moved" if moved_only else "same"
    if found.direction == "better":
        return "helps_monthly" if found.monthly_effect_minor > 0 else "helps_once"
    if not lasting:
        return "sum"
    return _burden(found)


def _burden(found: WhatIf) -> Headline:
    """What a change for the worse leaves over in a normal month."""
    if any(change.months is not None or change.kind == "job_loss" for change in found.scenario.changes):
        return "while_it_lasts"
    if found.then.left_over_minor >= 0:
        return "left_over"
    return "missing_already" if found.base.left_over_minor < 0 else "missing"


def _reserves(found: WhatIf) -> Reserves:
    lasts, before = found.then.lasts_months, found.base.lasts_months
    if lasts is None:
        return _lasting_reserves(found) if found.direction == "worse" else "enough"
    if lasts == 0:
        return "empty_already" if before == 0 else "empty"
    return "last_now" if before else "last"


def _lasting_reserves(found: WhatIf) -> Reserves:
    if found.verdict == "does_not_hold":
        return "run_out"
    if found.savings_minor > 0 and found.then.below_zero >= AT_RISK:
        return "savings_carry" if found.then.lowest_minor < 0 else "savings_cover"
    return "balance_carries" if found.verdict == "on_reserves" else "enough"


def _moves(found: WhatIf) -> Moves:
    if found.then.end.p50_minor == found.base.end.p50_minor:
        return "same"
    return "fixed" if found.effect_end.low_minor == found.effect_end.high_minor else "varies"


def _chance(found: WhatIf) -> Chance:
    if found.then.below_zero == found.base.below_zero:
        return "same"
    return "at_risk" if found.then.first_month_at_risk is not None else "moved"
