"""What the policy suggests is worked out once, and anew after a contact."""

import pytest

from server.next_steps import NextSteps
from server.store.cipher import Cipher
from server.store.contacts import GivenContact
from tests.server.book_bank import TODAY, fill_book
from tests.server.chat_bank import ChatBank


@pytest.fixture
def bank(chat_bank: ChatBank) -> ChatBank:
    return fill_book(chat_bank)


def test_each_client_gets_one_action_and_a_contact_makes_it_be_thought_over(bank, monkeypatch: pytest.MonkeyPatch):
    account, _, _ = bank.signed_in("rm1")
    manager, steps = account.principal(), NextSteps(bank.database, Cipher(bank.database, bank.keys))
    asked: list[str] = []
    worked_out = NextSteps._worked_out

    def counted(self, principal, customer_ids, *rest):
        asked.extend(customer_ids)
        return worked_out(self, principal, customer_ids, *rest)

    monkeypatch.setattr(NextSteps, "_worked_out", counted)
    rows = bank.board.rows(manager, ["demo:2", "demo:3"])
    first = steps.of(manager, rows, (), TODAY, 4)
    assert set(first) == {"demo:2", "demo:3"}
    assert set(first.values()) <= {"none", "sms", "email_offer", "call"}
    assert steps.of(manager, rows, (), TODAY, 4) == first
    assert asked == ["demo:2", "demo:3"]

    contact = bank.contacts.log(manager, "demo:2", GivenContact(key="k1", action="email", outcome="considering", happened_on=TODAY))
    # Whoever was contacted today is left in peace, whatever the score says.
    assert steps.of(manager, rows, (contact,), TODAY, 4)["demo:2"] == "none"
    assert asked == ["demo:2", "demo:3", "demo:2"]
