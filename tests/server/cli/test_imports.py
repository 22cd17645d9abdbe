import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from server.cli import main
from tests.small_bank import SmallBank

BERKA = {
    "account": "account_id,district_id,frequency,date\n9,1,POPLATEK MESICNE,930101\n12,1,POPLATEK TYDNE,930105\n",
    "client": "client_id,birth_number,district_id\n1,706213,1\n2,450204,2\n3,459999,1\n",
    "disp": "disp_id,client_id,account_id,type\n1,1,12,OWNER\n2,2,9,OWNER\n",
    "trans": """trans_id,account_id,date,type,operation,amount,balance,k_symbol,bank,account
1,9,930101,PRIJEM,VKLAD,700.00,700.00,,,
2,9,930131,PRIJEM,PREVOD Z UCTU,5000.00,5700.00,DUCHOD,AB,00412
3,9,930201,VYDAJ,VYBER,much,5694.50,SLUZBY,,
4,9,930205,VYDAJ,PREVOD NA UCET,1000.00,4700.00,UVER,CD,77
5,12,930301,PRIJEM,VKLAD,100.00,100.00,,,
6,12,930302,VYDAJ,VYBER KARTOU,140.00,-40.00,,,
7,99,930302,VYDAJ,VYBER,4.50,90.00,,,
""",
    "loan": "loan_id,account_id,date,amount,duration,payments,status\n71,9,930131,12000,12,1000.00,B\n",
    "order": "order_id,account_id,bank_to,account_to,amount,k_symbol\n81,9,CD,77,1000.00,UVER\n",
    "card": "card_id,disp_id,type,issued\n91,1,gold,930301 00:00:00\n",
    "district": 'A1;A2;A3;A4\r\n1;"Hl.m. Praha";"Prague";1204953\r\n2;"Benesov";"central Bohemia";88884\r\n',
}
MAP = 'source = "northbank"\ncurrency = "GBP"\ndates = "%d/%m/%Y"\naccount = "0001"\nowner = "Nora North"\n[columns]\ndate = "Date"\ndescription = "Details"\namount = "Amount"\nbalance = "Balance"\n'
STATEMENT = """Date,Details,Amount,Balance
03/02/2026,TESCO STORES,-20.00,"1,080.00"
02/02/2026,RENT,-400.00,"1,100.00"
01/02/2026,ACME SALARY,"1,500.00","1,500.00"
31/02/2026,NO SUCH DAY,-1.00,"1,079.00"
"""


@pytest.fixture
def berka(tmp_path: Path) -> Path:
    folder = tmp_path / "berka"
    folder.mkdir()
    for name, text in BERKA.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


@pytest.fixture
def statement(tmp_path: Path) -> tuple[Path, Path]:
    file, map = tmp_path / "march.csv", tmp_path / "map.toml"
    file.write_text(STATEMENT)
    map.write_text(MAP)
    return file, map


def counts(ended) -> dict:
    assert ended.status == 0, ended.err
    return json.loads(ended.lines[-1])


def test_real_accounts_are_imported_once_and_what_was_left_out_is_explained(command, own_bank: SmallBank, berka: Path):
    first = command("import", "berka", berka, "--book", "rm1", "--json")
    told = counts(first)
    assert set(told) == {"customers", "accounts", "transactions"}
    assert told["accounts"] == {"read": 2, "added": 2, "known": 0, "rejected": 0}
    assert told["transactions"] == {"read": 7, "added": 5, "known": 0, "rejected": 2}
    assert "rejected trans.csv:4:" in first.err
    assert "rejected trans.csv:8:" in first.err

    again = counts(command("import", "berka", berka, "--book", "rm1", "--json"))
    assert [noun["added"] for noun in again.values()] == [0, 0, 0]
    assert again["transactions"] == {"read": 7, "added": 0, "known": 5, "rejected": 2}
    assert again["customers"]["known"] == told["customers"]["added"]

    turn = json.loads(command("ask", "--as", "rm1", "--json", "which of my clients have a negative balance?").out)
    assert "Berka 12" in turn["reply"]
    assert "CZK" in turn["reply"]
    found = json.loads(command("ask", "--as", "rm1", "--json", "how is berka:9 doing?").out)
    assert {"name": "client_lookup", "arguments": {"client": "berka:9"}} in found["capabilities"]
    assert "Berka 9" in found["reply"]
    # Nobody else's book has them.
    assert "Berka" not in json.loads(command("ask", "--as", "rm2", "--json", "how is berka:9 doing?").out)["reply"]


