import dataclasses
import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from server.importers.batch import ImportBatch
from server.importers.berka import read_berka
from tools.errors import ImportRefused
from tools.ledger.reconcile import reconcile

TABLES = {
    "account": "account_id,district_id,frequency,date\n9,1,POPLATEK MESICNE,930101\n12,1,POPLATEK TYDNE,930105\n15,1,POPLATEK PO OBRATU,960101\n",
    "client": "client_id,birth_number,district_id\n1,706213,1\n2,450204,2\n3,459999,1\n",
    "disp": "disp_id,client_id,account_id,type\n1,1,12,OWNER\n2,1,9,OWNER\n3,2,9,DISPONENT\n4,3,15,OWNER\n",
    "trans": """trans_id,account_id,date,type,operation,amount,balance,k_symbol,bank,account
1,9,930101,PRIJEM,VKLAD,700.00,700.00,,,
3,9,930131,VYDAJ,VYBER,14.60,5694.50,SLUZBY,,
2,9,930131,PRIJEM,PREVOD Z UCTU,5000.00,5700.00,DUCHOD,AB,00412
4,9,930131,PRIJEM,,9.10,5709.10,UROK,,
5,9,930205,VYDAJ,PREVOD NA UCET,1000.00,4694.50,UVER,CD,77
6,9,930301,VYDAJ,VYBER,3.00,-100.00,SANKC. UROK,,
7,12,930301,VYBER,VYBER,5.50,94.50, ,,
8,12,930302,VYDAJ,VYBER KARTOU,4.50,90.00,,,
""",
    "loan": "loan_id,account_id,date,amount,duration,payments,status\n71,9,930131,12000,12,1000.00,B\n72,15,960331,600,1,600.00,A\n",
    "order": "order_id,account_id,bank_to,account_to,amount,k_symbol\n81,9,CD,77,1000.00,UVER\n82,15,CD,78,600.00,UVER\n",
    "card": "card_id,disp_id,type,issued\n91,1,gold,930301 00:00:00\n92,4,junior,960501 00:00:00\n",
    "district": 'A1;A2;A3;A4\r\n1;"Hl.m. Praha";"Prague";1204953\r\n2;"Benesov";"central Bohemia";88884\r\n',
}

Bank = Callable[..., ImportBatch]


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    """Writes the tables, some of them replaced (None leaves one out), and reads them."""

    def read(**replaced: str | None) -> ImportBatch:
        for name, text in {**TABLES, **replaced}.items():
            (tmp_path / f"{name}.csv").unlink(missing_ok=True)
            if text is not None:
                (tmp_path / f"{name}.csv").write_bytes(text.encode())
        return read_berka(tmp_path)

    return read


def test_owners_are_keyed_by_their_lowest_account_and_others_by_client(bank: Bank):
    batch = bank()
    assert [(customer.id, customer.name) for customer in batch.customers] == [
        ("berka:9", "Berka 9"),
        ("berka:client-2", "Berka client 2"),
        ("berka:15", "Berka 15"),
    ]
    assert [(account.id, account.customer_id) for account in batch.accounts] == [
        ("berka:9", "berka:9"),
        ("berka:12", "berka:9"),
        ("berka:15", "berka:15"),
    ]
    assert [(part.account_id, part.party_id, part.part) for part in batch.parts][1:3] == [
        ("berka:9", "berka:client-1", "owner"),
        ("berka:9", "berka:client-2", "authorised"),
    ]
    assert batch.parties[0].customer_id == "berka:9"
    assert batch.accounts[1].name == "Account 12 (weekly statement)"


def test_movements_are_signed_categorised_and_told_in_english(bank: Bank):
    told = {each.external_id: each for each in bank().transactions}
    assert {number: (each.amount_minor, each.operation, each.category) for number, each in told.items()} == {
        "1": (70_000, "cash_in", "cash"),
        "2": (500_000, "transfer_in", "pension"),
        "3": (-1_460, "fee", "fees"),
        "4": (910, "interest", "interest_received"),
        "5": (-100_000, "transfer_out", "loan_repayment"),
        "6": (-300, "interest", "penalty_interest"),
        "7": (-550, "cash_out", "cash"),
        "8": (-450, "card", "cash"),
    }
    assert (told["2"].description, told["2"].counterparty, told["2"].booked_on) == (
        "Pension, transfer from another bank",
        "AB 412",
        date(1993, 1, 31),
    )
    assert told["3"].description == "Statement fee"
    assert told["7"].description == "Cash withdrawal"
    assert told["2"].id == "berka:2"


