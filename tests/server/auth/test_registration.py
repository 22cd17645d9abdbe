"""Registration: by an invitation that works once, for the person it was made for."""

import pytest

from server.auth.failure import LockedError, SignedOutError
from tests.server.auth.memory_accounts import PASSWORD
from tools.errors import ConflictError, NotFoundError, UsageError


def register(bank, code, login="anna", password=PASSWORD, name="Anna Keller", address="192.0.2.1"):
    return bank.auth.registration.register(code, login, password, name, address, bank.time, demo=bank.is_demo)


@pytest.fixture
def code(bank):
    return bank.auth.registration.invite("customer", "demo:1042", "p_admin", bank.time)


def test_an_invited_customer_registers_and_signs_in(bank, code):
    account = register(bank, code, login=" Anna ", name="  Anna\n Keller ")
    assert (account.login, account.name, account.role, account.customer_id) == ("anna", "Anna Keller", "customer", "demo:1042")
    assert account.totp_secret is None
    assert bank.check("anna") == account


def test_an_invitation_works_once(bank, code):
    register(bank, code)
    with pytest.raises(NotFoundError, match="Ask the bank") as caught:
        register(bank, code, login="tom")
    assert caught.value.code == "bad_invitation"


def test_an_invitation_expires_after_a_week(bank, code):
    bank.wait(days=7)
    with pytest.raises(NotFoundError):
        register(bank, code)


@pytest.mark.parametrize("guess", ["", "guess", "\ud800"])
def test_an_unknown_invitation_is_refused(bank, guess):
    with pytest.raises(NotFoundError):
        register(bank, guess)


def test_invitations_cannot_be_guessed_for_long(bank, code):
    for number in range(20):
        with pytest.raises(NotFoundError):
            register(bank, f"guess {number}")
    with pytest.raises(LockedError):
        register(bank, code)


def test_a_taken_login_leaves_the_invitation_unused(bank, code):
    bank.add("anna")
    with pytest.raises(ConflictError) as caught:
        register(bank, code)
    assert caught.value.code == "login_taken"
    assert register(bank, code, login="anna2").login == "anna2"


@pytest.mark.parametrize("login", ["", "ab", "-anna", "an na", "anna@bank", "änna", "a" * 41, "anna\u200b"])
def test_a_login_that_does_not_hold_is_refused_and_leaves_the_invitation_unused(bank, code, login):
    with pytest.raises(UsageError) as caught:
        register(bank, code, login=login)
    assert caught.value.code == "bad_login"
    register(bank, code)


@pytest.mark.parametrize("name", ["", " \u202e ", "x" * 101])
def test_an_empty_or_endless_name_is_refused(bank, code, name):
    with pytest.raises(UsageError) as caught:
        register(bank, code, name=name)
    assert caught.value.code == "bad_name"


def test_a_weak_password_is_refused(bank, code):
    with pytest.raises(UsageError, match="too short"):
        register(bank, code, password="short")


def test_an_invited_employee_of_a_real_bank_gets_a_second_factor(bank):
    bank.is_demo = False
    account = register(bank, bank.auth.registration.invite("rm", None, "p_admin", bank.time), login="rm9")
    assert account.totp_secret is not None


@pytest.mark.parametrize(("role", "customer"), [("customer", None), ("rm", "demo:1042"), ("admin", "demo:1042")])
def test_only_a_customer_belongs_to_a_customer(bank, role, customer):
    with pytest.raises(UsageError):
        bank.auth.registration.invite(role, customer, "p_admin", bank.time)
    with pytest.raises(UsageError):
        bank.add("someone", role=role, customer_id=customer)


def test_one_customer_has_one_account(bank):
    bank.add("anna", customer_id="demo:1042")
    with pytest.raises(ConflictError):
        bank.add("anna2", customer_id="demo:1042")


def test_a_new_password_replaces_the_old_one(bank):
    grant = bank.auth.sessions.begin(bank.add("anna"), bank.time)
    bank.auth.registration.set_password("Anna", "another lantern on land", bank.time)
    bank.check("anna", "another lantern on land")
    with pytest.raises(SignedOutError):
        bank.auth.sessions.refresh(grant.refresh, bank.time)
    with pytest.raises(UsageError):
        bank.auth.registration.set_password("anna", "short", bank.time)


def test_an_unknown_login_is_said_with_the_command_that_lists_them(bank):
    with pytest.raises(NotFoundError, match="personaforge user list"):
        bank.auth.registration.disable("nobody", bank.time)


def test_only_a_hash_of_the_invitation_is_kept(bank, code):
    assert code not in repr(bank.store._invitations)