def test_without_json_the_counts_are_words(command, own_bank: SmallBank, berka: Path):
    ended = command("import", "berka", berka, "--book", "rm2")
    assert ended.lines[-1] == "transactions: 7 read, 5 added, 0 known, 2 rejected"


def test_a_statement_of_any_bank_is_imported_by_its_map(command, own_bank: SmallBank, statement: tuple[Path, Path]):
    file, map = statement
    first = command("import", "csv", file, "--map", map, "--json")
    assert counts(first)["transactions"] == {"read": 4, "added": 3, "known": 0, "rejected": 1}
    assert "rejected march.csv:5:" in first.err
    assert counts(command("import", "csv", file, "--map", map, "--json"))["transactions"]["added"] == 0
    assert "£1,080" in json.loads(command("ask", "--as", "rm1", "--json", "how is Nora North doing?").out)["reply"]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("berka", "nowhere", "--book", "rm1"), 2, "nowhere"),
        (("berka", "{berka}"), 2, "--book"),
        (("berka", "{berka}", "--book", "nobody"), 1, "nobody"),
        (("berka", "{berka}", "--book", "anna"), (1, 2), "anna"),
        (("csv", "nowhere.csv", "--map", "{map}"), 2, "nowhere.csv"),
        (("csv", "{file}", "--map", "nowhere.toml"), 2, "nowhere.toml"),
        (("csv", "{map}", "--map", "{map}"), 2, "Date"),
    ],
)
def test_wrong_files_and_logins_change_nothing_and_are_said(
    command, own_bank: SmallBank, berka: Path, statement: tuple[Path, Path], arguments, status, words: str
):
    given = {"{berka}": berka, "{file}": statement[0], "{map}": statement[1]}
    ended = command("import", *(given.get(each, each) for each in arguments))
    assert ended.status in (status if isinstance(status, tuple) else (status,)), ended.err
    assert words in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""
    assert set(own_bank.open().business_dates()) == {"demo"}


def test_a_missing_table_is_named(command, own_bank: SmallBank, berka: Path):
    (berka / "trans.csv").unlink()
    ended = command("import", "berka", berka, "--book", "rm1")
    assert ended.status == 2
    assert "trans" in ended.err


def test_before_there_are_logins_the_import_says_whose_book_is_missing(command, empty_home: Path, berka: Path):
    ended = command("import", "berka", berka, "--book", "rm1")
    assert ended.status == 1
    assert "rm1" in ended.err


@pytest.mark.slow
def test_an_import_runs_beside_another_process_that_answers(own_bank: SmallBank, berka: Path, tmp_path: Path, capsys):
    """Two processes on one SQLite file: one asks again and again, one imports. Both end well, and nothing is half seen."""
    rows = "".join(f"{number},9,930206,PRIJEM,VKLAD,1.00,{number}.00,,,\n" for number in range(100, 5_600))
    (berka / "trans.csv").write_text(BERKA["trans"] + rows)
    questions = tmp_path / "questions.jsonl"
    questions.write_text("\n".join(json.dumps({"id": n, "as": "anna", "text": "what is my balance?"}) for n in range(25)))
    code = "from server.cli import main; main()"
    asking = subprocess.Popen(
        [sys.executable, "-c", code, "ask", "--file", str(questions)], env={**os.environ, **own_bank.environment}, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    assert asking.stdout is not None
    with asking.stdout:
        first = asking.stdout.readline()  # from here on the other process is at work
        with pytest.raises(SystemExit) as ended:
            main(["import", "berka", str(berka), "--book", "rm1", "--json"])
        assert not ended.value.code
        assert json.loads(capsys.readouterr().out.splitlines()[-1])["transactions"]["added"] == 5_505
        answers = [json.loads(line) for line in (first, *asking.stdout)]
    assert asking.wait(60) == 0
    assert len({answer["reply"].split("\n\n")[-1] for answer in answers}) == 1
    assert len(answers) == 25
    with closing(sqlite3.connect(own_bank.home / "bank.db")) as store:
        assert store.execute("pragma integrity_check").fetchone() == ("ok",)
    assert own_bank.open().audit.verify().holds
