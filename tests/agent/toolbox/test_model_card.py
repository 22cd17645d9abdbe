"""The stress model's card in the voice for staff: every part whole, with intervals, without a person, and only for staff."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from agent.toolbox import toolbox
from tests.fakes import Told, ask, assert_whole
from tests.tools.builders import AS_OF
from tools.stress.model.file import shipped_model
from tools.stress.monitor.calibration import PeriodCalibration
from tools.stress.monitor.changes import BandStand, changes_of
from tools.stress.monitor.drift import Drift
from tools.stress.monitor.groups import group_rates
from tools.stress.monitor.proportion import proportion
from tools.stress.monitor.watch import ModelReport

DRIFTS = (
    Drift(name="since_income", psi=0.61, state="drifted", missing_before=0.01, missing_now=0.0),
    Drift(name="buffer_days", psi=0.12, state="watch", missing_before=0.0, missing_now=0.0),
    Drift(name="cash_share", psi=0.01, state="stable", missing_before=0.0, missing_now=0.0),
)
AGES = {f"c{number}": "65_and_over" if number < 40 else "25_to_39" if number < 100 else "under_25" for number in range(110)}


@dataclass
class FakeWatch:
    """Gives one report and keeps how far back it was asked."""

    given: ModelReport
    days: int = 0

    def report(self, days: int) -> ModelReport:
        self.days = days
        return self.given


def report(**changed: Any) -> ModelReport:
    model = shipped_model()
    before = {f"c{number}": BandStand(customer_id=f"c{number}", score=0.1, band="healthy") for number in range(5)}
    now = [one.model_copy(update={"score": 0.9, "band": "critical"}) if at == 0 else one for at, one in enumerate(before.values())]
    usual: dict[str, Any] = {
        "name": model.name, "hash": model.hash, "card": model.card, "source": "demo", "others": (), "as_of": AS_OF, "looked_at": 600, "sampled": False, "inputs": DRIFTS,
        "score": Drift(name="score", psi=0.04, state="stable", missing_before=0.0, missing_now=0.0), "judged": 500,
        "calibration": (PeriodCalibration(period="2026-12", said=0.09, came=proportion(44, 480)), PeriodCalibration(period="2027-01", said=0.09, came=proportion(2, 20))),
        "changes": changes_of("demo", AS_OF - timedelta(days=30), AS_OF, before, now), "groups": (group_rates("age_band", AGES, {one: one in {"c1", "c50"} for one in AGES}),),
    }  # fmt: skip
    return ModelReport(**usual | changed)


async def told(watch: FakeWatch | None = None, **arguments: Any) -> Told:
    return await ask("staff", ("model_card", arguments), said="how is the model?", watch=watch or FakeWatch(report()))


@pytest.mark.parametrize("about", ["card", "quality", "drift", "calibration", "flows", "groups"])
async def test_every_part_is_told_whole_and_of_nobody(about: str):
    found = await told(about=about)
    assert_whole(found)
    assert all(fact.subject is None for fact in found.record.facts)


async def test_the_card_says_data_limits_and_hash():
    found = await told()
    assert f"{shipped_model().card.cases:,} cases" in found.text
    assert "generated customers" in found.text
    assert shipped_model().hash[:12] in found.text
    assert "switched off" in found.text


async def test_measures_stand_beside_baselines_with_intervals():
    table = next(block for block in (await told(about="quality")).reply.blocks if block.type == "table")
    ways = {row[0].text: [cell.text for cell in row[1:4]] for row in table.rows}
    own = shipped_model().card.split("held_out")
    assert own is not None
    measured = own.measured("model")
    assert measured is not None
    assert measured.auc is not None
    told_of_model = [float(cell) for cell in ways["This model"]]
    assert told_of_model == pytest.approx([measured.auc.value, measured.auc.low, measured.auc.high], abs=0.0006)
    assert {"One rule", "Logistic regression"} <= set(ways)


async def test_drift_is_said_plainly_the_most_drifted_first():
    found = await told(about="drift")
    assert "It has drifted: 1 of 3 inputs" in found.text
    table = next(block for block in found.reply.blocks if block.type == "table")
    assert [(row[1].text, row[2].text) for row in table.rows] == [("0.61", "drifted"), ("0.12", "to be watched"), ("0.01", "stable")]


async def test_too_few_customers_and_scores_are_said_so():
    few = tuple(one.model_copy(update={"psi": None, "state": "too_few"}) for one in DRIFTS)
    watch = FakeWatch(report(inputs=few, score=few[0], looked_at=12, calibration=(), judged=0, changes=None, groups=()))
    for about, words in (
        ("drift", "too few customers"),
        ("calibration", "Too few scores"),
        ("flows", "cannot be said"),
        ("groups", "No group has enough people"),
    ):
        found = await told(watch, about=about)
        assert_whole(found)
        assert words in found.text


async def test_what_was_said_stands_beside_what_came():
    found = await told(about="calibration")
    assert "9% trouble was said" in found.text
    table = next(block for block in found.reply.blocks if block.type == "table")
    assert [cell.text for cell in table.rows[1]][2:] == ["too few"] * 4


async def test_groups_of_fewer_than_thirty_people_are_not_told():
    found = await told(about="groups")
    table = next(block for block in found.reply.blocks if block.type == "table")
    rows = {row[1].text: [cell.text for cell in row[2:]] for row in table.rows}
    assert rows["under 25"] == ["too few"] * 4
    assert rows["65 and over"][-1] == "40"
    assert "Groups with too few people are not told." in found.text


async def test_flows_look_back_to_the_day_that_was_named():
    watch = FakeWatch(report())
    await told(watch, about="flows", since=(AS_OF - timedelta(days=14)).isoformat())
    assert watch.days == 14
    await told(watch)
    assert watch.days == 30


async def test_the_legal_basis_of_the_network_is_shown():
    found = await told(FakeWatch(report(network_basis="Art. 6(1)(f) GDPR, assessment of 2026-11-02", others=("berka",))))
    assert_whole(found)
    assert "Art. 6(1)(f) GDPR, assessment of 2026-11-02" in found.text
    assert "sources are never mixed" in found.text


def test_it_is_for_staff_alone():
    assert toolbox()["model_card"].roles == {"staff"}


async def test_a_refusal_of_the_watch_is_a_failed_call():
    found = await ask("staff", "model_card")
    assert found.record.calls[0].outcome.startswith("failed")
    assert not found.record.facts