def test_a_day_is_put_in_the_order_of_its_balances_and_true_differences_remain(bank: Bank):
    batch = bank()
    own = [each for each in batch.transactions if each.account_id == "berka:9"]
    assert [each.external_id for each in own] == ["1", "2", "4", "3", "5", "6"]
    (difference,) = reconcile(batch.accounts[0], own)
    assert (difference.transaction_id, difference.difference_minor) == ("berka:6", -10_000 - (469_450 - 300))


def test_the_opening_balance_is_what_the_first_report_says(bank: Bank):
    assert [account.opening_balance_minor for account in bank().accounts] == [0, 10_000, 0]


def test_what_lies_ahead_is_imported_and_no_profile_tells_of_it(bank: Bank):
    batch = bank()
    assert batch.latest_booking_on == date(1993, 3, 2)
    assert {holding.id: holding.opened_on.year for holding in batch.holdings} == {
        "berka:loan-71": 1993,
        "berka:loan-72": 1996,
        "berka:order-81": 1993,
        "berka:card-91": 1993,
        "berka:card-92": 1996,
    }
    assert {profile.customer_id: profile.has_credit_card for profile in batch.profiles} == {
        "berka:9": True,
        "berka:client-2": False,
        "berka:15": False,
    }


def test_a_loan_has_its_terms_and_never_its_outcome(bank: Bank):
    loan = bank().contracts[0]
    assert (loan.principal_minor, loan.instalment_minor, loan.starts_on, loan.matures_on) == (
        1_200_000,
        100_000,
        date(1993, 1, 31),
        date(1994, 1, 31),
    )
    finished, unpaid = bank(), bank(loan=TABLES["loan"].replace("1000.00,B", "1000.00,A"))
    assert finished == unpaid
    without_status = "\n".join(line.rpartition(",")[0] for line in TABLES["loan"].splitlines())
    assert bank(loan=without_status).contracts == finished.contracts


def test_a_standing_order_runs_from_its_first_booking_and_waits_until_there_is_one(bank: Bank):
    batch = bank()
    (order,) = [contract for contract in batch.contracts if contract.kind == "standing_order"]
    assert (order.id, order.starts_on, order.due_day, order.instalment_minor) == ("berka:order-81", date(1993, 2, 5), 5, 100_000)
    assert {count.file: count.left_out for count in batch.counts}["order.csv"] == 1
    assert batch.notes[0].startswith("1 standing orders carry no date")


def test_birth_and_gender_stand_apart(bank: Bank):
    batch = bank()
    assert [(each.customer_id, each.birth_date, each.gender) for each in batch.protected] == [
        ("berka:9", date(1970, 12, 13), "female"),
        ("berka:client-2", date(1945, 2, 4), "male"),
    ]
    assert batch.notes[-1].startswith("1 clients have no readable birth number")
    assert (batch.profiles[0].city, batch.profiles[0].region) == ("Hl.m. Praha", "Prague")


def test_the_original_files_give_the_same_batch(tmp_path: Path, bank: Bank):
    expected = bank()
    folder = tmp_path / "original"
    folder.mkdir()
    for name, text in TABLES.items():
        rows = [line.replace('"', "").replace(",", ";").split(";") for line in text.splitlines()]
        quoted = "\r\n".join(";".join(f'"{cell}"' for cell in row) for row in rows)
        (folder / f"{name}.asc.gz").write_bytes(gzip.compress(quoted.encode("cp1250")))
    found = read_berka(folder)
    assert found.counts[0].file == "account.asc.gz"
    assert dataclasses.replace(found, counts=expected.counts) == expected


