"""The card of the stress model, and how it does now: for staff, in numbers of groups. No person is in it."""

from datetime import date
from typing import Literal

from pydantic import Field

from agent.context import ModelWatch, Role
from agent.draft import DraftTable
from agent.finding import Finding, FindingBuilder
from agent.reply import Column
from agent.stress_words import SIGNAL_WORDS
from agent.toolbox.portfolio import days_back
from agent.toolbox.tool import Arguments, Tool
from tools.stress.model.card import Interval, Measured, Measures, Split
from tools.stress.monitor.drift import DriftState
from tools.stress.monitor.proportion import Proportion
from tools.stress.monitor.watch import ModelReport

About = Literal["card", "quality", "drift", "calibration", "flows", "groups"]

_STAFF: frozenset[Role] = frozenset({"staff"})
_WAYS: dict[Measured, str] = {
    "model": "This model",
    "one_rule": "One rule",
    "logistic": "Logistic regression",
    "plain_xgboost": "Plain XGBoost",
    "scorecard": "Former scorecard",
}
_STATES: dict[DriftState, str] = {"stable": "stable", "watch": "to be watched", "drifted": "drifted", "too_few": "too few"}
_ATTRIBUTES = {"age_band": "Age", "gender": "Gender"}
_MOST_DRIFTED = 5
_HASH_SHOWN = 12


class CardArguments(Arguments):
    """Which part of the card, and since when clients are followed between bands."""

    about: About = Field(
        default="card",
        description="quality: measures; drift: of inputs and score; calibration: over time; flows: between bands; groups: fairness.",
    )
    since: date | None = Field(default=None, description="First day to look back to for flows, YYYY-MM-DD; a month ago when left out.")


def model_card(wanted: CardArguments, watch: ModelWatch, made: FindingBuilder) -> Finding:
    """What the model is, and how it does: the part that was asked about, or all of it."""
    found = watch.report(days_back(wanted.since, made))
    made.as_of = found.as_of
    made.fact("model", "stress model", found.name, "label")
    made.text("source", found.source, "source")
    made.labels.update(about=wanted.about, several=bool(found.others), network=found.network_basis is not None)
    parts = {"quality": _quality, "drift": _drift, "calibration": _calibration, "flows": _flows, "groups": _groups}
    for name, tell in parts.items():
        if wanted.about in {name, "card"}:
            tell(found, made)
    if wanted.about == "card":
        _origin(found, made)
    return made.build("ok")


def _origin(found: ModelReport, made: FindingBuilder) -> None:
    """Data, label, limits, hash."""
    card = found.card
    made.fact("cases", "cases learned from", card.cases, "count")
    made.fact("learned_from", "accounts or customers learned from", card.groups, "count")
    made.fact("positives", "of them with trouble", card.positive_groups, "count")
    made.fact("first", "first day looked from", card.first_cutoff.isoformat(), "date")
    made.fact("last", "last day looked from", card.last_cutoff.isoformat(), "date")
    made.fact("horizon", "how far the score looks ahead", card.horizon_days, "days")
    made.fact("inputs", "inputs", len(found.inputs), "count")
    made.fact("hash", "hash of the model file", found.hash[:_HASH_SHOWN], "label")
    made.labels.update(data=card.source, label=card.label, limits=list(card.limits))
    if found.network_basis is not None:
        made.text("basis", found.network_basis, "settings")


def _quality(found: ModelReport, made: FindingBuilder) -> None:
    """Measures with intervals beside the baselines, on customers that nothing was learned from."""
    split = found.card.split("held_out") or found.card.split("cross_validated")
    own = split.measured("model") if split else None
    made.labels["measured"] = own is not None and own.auc is not None
    if split is None or own is None or own.auc is None:
        return
    _interval("auc", "AUC of the model", own.auc, made)
    if own.calibration_error is not None:
        made.fact("ece", "expected calibration error", own.calibration_error, "score", digits=3)
    if own.precision_top_5 is not None:
        made.fact("top", "share with trouble among the highest scores", 100 * own.precision_top_5, "percent", digits=0)
    made.fact("judged_groups", "accounts or customers judged on", split.groups, "count")
    made.fact("judged_positive", "of them with trouble", split.positive_groups, "count")
    best = max(
        (row for row in split.measures if row.name != "model" and row.auc), key=lambda row: row.auc.value if row.auc else 0.0, default=None
    )
    made.labels.update(
        held_out=split.name == "held_out",
        baseline=best is not None,
        has_ece=own.calibration_error is not None,
        has_top=own.precision_top_5 is not None,
    )
    if best is not None and best.auc is not None:
        _interval("best", "AUC of the best baseline", best.auc, made)
        made.labels["best"] = _WAYS[best.name].lower()
    made.parts.append(_measures(split, made))


