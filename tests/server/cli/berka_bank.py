"""A folder in the format of the PKDD'99 bank in which some accounts come into trouble, and show it beforehand."""

from datetime import date, timedelta
from pathlib import Path

START = date(1993, 1, 1)
DAYS = 300
_TABLES = {
    "client": "client_id,birth_number,district_id\n1,706213,1\n",
    "account": "account_id,district_id,frequency,date\n",
    "disp": "disp_id,client_id,account_id,type\n",
    "trans": "trans_id,account_id,date,type,operation,amount,balance,k_symbol,bank,account\n",
}


def write_stressed_bank(folder: Path, accounts: int = 60, days: int = DAYS) -> Path:
    """Every third account spends more than it has from a day of its own on, so that its balance falls below zero."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = dict(_TABLES)
    number = 0
    for account in range(1, accounts + 1):
        tables["account"] += f"{account},1,POPLATEK MESICNE,930101\n"
        tables["disp"] += f"{account},1,{account},OWNER\n"
        for day, amount, balance in _movements(account, days):
            number += 1
            kind, operation = ("PRIJEM", "PREVOD Z UCTU") if amount > 0 else ("VYDAJ", "VYBER")
            tables["trans"] += f"{number},{account},{day:%y%m%d},{kind},{operation},{abs(amount)}.00,{balance}.00,,,\n"
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def _movements(account: int, days: int) -> list[tuple[date, int, int]]:
    """(day, amount, balance) in crowns: a salary a month, cash every fourth day, and more of it once trouble comes."""
    balance, found = 0, []
    trouble = 100 + 7 * (account % 20) if account % 3 == 0 else days + 1
    for day in range(days):
        amount = 0
        if day % 30 == account % 5:
            amount = 9000 + 37 * account
        elif day % 4 == account % 4:
            amount = -(1050 + 11 * (account + day) % 90) - (700 if day > trouble else 0)
        if amount:
            balance += amount
            found.append((START + timedelta(days=day), amount, balance))
    return found
