"""The composition root: a bank made of its parts answers, remembers, and says what is missing."""

import asyncio
import stat
import threading
from pathlib import Path

import pytest

from agent.context import Principal
from server.bank import Bank
from server.settings import load_settings
from tests.server.asking import ask
from tests.small_bank import SmallBank, fill
from tools.errors import NotFoundError, UnavailableError

TWO_SPECIALISTS = "how am I doing, and which savings account would suit me?"


def test_a_new_home_is_private_and_a_bank_without_customers_says_what_to_do(tmp_path: Path):
    home = tmp_path / "deep" / "home"
    bank = Bank(load_settings({"PERSONAFORGE_HOME": str(home)}))
    bank.audit.append("seed", "system", {})  # the first thing that needs keys
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in (home / "keys").glob("*.key")} == {0o600}
    assert not bank.is_demo
    with pytest.raises(UnavailableError, match="personaforge seed") as refused:
        bank.require_customers()
    assert refused.value.code == "no_bank"


def test_nobody_is_answered_before_the_conversation_is_open(small_bank: SmallBank):
    bank = small_bank.open()
    principal = Principal(subject="s", login="anna", name="Anna", role="customer", customer_id="demo:1042")

    async def hurry() -> None:
        async for _ in bank.run_messages(principal, "t", "r", "hello"):
            pass

    with pytest.raises(UnavailableError) as refused:
        asyncio.run(hurry())
    assert refused.value.code == "starting"


def test_a_turn_is_recorded_with_all_that_made_it(small_bank: SmallBank):
    bank = small_bank.open()
    (turn,) = ask(bank, "anna", TWO_SPECIALISTS)
    entry = bank.audit.entry(turn["record"])
    assert (entry.action, entry.run_id) == ("turn", turn["id"])
    assert entry.payload is not None
    assert [call["name"] for call in entry.payload["calls"]] == [call["name"] for call in turn["capabilities"]]
    assert set(entry.payload["versions"]) >= {"wire", "rules", "catalogue", "model"}
    assert entry.payload["reply"]["blocks"] == turn["blocks"]
    assert bank.audit.verify().holds


def test_a_conversation_is_remembered_by_another_process_and_forgotten_when_deleted(small_bank: SmallBank):
    first = small_bank.open()
    ask(first, "anna", "can I afford a 5k personal loan over 3 years?")
    account = first.accounts.account_of_login("anna")
    assert account is not None
    (thread,) = first.threads.threads(account.subject)
    (turn,) = ask(small_bank.open(), "anna", "and if it were 10k?", thread=thread.id)
    assert turn["capabilities"] == [{"name": "affordability", "arguments": {"amount": "10000", "term_months": 36, **rest(turn)}}]

    async def forget() -> None:
        async with first.conversation():
            await first.forget_thread(thread.id)

    asyncio.run(forget())
    (again,) = ask(small_bank.open(), "anna", "and if it were 20k?", thread=thread.id)
    assert {"amount": "20000", "term_months": 36} not in [call["arguments"] for call in again["capabilities"]]


def rest(turn: dict) -> dict:
    """Arguments that a question about a loan may have besides."""
    return {key: value for key, value in turn["capabilities"][0]["arguments"].items() if key not in {"amount", "term_months"}}


def test_the_same_question_of_the_same_bank_has_the_same_answer(small_bank: SmallBank, tmp_path: Path):
    other = small_bank.copy(tmp_path / "other")
    (one,), (two,) = ask(small_bank.open(), "anna", TWO_SPECIALISTS), ask(other.open(), "anna", TWO_SPECIALISTS)
    assert (one["blocks"], one["facts"]) == (two["blocks"], two["facts"])


def test_each_person_sees_the_own_customers_only(small_bank: SmallBank):
    bank = small_bank.open()
    (anna,), (tom,) = ask(bank, "anna", "what is my balance?"), ask(bank, "tom", "what is my balance?")
    assert anna["reply"] != tom["reply"]
    (foreign, unknown) = ask(bank, "rm2", "how is Anna Keller doing?", "how is Xaver Quibble doing?")
    told = foreign["reply"].split("\n\n")[-1], unknown["reply"].split("\n\n")[-1]
    assert told[0] == told[1]
    with pytest.raises(NotFoundError):
        bank.require_customer("demo:999999")
    bank.require_customer("demo:1042")
    bank.require_customer(None)


def test_warming_twice_at_once_is_one_warm_up(small_bank: SmallBank, monkeypatch: pytest.MonkeyPatch):
    bank = small_bank.open()
    at_once, most = 0, 0
    search = bank.retriever.search

    def counted(*given, **named):
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        try:
            return search(*given, **named)
        finally:
            at_once -= 1

    monkeypatch.setattr(bank.retriever, "search", counted)
    threads = [threading.Thread(target=bank.warm) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_nothing_of_a_person_lies_readable_on_the_disk(small_bank: SmallBank):
    bank = small_bank.open()
    ask(bank, "anna", "CANARYQUESTION what is my balance?")
    bank.database.engine.dispose()
    content = b"".join(file.read_bytes() for file in small_bank.home.rglob("*") if file.is_file())
    for word in (b"CANARYQUESTION", b"Anna Keller", *(password.encode() for password in small_bank.passwords.values())):
        assert word not in content, word


@pytest.mark.slow
def test_the_whole_bank_runs_on_postgresql(postgres_url: str, tmp_path: Path):
    bank = Bank(load_settings({"PERSONAFORGE_HOME": str(tmp_path / "home"), "PERSONAFORGE_DATABASE_URL": postgres_url}))
    fill(bank)
    (anna, follow_up), (book,) = (
        ask(bank, "anna", TWO_SPECIALISTS, "what will my balance look like in three months?"),
        ask(bank, "rm1", "which of my clients have a negative balance?"),
    )
    assert {"risk_analyst", "product_advisor"} <= set(anna["specialists"])
    assert follow_up["thread"] == anna["thread"]
    assert follow_up["capabilities"][0]["name"] == "balance_forecast"
    assert "Ravi Sharma" in book["reply"]
    (foreign,) = ask(bank, "rm2", "how is Ravi Sharma doing?")
    assert "£" not in foreign["reply"]
    assert bank.audit.verify().holds
    assert not list((tmp_path / "home").glob("*.db")), "nothing may be kept beside the database that was named"
    bank.database.engine.dispose()


@pytest.mark.slow
def test_both_databases_give_the_same_answers(postgres_url: str, small_bank: SmallBank, tmp_path: Path):
    bank = Bank(load_settings({"PERSONAFORGE_HOME": str(tmp_path / "pg"), "PERSONAFORGE_DATABASE_URL": postgres_url}))
    fill(bank)
    for login, text in (
        ("anna", TWO_SPECIALISTS),
        ("tom", "what did I spend on groceries in the last three months?"),
        ("rm1", "show my clients sorted by stress score"),
        ("rm1", "give me a summary of my book"),
    ):
        (here,), (there,) = ask(small_bank.open(), login, text), ask(bank, login, text)
        assert here["reply"] == there["reply"]
    bank.database.engine.dispose()
