"""Signing in: the same words and the same work for every kind of wrong."""

import pytest
from pyotp.totp import TOTP

from server.auth.failure import BadCredentialsError, CodeNeededError, LockedError
from tests.server.auth.memory_accounts import PASSWORD
from tools.errors import RefusedError


def code_of(bank, account) -> str:
    return TOTP(account.totp_secret).at(bank.time)


def test_login_and_password_open_the_account_however_the_login_is_written(bank):
    account = bank.add("anna")
    assert bank.check(" Anna ") == account


def test_every_wrong_way_gives_the_same_words_and_costs_one_hash(bank):
    bank.add("anna")
    bank.add("gone")
    bank.auth.registration.disable("gone", bank.time)
    said, cost = set(), set()
    for login, password in [("anna", "wrong password"), ("nobody", PASSWORD), ("gone", PASSWORD), ("", ""), ("x" * 200, "y" * 1000)]:
        before = bank.passwords.checked
        with pytest.raises(BadCredentialsError) as caught:
            bank.check(login, password)
        said.add((caught.value.code, str(caught.value)))
        cost.add(bank.passwords.checked - before)
    assert len(said) == 1
    assert cost == {1}


def test_a_right_sign_in_costs_one_hash_as_well(bank):
    bank.add("anna")
    bank.check("anna")
    assert bank.passwords.checked == 1


def test_employees_of_a_demo_bank_need_no_code(bank):
    bank.add("rm1", role="rm")
    assert bank.check("rm1").role == "rm"


@pytest.mark.parametrize("role", ["rm", "staff", "admin"])
def test_employees_outside_a_demo_bank_need_a_code(bank, role):
    bank.is_demo = False
    account = bank.add("someone", role=role)
    with pytest.raises(CodeNeededError):
        bank.check("someone")
    with pytest.raises(BadCredentialsError):
        bank.check("someone", code="000000")
    assert bank.check("someone", code=code_of(bank, account)) == account


def test_a_customer_needs_no_code(bank):
    bank.is_demo = False
    assert bank.check(bank.add("anna").login).login == "anna"


def test_a_code_is_asked_for_only_after_the_right_password(bank):
    bank.is_demo = False
    bank.add("rm1", role="rm")
    with pytest.raises(BadCredentialsError):
        bank.check("rm1", "wrong password")


def test_a_code_seen_by_somebody_else_opens_nothing(bank):
    bank.is_demo = False
    account = bank.add("rm1", role="rm")
    code = code_of(bank, account)
    bank.check("rm1", code=code)
    bank.wait(seconds=5)
    with pytest.raises(BadCredentialsError):
        bank.check("rm1", code=code)


def test_codes_cannot_be_guessed_behind_a_known_password(bank):
    bank.is_demo = False
    bank.add("rm1", role="rm")
    for _ in range(5):
        bank.wait(seconds=1)
        with pytest.raises(CodeNeededError):
            bank.check("rm1")
        with pytest.raises(BadCredentialsError):
            bank.check("rm1", code="000000")
    with pytest.raises(LockedError):
        bank.check("rm1", code="000000")


def test_an_employee_of_the_demo_is_not_let_in_once_the_bank_is_real(bank):
    bank.add("rm1", role="rm")
    bank.is_demo = False
    with pytest.raises(RefusedError, match="personaforge user totp") as caught:
        bank.check("rm1")
    assert caught.value.code == "no_second_factor"


def test_demo_data_in_a_real_bank_switches_no_second_factor_off(bank):
    bank.is_demo = False
    bank.add("rm1", role="rm")
    bank.is_demo = True
    with pytest.raises(CodeNeededError):
        bank.check("rm1")