def _measures(split: Split, made: FindingBuilder) -> DraftTable:
    rows = [_row(row, made) for row in split.measures]
    columns = (
        Column(key="way", label="Way of scoring"),
        Column(key="auc", label="AUC", align="right"),
        Column(key="low", label="At least", align="right", rank=1),
        Column(key="high", label="At most", align="right", rank=1),
        Column(key="ap", label="Average precision", align="right"),
        Column(key="ece", label="Calibration error", align="right", rank=2),
    )
    return DraftTable(
        title="How well trouble is seen coming", columns=columns, rows=tuple(rows), note="With intervals over whole accounts."
    )


def _row(row: Measures, made: FindingBuilder) -> tuple[str, ...]:
    cells = (
        ("auc", row.auc.value if row.auc else None),
        ("low", row.auc.low if row.auc else None),
        ("high", row.auc.high if row.auc else None),
        ("ap", row.ap.value if row.ap else None),
        ("ece", row.calibration_error),
    )
    return (
        _WAYS[row.name],
        *("none" if value is None else made.fact(f"{name}_{row.name}", name, value, "score", digits=3) for name, value in cells),
    )


def _interval(role: str, label: str, held: Interval, made: FindingBuilder) -> None:
    for part, value in (("", held.value), ("_low", held.low), ("_high", held.high)):
        made.fact(f"{role}{part}", label, value, "score", digits=3)


def _drift(found: ModelReport, made: FindingBuilder) -> None:
    """How far inputs and score of today are from those the model learned from."""
    states = [one.state for one in found.inputs]
    made.fact("looked_at", "customers looked at", found.looked_at, "count")
    made.fact("told_inputs", "inputs", len(states), "count")
    made.fact("drifted", "inputs that have drifted", states.count("drifted"), "count")
    made.fact("watched", "inputs to be watched", states.count("watch"), "count")
    made.labels.update(
        too_few_for_drift=not states or states[0] == "too_few",
        any_drifted="drifted" in states,
        drift_sampled=found.sampled,
        score_state=found.score.state if found.score else "too_few",
    )
    if found.score is not None and found.score.psi is not None:
        made.fact("score_psi", "stability index of the score", found.score.psi, "score")
    if made.labels["too_few_for_drift"]:
        return
    rows: list[tuple[str, ...]] = []
    for one in found.inputs[:_MOST_DRIFTED]:
        psi = "too few" if one.psi is None else made.fact(f"psi_{one.name}", "stability index", one.psi, "score")
        rows.append((SIGNAL_WORDS[one.name], psi, _STATES[one.state]))
    columns = (
        Column(key="input", label="Input"),
        Column(key="psi", label="Stability index", align="right"),
        Column(key="state", label="State"),
    )
    made.parts.append(DraftTable(title="Inputs that moved most", columns=columns, rows=tuple(rows)))


def _calibration(found: ModelReport, made: FindingBuilder) -> None:
    """What old scores said, and what came."""
    made.fact("judged", "scores old enough to be judged", found.judged, "count")
    told = [one for one in found.calibration if one.came.share is not None]
    made.labels["calibrated"] = bool(told)
    made.labels["within"] = all(_inside(one.said, one.came) for one in told)
    if not told:
        return
    total = sum(one.came.total for one in told)
    made.fact("said", "trouble that was said", 100 * sum(one.said * one.came.total for one in told) / total, "percent", digits=1)
    made.fact("came", "trouble that came", 100 * sum(one.came.count for one in told) / total, "percent", digits=1)
    rows = [
        (made.fact(f"month_{at}", "month", one.period, "month"), made.fact(f"said_{at}", "said", 100 * one.said, "percent", digits=1), *_share(f"came_{at}", one.came, made))
        for at, one in enumerate(found.calibration)
    ]  # fmt: skip
    columns = (
        Column(key="month", label="Scores of"),
        Column(key="said", label="Said", align="right"),
        Column(key="came", label="Came", align="right"),
        Column(key="low", label="At least", align="right", rank=1),
        Column(key="high", label="At most", align="right", rank=1),
        Column(key="cases", label="Scores", align="right", rank=2),
    )
    made.parts.append(DraftTable(title="What old scores said, and what came", columns=columns, rows=tuple(rows)))


