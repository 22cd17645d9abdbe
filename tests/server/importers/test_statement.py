from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from server.importers.batch import ImportBatch
from server.importers.statement import read_statement
from server.importers.statement_map import load_map
from tools.errors import ImportRefused, UsageError
from tools.ledger.reconcile import reconcile

MAP = """
source = "northbank"
currency = "GBP"
dates = "%d/%m/%Y"
account = "0001"
owner = "Anna Keller"
[columns]
date = "Date"
description = "Details"
amount = "Amount"
balance = "Balance"
"""
ROWS = """Date,Details,Amount,Balance
03/02/2026,TESCO STORES,-20.00,"1,080.00"
02/02/2026,RENT,-400.00,"1,100.00"
01/02/2026,ACME SALARY,"1,500.00","1,500.00"
"""

Read = Callable[..., ImportBatch]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_text(text: str | bytes = ROWS, map: str = MAP, name: str = "march.csv") -> ImportBatch:
        (tmp_path / "map.toml").write_text(map)
        (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
        return read_statement(tmp_path / name, load_map(tmp_path / "map.toml"))

    return read_text


def mapped(**columns: str) -> str:
    named = {"date": "Date", "description": "Details", **columns}
    return MAP.partition("[columns]")[0] + "[columns]\n" + "\n".join(f'{key} = "{value}"' for key, value in named.items())


def test_a_statement_becomes_a_customer_an_account_and_its_movements_oldest_first(read: Read):
    batch = read()
    (customer,), (account,) = batch.customers, batch.accounts
    assert (customer.id, customer.name, account.id, account.customer_id) == (
        "northbank:0001",
        "Anna Keller",
        "northbank:0001",
        "northbank:0001",
    )
    assert [(each.booked_on.day, each.amount_minor, each.balance_after_minor) for each in batch.transactions] == [
        (1, 150_000, 150_000),
        (2, -40_000, 110_000),
        (3, -2_000, 108_000),
    ]
    assert [each.category for each in batch.transactions] == ["salary", "rent", "groceries"]
    assert (account.opened_on, account.opening_balance_minor) == (date(2026, 2, 1), 0)
    assert reconcile(account, batch.transactions) == ()
    assert batch.latest_booking_on == date(2026, 2, 3)


def test_reading_twice_gives_the_same_ids_and_overlapping_statements_share_them(read: Read):
    full, part = read(), read("\n".join(ROWS.splitlines()[:3]))
    assert full == read()
    assert {each.id for each in part.transactions} < {each.id for each in full.transactions}


def test_equal_rows_are_two_movements(read: Read):
    text = "Date,Details,Amount,Balance\n01/02/2026,COFFEE,-3.00,\n01/02/2026,COFFEE,-3.00,\n"
    batch = read(text)
    assert len({each.id for each in batch.transactions}) == 2
    assert batch.counts[0].repeated == 0


def test_a_reference_tells_repeated_and_contradicting_rows(read: Read):
    text = "Date,Details,Amount,Id\n01/02/2026,COFFEE,-3.00,7\n01/02/2026,COFFEE,-3.00,7\n01/02/2026,COFFEE,-4.00,7\n"
    batch = read(text, mapped(amount="Amount", reference="Id"))
    assert [each.external_id for each in batch.transactions] == ["0001/7"]
    (count,) = batch.counts
    assert (count.read, count.kept, count.repeated, count.rejected) == (3, 1, 1, 1)
    assert (batch.rejected[0].line, batch.rejected[0].reason) == (4, "reference 0001/7 was on line 2 with other content")


def test_bad_rows_are_listed_with_line_and_reason_and_lose_nothing_else(read: Read):
    text = (
        ROWS
        + """
31/02/2026,BROKEN DATE,-1.00,1.00
,NO DATE,-1.00,1.00
04/02/2026,NO AMOUNT,,1.00
04/02/2026,BROKEN AMOUNT,"1,23",1.00
04/02/2026,SHORT
Closing balance,,,1080.00
04/02/2026,GOOD,-1.00,
"""
    )
    batch = read(text)
    assert [(row.line, row.reason.partition(".")[0]) for row in batch.rejected] == [
        (6, "date '31/02/2026' is not written like %d/%m/%Y"),
        (7, "the date is missing"),
        (8, "the amount is missing"),
        (9, "'1,23' is no amount with '"),
        (10, "2 columns instead of 4"),
        (11, "date 'Closing balance' is not written like %d/%m/%Y"),
    ]
    assert "BROKEN DATE" in batch.rejected[0].text_excerpt
    (count,) = batch.counts
    assert (count.read, count.kept, count.rejected) == (10, 4, 6)


def test_debit_and_credit_columns(read: Read):
    text = "Date,Details,Out,In\n01/02/2026,A,10.00,\n01/02/2026,B,-5.00,\n01/02/2026,C,,7.00\n01/02/2026,D,1,2\n01/02/2026,E,,\n"
    batch = read(text, mapped(debit="Out", credit="In"))
    assert [each.amount_minor for each in batch.transactions] == [-1000, -500, 700]
    assert [row.reason for row in batch.rejected] == ["the row has both a debit and a credit", "the amount is missing"]


def test_a_card_statement_writes_purchases_without_a_sign(read: Read):
    card = MAP.replace('account = "0001"', 'account = "0001"\nsign = "out_positive"\naccount_kind = "card"')
    batch = read("Date,Details,Amount,Balance\n01/02/2026,A,10.00,\n02/02/2026,PAYMENT,-50.00,\n03/02/2026,R,5.00 CR,\n", card)
    assert [each.amount_minor for each in batch.transactions] == [-1000, 5000, 500]
    assert batch.accounts[0].kind == "card"


def test_several_accounts_in_one_file_are_several_customers(read: Read):
    map = mapped(amount="Amount", account="Account").replace('account = "0001"\n', "", 1)
    batch = read("Date,Details,Amount,Account\n01/02/2026,A,1,22\n01/02/2026,B,2,33\n01/02/2026,C,2,\n", map)
    assert [customer.id for customer in batch.customers] == ["northbank:22", "northbank:33"]
    assert [row.reason for row in batch.rejected] == ["the account is missing"]


def test_descriptions_are_joined_and_decimals_may_be_commas(read: Read):
    map = (
        MAP.replace('"Details"', '["Type", "Details"]')
        .replace('currency = "GBP"', 'currency = "EUR"\ndecimal = ","')
        .replace('balance = "Balance"', "")
    )
    (movement,) = read("Date;Type;Details;Amount\n01/02/2026;Card payment;LIDL;-1.234,56\n", map).transactions
    assert (movement.description, movement.amount_minor, movement.operation, movement.category) == (
        "Card payment LIDL",
        -123_456,
        "card",
        "groceries",
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1250", "utf-8"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_encodings_and_line_ends_do_not_matter(read: Read, encoding: str, ends: str):
    text = ROWS.replace("TESCO", "Café Šárka").replace("\n", ends)
    assert read(text.encode(encoding)) == read(ROWS.replace("TESCO", "Café Šárka"))


def test_lines_above_the_header_are_skipped_and_counted_in_line_numbers(read: Read):
    batch = read("Account: 0001\n\n" + ROWS + "x,y,z,a\n", "skip_rows = 2\n" + MAP)
    assert len(batch.transactions) == 3
    assert batch.rejected[0].line == 7


def test_a_missing_column_names_those_there_are(read: Read):
    with pytest.raises(ImportRefused, match="has no column Balance; its columns are Date, Details, Amount"):
        read("Date,Details,Amount\n")


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_an_empty_file_is_refused(read: Read, text: str):
    with pytest.raises(ImportRefused, match="is empty"):
        read(text)


def test_a_header_without_rows_is_an_empty_batch(read: Read):
    batch = read("Date,Details,Amount,Balance\n")
    assert (batch.accounts, batch.transactions, batch.latest_booking_on) == ((), (), None)


def test_a_missing_file_and_a_broken_archive_are_refused(tmp_path: Path, read: Read):
    read()
    with pytest.raises(ImportRefused, match=r"none\.csv cannot be read"):
        read_statement(tmp_path / "none.csv", load_map(tmp_path / "map.toml"))
    with pytest.raises(ImportRefused, match=r"x\.csv\.gz cannot be read"):
        read("no gzip", name="x.csv.gz")


@pytest.mark.parametrize(
    ("map", "said"),
    [
        ("source = ", "is no TOML"),
        (MAP.replace("northbank", "berka"), "taken"),
        (MAP.replace("northbank", "north:bank"), "at source"),
        (MAP.replace('account = "0001"', ""), "account"),
        (MAP.replace('amount = "Amount"', ""), "amount, or debit and credit"),
        (MAP.replace('amount = "Amount"', 'debit = "Out"'), "both columns"),
        (MAP + 'colour = "red"', "columns.colour"),
        (MAP.replace('"GBP"', '"pounds"'), "at currency"),
        ('delimiter = "::"\n' + MAP, "one sign"),
        ("skip_rows = -1\n" + MAP, "skip_rows"),
    ],
)
def test_a_map_that_does_not_hold_says_where(read: Read, map: str, said: str):
    with pytest.raises(ImportRefused, match=said):
        read(map=map)


def test_unknown_rules_are_refused(read: Read):
    with pytest.raises(UsageError, match="no rules called 'klingon'"):
        read(map='rules = "klingon"\n' + MAP)


def test_an_unknown_encoding_and_a_wrong_one_are_refused(read: Read):
    for encoding in ("klingon", "ascii"):
        with pytest.raises(ImportRefused, match="not written in"):
            read(ROWS.replace("TESCO", "Café"), f'encoding = "{encoding}"\n' + MAP)


def test_progress_ends_at_the_number_of_rows(tmp_path: Path, read: Read):
    read()
    told: list[tuple[str, int, int]] = []
    read_statement(tmp_path / "march.csv", load_map(tmp_path / "map.toml"), lambda *step: told.append(step))
    assert told == [("march.csv", 0, 3), ("march.csv", 3, 3)]
