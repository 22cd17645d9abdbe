"""The services of `server.auth` over the store behave as they do over memory."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.auth.accounts import Invitation, LoginAccount, RefreshToken, SocketTicket
from server.store.account_store import SqlAccountStore
from server.store.cipher import Cipher
from server.store.database import Database
from server.store.tables.login import LOGINS
from tests.server.auth.memory_accounts import MemoryAccounts
from tests.server.store.bank import NOW
from tools.errors import ConflictError

LATER = NOW + timedelta(hours=1)


@pytest.fixture(params=["store", "memory"])
def accounts(request: pytest.FixtureRequest, database: Database, cipher: Cipher):
    """The store, and the fake that the tests of `server.auth` use: one contract for both, so that the fake cannot drift."""
    return SqlAccountStore(database, cipher) if request.param == "store" else MemoryAccounts()


def anna(**more) -> LoginAccount:
    fields = {"subject": "s-anna", "login": "anna", "role": "customer", "name": "Anna Keller", "customer_id": "demo:1042", **more}
    return LoginAccount.model_validate(fields)


def token(number: int, family: str = "f", **more) -> RefreshToken:
    fields = {
        "token_hash": f"h{number}",
        "family": family,
        "subject": "s-anna",
        "issued_at": NOW,
        "expires_at": NOW,
        "family_expires_at": LATER,
    }
    return RefreshToken.model_validate({**fields, **more})


def test_an_account_is_found_by_subject_and_by_login(accounts):
    accounts.add_account(anna(totp_secret="SECRET", password_hash="argon"), NOW)
    assert accounts.account("s-anna") == accounts.account_of_login("anna") == anna(totp_secret="SECRET", password_hash="argon")
    assert accounts.account("x") is accounts.account_of_login("x") is None
    accounts.add_account(anna(subject="s-a", login="a", customer_id=None), NOW)
    assert [account.login for account in accounts.accounts()] == ["a", "anna"]


@pytest.mark.parametrize("other", [{"customer_id": "demo:2"}, {"login": "anna2"}])
def test_a_login_and_a_customer_belong_to_one_account(accounts, other: dict):
    accounts.add_account(anna(), NOW)
    with pytest.raises(ConflictError) as caught:
        accounts.add_account(anna(subject="s-2", **other), NOW)
    assert caught.value.code == "login_taken"


def test_password_second_factor_and_lock_are_changed(accounts):
    accounts.add_account(anna(), NOW)
    accounts.set_password_hash("s-anna", "new")
    accounts.set_totp_secret("s-anna", "SECRET")
    accounts.set_disabled("s-anna", NOW)
    assert accounts.account("s-anna") == anna(password_hash="new", totp_secret="SECRET", disabled=True)
    accounts.set_disabled("s-anna", None)
    accounts.set_totp_secret("s-anna", None)
    assert accounts.account("s-anna") == anna(password_hash="new")


def test_a_code_counts_once_and_never_an_older_one(accounts):
    accounts.add_account(anna(), NOW)
    assert [accounts.use_totp_step("s-anna", step) for step in (10, 10, 9, 11)] == [True, False, False, True]
    accounts.set_totp_secret("s-anna", "OTHER")
    assert accounts.use_totp_step("s-anna", 5)


def test_a_refresh_token_is_used_once(accounts):
    accounts.add_account(anna(), NOW)
    accounts.add_refresh_token(token(1))
    assert accounts.use_refresh_token("h1", NOW) == token(1)
    assert accounts.use_refresh_token("h1", NOW) == token(1, used=True) == accounts.refresh_token("h1")
    assert accounts.use_refresh_token("none", NOW) is accounts.refresh_token("none") is None


def test_the_newest_token_stands_for_the_session_and_ends_with_it(accounts):
    accounts.add_account(anna(), NOW)
    for number in (3, 1, 2):
        accounts.add_refresh_token(token(number))
    accounts.add_refresh_token(token(9, "other"))
    assert accounts.session("f") == token(2)
    accounts.extend_session("f", LATER + timedelta(hours=9))
    assert accounts.session("f") == token(2, expires_at=LATER)
    accounts.end_session("f", NOW)
    assert (accounts.session("f").revoked, accounts.session("other").revoked, accounts.session("none")) == (True, False, None)
    accounts.end_sessions_of("s-anna", NOW)
    assert accounts.session("other").revoked


def test_a_ticket_and_an_invitation_serve_once(accounts):
    accounts.add_account(anna(), NOW)
    ticket = SocketTicket(ticket_hash="t", subject="s-anna", family="f", expires_at=LATER)
    accounts.add_socket_ticket(ticket)
    assert [accounts.take_socket_ticket("t"), accounts.take_socket_ticket("t")] == [ticket, None]

    invitation = Invitation(code_hash="c", role="rm", customer_id=None, invited_by="s-admin", created_at=NOW, expires_at=LATER)
    accounts.add_invitation(invitation)
    with pytest.raises(ConflictError):
        accounts.accept_invitation("c", anna(subject="s-2"), NOW)
    assert accounts.invitation("c") == invitation
    assert accounts.accept_invitation("c", anna(subject="s-rm", login="rm", customer_id=None), NOW)
    assert not accounts.accept_invitation("c", anna(subject="s-x", login="x", customer_id=None), NOW)
    assert accounts.invitation("c").used
    assert (accounts.account("s-rm") is not None, accounts.account("s-x"), accounts.invitation("none")) == (True, None, None)


def test_attempts_are_counted_forgotten_and_purged(accounts):
    for minute in range(3):
        accounts.add_attempt(("login", "address"), NOW + timedelta(minutes=minute))
    accounts.add_attempt(("login",), NOW)
    assert accounts.attempts("login", NOW) == (NOW + timedelta(minutes=1), NOW + timedelta(minutes=2))
    accounts.forget_attempts("login", NOW)
    assert len(accounts.attempts("login", NOW - timedelta(1))) == 3
    accounts.purge(NOW + timedelta(minutes=2))
    assert accounts.attempts("login", NOW - timedelta(1)) == (NOW + timedelta(minutes=2),)
    accounts.forget_attempts("login")
    assert accounts.attempts("login", NOW - timedelta(1)) == ()
    assert len(accounts.attempts("address", NOW - timedelta(1))) == 1


def test_what_is_over_is_dropped(accounts):
    accounts.add_account(anna(), NOW)
    accounts.add_refresh_token(token(1))
    accounts.add_socket_ticket(SocketTicket(ticket_hash="t", subject="s-anna", family="f", expires_at=NOW))
    accounts.purge(LATER + timedelta(seconds=1))
    assert accounts.refresh_token("h1") is accounts.take_socket_ticket("t") is None


def test_of_several_servers_one_takes_the_token_and_the_ticket(database: Database, cipher: Cipher):
    accounts = SqlAccountStore(database, cipher)
    accounts.add_account(anna(), NOW)
    accounts.add_refresh_token(token(1))
    accounts.add_socket_ticket(SocketTicket(ticket_hash="t", subject="s-anna", family="f", expires_at=LATER))
    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(lambda _: accounts.use_refresh_token("h1", NOW), range(6)))
        tickets = list(pool.map(lambda _: accounts.take_socket_ticket("t"), range(6)))
    assert sum(not kept.used for kept in tokens if kept) == 1
    assert sum(ticket is not None for ticket in tickets) == 1


def test_names_and_second_factors_are_sealed(database: Database, cipher: Cipher):
    SqlAccountStore(database, cipher).add_account(anna(totp_secret="JBSWY3DP"), NOW)
    with database.reading() as connection:
        row = repr(connection.execute(select(LOGINS)).one())
    assert "Keller" not in row
    assert "JBSWY3DP" not in row