def test_czech_column_names_a_mark_and_accents_are_read(bank: Bank):
    account = "\ufeffucet_id;okres_id;frekvence;datum\n" + "\n".join(TABLES["account"].replace(",", ";").splitlines()[1:])
    assert bank(account=account).accounts == bank(account=TABLES["account"]).accounts
    assert bank(district="A1;A2;A3\n1;Plzeň;západ\n2;B;C\n").profiles[0].city == "Plzeň"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("20,9,930231,PRIJEM,VKLAD,1.00,1.00,,,", "date '930231' is no date YYMMDD"),
        ("20,9,,PRIJEM,VKLAD,1.00,1.00,,,", "date is missing"),
        ("20,9,930201,PRIJEM,VKLAD,,1.00,,,", "amount is missing"),
        ("20,9,930201,PRIJEM,VKLAD,x1,1.00,,,", "amount 'x1' is no amount"),
        ("20,9,930201,PRIJEM,VKLAD,1.00,y,,,", "balance 'y' is no amount"),
        ("20,9,930201,DAR,VKLAD,1.00,1.00,,,", "type 'DAR' is neither PRIJEM, VYDAJ nor VYBER"),
        ("20,404,930201,PRIJEM,VKLAD,1.00,1.00,,,", "account 404 is not in the account table"),
        ("x,9,930201,PRIJEM,VKLAD,1.00,1.00,,,", "trans_id 'x' is no number"),
        ("1,9,930201,PRIJEM,VKLAD,1.00,1.00,,,", "1 was on line 2 with other content"),
        ("20,9,930201,PRIJEM", "4 columns instead of 10"),
    ],
)
def test_a_bad_row_is_listed_with_its_reason_and_loses_nothing_else(bank: Bank, row: str, reason: str):
    batch = bank(trans=TABLES["trans"] + row + "\n21,9,930401,PRIJEM,VKLAD,1.00,,,,\n")
    (rejected,) = batch.rejected
    assert (rejected.file, rejected.line, rejected.reason) == ("trans.csv", 10, reason)
    assert len(batch.transactions) == 9
    assert next(each for each in batch.transactions if each.external_id == "21").balance_after_minor is None


def test_the_same_row_again_is_known(bank: Bank):
    batch = bank(trans=TABLES["trans"] + "1,9,930101,PRIJEM,VKLAD,700.00,700.00,,,\n")
    count = next(count for count in batch.counts if count.file == "trans.csv")
    assert (count.read, count.kept, count.repeated, count.rejected) == (9, 8, 1, 0)


def test_a_lost_account_row_loses_only_what_hangs_on_it(bank: Bank):
    batch = bank(account=TABLES["account"].replace("930105", "939905"))
    assert [(row.file, row.line) for row in batch.rejected] == [
        ("account.csv", 3),
        ("disp.csv", 2),
        ("trans.csv", 8),
        ("trans.csv", 9),
        ("card.csv", 2),
    ]
    assert len(batch.transactions) == 6
    assert len(batch.customers) == 3


def test_an_account_that_names_no_owner_is_kept(bank: Bank):
    batch = bank(disp="disp_id,client_id,account_id,type\n2,1,9,OWNER\n4,3,15,OWNER\n9,77,12,OWNER\n")
    assert batch.accounts[1].customer_id == "berka:12"
    assert {customer.id for customer in batch.customers} == {"berka:9", "berka:client-2", "berka:15", "berka:12"}
    assert {profile.customer_id for profile in batch.profiles} == {customer.id for customer in batch.customers}


@pytest.mark.parametrize("name", ["account", "client", "disp", "trans"])
def test_a_missing_table_is_named_with_the_remedy(bank: Bank, name: str):
    with pytest.raises(ImportRefused, match=rf"The {name} table is missing .* Put {name}.csv or {name}.asc there"):
        bank(**{name: None})


def test_optional_tables_may_be_missing_and_are_noted(bank: Bank):
    batch = bank(loan=None, order=None, card=None, district=None)
    assert (batch.holdings, batch.contracts, len(batch.transactions)) == ((), (), 8)
    assert batch.notes[:4] == tuple(f"No {name} table: imported without it." for name in ("loan", "order", "card", "district"))


def test_broken_tables_and_folders_are_refused(bank: Bank, tmp_path: Path):
    with pytest.raises(ImportRefused, match=r"trans\.csv has no column amount"):
        bank(trans=TABLES["trans"].replace("amount", "sum", 1))
    with pytest.raises(ImportRefused, match=r"client\.csv is empty"):
        bank(client="")
    with pytest.raises(ImportRefused, match="no account that can be read"):
        bank(account="account_id,district_id,frequency,date\n")
    with pytest.raises(ImportRefused, match="no folder 'nowhere'"):
        read_berka(tmp_path / "nowhere")


def test_progress_counts_the_movements(bank: Bank, tmp_path: Path):
    bank()
    told: list[tuple[str, int, int]] = []
    read_berka(tmp_path, lambda *step: told.append(step))
    assert told == [("trans.csv", 0, 8), ("trans.csv", 8, 8)]
