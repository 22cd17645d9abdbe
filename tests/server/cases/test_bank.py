from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from server.cases.bank import BankCases
from tools.errors import UsageError

FILE = """
every_days = 60
[[populations]]
seed = 5
customers = 12
as_of = 2026-06-30
months = 9
[populations.mix]
spender = 0.5
gambling_addict = 0.5
[[populations]]
seed = 6
customers = 3
as_of = 2026-06-30
months = 9
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> BankCases:
    path = tmp_path_factory.mktemp("bank") / "stress.toml"
    path.write_text(FILE)
    return BankCases(path)


def test_customers_of_several_banks_keep_apart(source: BankCases):
    cases = source.cases(source.cutoffs())
    assert {name.partition("-")[0] for name in cases.ids.tolist()} == {"5", "6"}
    assert len(set(cases.ids.tolist())) == 15


def test_every_cutoff_has_a_history_before_it_and_an_outcome_after_it(source: BankCases):
    cutoffs = source.cutoffs()
    assert len(cutoffs) >= 2
    assert all(later - earlier == timedelta(days=60) for earlier, later in pairwise(cutoffs))
    cases = source.cases(cutoffs)
    assert not cases.known.any()
    judged = source.with_outcomes(cases)
    assert judged.known.all()
    assert 0 < judged.label.sum() < len(judged)


@pytest.mark.parametrize("text", ["", "every_days = 3", FILE + "surprise = 1\n", "not toml", "populations = []"])
def test_a_file_that_names_no_banks_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "stress.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match="populations") as refused:
        BankCases(path)
    assert refused.value.code == "bad_file"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="populations"):
        BankCases(tmp_path / "nowhere.toml")
