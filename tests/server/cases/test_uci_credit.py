import gzip
from pathlib import Path

import numpy as np
import pytest

from server.cases.uci_credit import CUTOFF, UciCreditCases
from tools.errors import ImportRefused, UsageError
from tools.stress.model.forbidden import is_forbidden

HEADER = (
    "ID,LIMIT_BAL,GENDER,EDUCATION,MARRIAGE,AGE,PAY_0,PAY_2,PAY_3,PAY_4,PAY_5,PAY_6,"
    "BILL_AMT1,BILL_AMT2,BILL_AMT3,BILL_AMT4,BILL_AMT5,BILL_AMT6,PAY_AMT1,PAY_AMT2,PAY_AMT3,PAY_AMT4,PAY_AMT5,PAY_AMT6,"
    "default.payment.next.month"
)
ROWS = (
    "1,20000.0,2,2,1,24,2,2,-1,-1,-2,-2,3913,3102,689,0,0,0,0,689,0,0,0,0,1",
    "7,120000.0,2,2,2,26,0,0,0,0,0,2,2682,1725,2682,3272,3455,3261,0,1000,1000,1000,0,2000,0",
)


def table(folder: Path, *rows: str, header: str = HEADER, name: str = "clients.csv") -> UciCreditCases:
    path = folder / name
    text = "\n".join((header, *rows)) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return UciCreditCases(path)


def test_one_case_a_client_and_the_outcome_apart(tmp_path: Path):
    source = table(tmp_path, *ROWS)
    cases = source.cases(source.cutoffs())
    assert cases.ids.tolist() == ["1", "7"]
    assert not cases.known.any()
    assert source.with_outcomes(cases).label.tolist() == [True, False]
    assert cases.matrix[0, cases.names.index("repayment_status_0")] == 2


def test_no_protected_attribute_is_among_the_inputs(tmp_path: Path):
    source = table(tmp_path, *ROWS)
    assert not any(is_forbidden(name) for name in source.cases(source.cutoffs()).names)


@pytest.mark.parametrize("value", ["1", "99", "not even a number", ""])
@pytest.mark.parametrize("column", ["GENDER", "EDUCATION", "MARRIAGE", "AGE"])
def test_the_flip_of_a_protected_attribute_changes_no_input(tmp_path: Path, column: str, value: str):
    at = HEADER.split(",").index(column)
    flipped = [",".join(value if place == at else cell for place, cell in enumerate(row.split(","))) for row in ROWS]
    one, two = (table(tmp_path, *rows).cases((CUTOFF,)).matrix for rows in (ROWS, flipped))
    assert one.tobytes() == two.tobytes()


def test_a_packed_copy_with_other_column_names_reads_the_same(tmp_path: Path):
    renamed = HEADER.replace("PAY_0", "PAY_1").replace("default.payment.next.month", "default payment next month")
    plain, packed = table(tmp_path, *ROWS), table(tmp_path, *ROWS, header=renamed, name="copy.csv.gz")
    assert np.array_equal(plain.cases((CUTOFF,)).matrix, packed.cases((CUTOFF,)).matrix, equal_nan=True)
    assert packed.with_outcomes(packed.cases((CUTOFF,))).label.tolist() == [True, False]


def test_a_table_without_the_outcome_can_be_scored(tmp_path: Path):
    source = table(tmp_path, *(row.rpartition(",")[0] for row in ROWS), header=HEADER.rpartition(",")[0])
    cases = source.cases(source.cutoffs())
    assert len(source.with_outcomes(cases)) == 2
    assert not source.with_outcomes(cases).known.any()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (("1,many" + ROWS[0][9:],), "Line 2"),
        ((ROWS[0], ROWS[0]), "twice"),
        ((ROWS[0].replace("20000.0", "0"),), "without a limit"),
        ((), "none"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, rows: tuple[str, ...], words: str):
    with pytest.raises(ImportRefused, match=words):
        table(tmp_path, *rows).cases((CUTOFF,))


def test_a_table_of_another_kind_is_refused(tmp_path: Path):
    with pytest.raises(ImportRefused, match="LIMIT_BAL"):
        table(tmp_path, "1,2", header="ID,AMOUNT").cases((CUTOFF,))
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(ImportRefused, match="empty"):
        UciCreditCases(tmp_path / "empty.csv").cases((CUTOFF,))


def test_it_knows_one_cutoff(tmp_path: Path):
    from datetime import date

    with pytest.raises(UsageError, match="one cutoff"):
        table(tmp_path, *ROWS).cases((date(1993, 12, 31),))
