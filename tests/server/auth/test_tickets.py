"""Socket tickets: thirty seconds, one socket, one session."""

import pytest

from server.auth.tickets import SignedIn
from tools.errors import RefusedError


def issue(bank):
    account = bank.add("anna")
    who = SignedIn(account=account, family=bank.auth.sessions.begin(account, bank.time).family)
    return who, bank.auth.tickets.issue(who, bank.time)


def test_a_ticket_says_who_came_with_it(bank):
    who, ticket = issue(bank)
    bank.wait(seconds=29)
    assert bank.auth.tickets.take(ticket, bank.time) == who


def test_a_ticket_opens_one_socket(bank):
    _, ticket = issue(bank)
    bank.auth.tickets.take(ticket, bank.time)
    with pytest.raises(RefusedError, match="Ask for a new one") as caught:
        bank.auth.tickets.take(ticket, bank.time)
    assert caught.value.code == "bad_ticket"


def test_a_ticket_is_over_after_thirty_seconds_and_is_not_left_behind(bank):
    _, ticket = issue(bank)
    bank.wait(seconds=30)
    with pytest.raises(RefusedError):
        bank.auth.tickets.take(ticket, bank.time)
    assert bank.store._tickets == {}


def test_a_ticket_of_an_ended_session_is_refused(bank):
    who, ticket = issue(bank)
    bank.auth.sessions.end(who.family, bank.time)
    with pytest.raises(RefusedError) as caught:
        bank.auth.tickets.take(ticket, bank.time)
    assert caught.value.code == "bad_ticket"


@pytest.mark.parametrize("ticket", ["", "unknown", "\ud800", "x" * 100_000])
def test_another_text_is_no_ticket(bank, ticket):
    issue(bank)
    with pytest.raises(RefusedError):
        bank.auth.tickets.take(ticket, bank.time)


def test_only_a_hash_of_the_ticket_is_kept(bank):
    _, ticket = issue(bank)
    assert ticket not in repr(bank.store._tickets)