def _inside(said: float, came: Proportion) -> bool:
    return came.low is not None and came.high is not None and came.low <= said <= came.high


def _share(role: str, held: Proportion, made: FindingBuilder) -> tuple[str, ...]:
    """A share with its interval and how many it is of; too few are not told."""
    if held.share is None or held.low is None or held.high is None:
        return "too few", "too few", "too few", "too few"
    shares = (("", held.share), ("_low", held.low), ("_high", held.high))
    told = (made.fact(f"{role}{part}", "share", 100 * value, "percent", digits=1) for part, value in shares)
    return (*told, made.fact(f"{role}_of", "out of", held.total, "count"))


def _flows(found: ModelReport, made: FindingBuilder) -> None:
    """How many went from which band to which."""
    changes = found.changes
    made.labels["followed"] = changes is not None and changes.compared > 0
    if changes is None or not changes.compared:
        return
    made.fact("since", "compared with", changes.since.isoformat(), "date")
    made.fact("compared", "customers with a score then and now", changes.compared, "count")
    made.fact("worse", "in a worse band than then", changes.flows.worse, "count")
    made.fact("better", "in a better band than then", changes.flows.better, "count")
    made.fact("same", "in the same band as then", changes.flows.same, "count")
    rows = [
        (
            made.fact(f"flow_from_{at}", "band then", flow.before, "label"),
            made.fact(f"flow_to_{at}", "band now", flow.now, "label"),
            made.fact(f"flow_{at}", "customers", flow.customers, "count"),
        )
        for at, flow in enumerate(changes.flows.flows)
    ]
    columns = (
        Column(key="before", label="Band then"),
        Column(key="now", label="Band now"),
        Column(key="customers", label="Customers", align="right"),
    )
    made.parts.append(DraftTable(title="Flows between bands", columns=columns, rows=tuple(rows)))


def _groups(found: ModelReport, made: FindingBuilder) -> None:
    """How often each group is critical; groups with too few people are not told."""
    rows: list[tuple[str, ...]] = []
    made.labels.update({f"ratio_{attribute}": False for attribute in _ATTRIBUTES})
    for attribute in found.groups:
        for rate in attribute.rates:
            role = f"{attribute.attribute}_{rate.group}"
            group = made.fact(f"group_{role}", _ATTRIBUTES[attribute.attribute].lower(), rate.group, "label")
            rows.append((_ATTRIBUTES[attribute.attribute], group, *_share(f"rate_{role}", rate.critical, made)))
        if attribute.ratio is not None:
            made.fact(f"ratio_{attribute.attribute}", "lowest over highest share", 100 * attribute.ratio, "percent", digits=0)
        made.labels[f"ratio_{attribute.attribute}"] = attribute.ratio is not None
    made.labels["grouped"] = any(rate.critical.share is not None for one in found.groups for rate in one.rates)
    made.labels["some_too_few"] = any(rate.critical.share is None for one in found.groups for rate in one.rates)
    if not made.labels["grouped"]:
        return
    columns = (
        Column(key="attribute", label="By"),
        Column(key="group", label="Group"),
        Column(key="share", label="Critical", align="right"),
        Column(key="low", label="At least", align="right", rank=1),
        Column(key="high", label="At most", align="right", rank=1),
        Column(key="people", label="People", align="right", rank=2),
    )
    made.parts.append(DraftTable(title="How often each group is critical", columns=columns, rows=tuple(rows)))


TOOLS: tuple[Tool, ...] = (
    Tool(
        "model_card",
        "risk_analyst",
        _STAFF,
        "read",
        CardArguments,
        "The stress model: what it learned from, how good it is, drift, calibration over time, flows between bands, rates of groups.",
        model_card,
    ),
)
