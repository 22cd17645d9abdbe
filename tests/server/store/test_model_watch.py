"""How the model does on a bank's own customers: what is counted is what the histories say, and nobody is seen."""

from datetime import date, timedelta

import numpy as np
import pytest
from sqlalchemy import select

from server.bank import Bank
from server.store import model_watch
from server.store.fairness import FairnessStore, age_band
from server.store.history_reader import HistoryReader
from server.store.model_watch import StoreModelWatch
from server.store.tables.stress import STRESS_STATES
from tests.server.store.bank import principal
from tests.small_bank import SmallBank
from tools.errors import RefusedError, TooShortError
from tools.ledger.history import History
from tools.stress.learn.trouble import trouble_days
from tools.stress.model.file import shipped_model
from tools.stress.monitor.drift import drift
from tools.stress.monitor.watch import ModelReport

STAFF = principal("staff", "staff1")


@pytest.fixture(scope="module")
def bank(prepared_bank: SmallBank, tmp_path_factory: pytest.TempPathFactory) -> Bank:
    return prepared_bank.copy(tmp_path_factory.mktemp("watched") / "home").open()


@pytest.fixture(scope="module")
def report(bank: Bank) -> ModelReport:
    return bank.model_watch(STAFF).report(30)


def test_it_speaks_of_the_model_in_use(report: ModelReport, bank: Bank):
    assert (report.name, report.hash) == (shipped_model().name, shipped_model().hash)
    assert (report.source, report.as_of) == ("demo", bank.business_dates()["demo"])
    assert report.network_basis is None
    assert report.changes is not None
    assert (report.changes.worse, report.changes.better) == ((), ())
    assert "demo:" not in report.model_dump_json()


def test_few_customers_are_called_too_few_and_not_drifted(report: ModelReport):
    assert 20 < report.looked_at < 200
    assert {one.state for one in report.inputs} == {"too_few"}
    assert len(report.inputs) == len(shipped_model().inputs)


def test_old_scores_are_held_against_the_ledger(report: ModelReport, bank: Bank):
    with bank.database.reading() as connection:
        ids = list(connection.scalars(select(STRESS_STATES.c.customer_id)))
    as_of, said, came = report.as_of, 0, 0
    troubled = {one.customer.id: _trouble(one) for one in HistoryReader(bank.database, bank.cipher).histories(ids)}
    for back in range(6):
        cut = as_of - timedelta(days=90 + 30 * back)
        for day in bank.stress_scores.since(ids, cut).values():
            if day.probability is not None and day.as_of > cut - timedelta(days=30):
                said += 1
                came += any(0 < (found - day.as_of).days <= 90 for found in troubled[day.customer_id])
    assert report.judged == said > 0
    assert sum(one.came.count for one in report.calibration) == came > 0


def _trouble(history: History) -> list[date]:
    overdrafts = {one.id: one.overdraft_limit_minor for one in history.accounts if one.kind in {"current", "business"}}
    return list(trouble_days(history.transactions, overdrafts))


def test_groups_are_counted_and_small_ones_not_told(report: ModelReport):
    assert {one.attribute for one in report.groups} == {"age_band", "gender"}
    rates = [rate.critical for one in report.groups for rate in one.rates]
    assert sum(rate.total for rate in rates) > 0
    assert all((rate.share is None) == (rate.total < 30) for rate in rates)


def test_a_part_of_many_is_looked_at_and_said_so(bank: Bank, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(model_watch, "MOST_FOR_DRIFT", 10)
    found = bank.model_watch(STAFF).report(30)
    assert found.sampled
    assert found.looked_at <= 10
    assert bank.model_watch(STAFF).report(30) == found


@pytest.mark.parametrize("role", ["rm", "customer", "admin"])
def test_it_is_for_staff_alone(bank: Bank, role: str):
    with pytest.raises(RefusedError, match="for staff"):
        bank.model_watch(principal(role, "x", "demo:1")).report(30)


def test_an_empty_bank_is_said_so(bank: Bank, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(model_watch, "_sources", _nothing)
    with pytest.raises(TooShortError, match="Nobody is scored"):
        StoreModelWatch(bank.database, bank.cipher, STAFF, shipped_model, None).report(30)


def _nothing(_: object) -> list[tuple[str, date]]:
    return []


def test_drift_of_the_score_is_measured_against_the_card():
    before = next(each for each in shipped_model().card.reference if each.name == "score")
    assert drift(before, np.full(300, 0.99)).state == "drifted"


def test_the_fairness_store_hands_out_groups_and_nothing_else(bank: Bank):
    found = FairnessStore(bank.database, bank.cipher).groups(["demo:1042", "demo:none"], date(2027, 4, 1))
    assert set(found) == {"age_band", "gender"}
    assert all(group in {"under_25", "25_to_39", "40_to_64", "65_and_over"} for group in found["age_band"].values())
    assert "demo:none" not in found["gender"]


@pytest.mark.parametrize(("age", "band"), [(0, "under_25"), (24, "under_25"), (25, "25_to_39"), (39, "25_to_39"), (64, "40_to_64"), (65, "65_and_over"), (101, "65_and_over")])  # fmt: skip
def test_age_bands_begin_on_the_birthday(age: int, band: str):
    on = date(2027, 4, 1)
    assert age_band(date(2027 - age, 4, 1), on) == band
    assert age_band(date(2027 - age - 1, 4, 2), on) == band
