"""Guessing is slowed by login and by address, and being locked says nothing about whether a login exists."""

import pytest

from server.auth.failure import BadCredentialsError, LockedError


def fail(bank, login: str, times: int, address: str = "192.0.2.1") -> None:
    for _ in range(times):
        bank.wait(seconds=1)
        with pytest.raises(BadCredentialsError):
            bank.check(login, "wrong password 123", address=address)


@pytest.mark.parametrize("login", ["anna", "nobody"])
def test_the_sixth_attempt_in_fifteen_minutes_is_refused_known_or_not(bank, login):
    bank.add("anna")
    fail(bank, login, 5)
    hashes = bank.passwords.checked
    with pytest.raises(LockedError, match="Try again in 15 minutes") as caught:
        bank.check(login)
    assert caught.value.code == "locked"
    assert 890 <= caught.value.retry_after_seconds <= 900
    assert bank.passwords.checked == hashes


def test_other_logins_and_the_same_login_elsewhere(bank):
    bank.add("anna")
    bank.add("tom")
    fail(bank, "anna", 5)
    assert bank.check("tom").login == "tom"
    with pytest.raises(LockedError):
        bank.check("anna", address="198.51.100.7")


def test_a_lock_ends_by_itself_and_asking_does_not_prolong_it(bank):
    bank.add("anna")
    fail(bank, "anna", 5)
    for _ in range(14):
        bank.wait(minutes=1)
        with pytest.raises(LockedError):
            bank.check("anna")
    bank.wait(minutes=1)
    assert bank.check("anna").login == "anna"


def test_a_right_sign_in_starts_the_count_afresh(bank):
    bank.add("anna")
    fail(bank, "anna", 4)
    bank.check("anna")
    fail(bank, "anna", 4)
    bank.check("anna")


def test_spraying_many_logins_from_one_address_is_refused_after_twenty(bank):
    bank.add("anna")
    for number in range(20):
        fail(bank, f"login{number}", 1)
    with pytest.raises(LockedError):
        bank.check("anna")
    assert bank.check("anna", address="192.0.2.2").login == "anna"


def test_a_right_sign_in_does_not_clear_the_failures_of_its_address(bank):
    bank.add("anna")
    for number in range(10):
        fail(bank, f"login{number}", 1)
    bank.check("anna")
    for number in range(10, 20):
        fail(bank, f"login{number}", 1)
    with pytest.raises(LockedError):
        bank.check("anna")


@pytest.mark.parametrize(("one", "other", "same"), [("2001:db8::1", "2001:db8::ffff", True), ("2001:db8::1", "2001:db8:0:1::1", False), ("::ffff:192.0.2.9", "192.0.2.9", True)])  # fmt: skip
def test_an_ipv6_network_counts_as_one_address(bank, one, other, same):
    bank.add("anna")
    for number in range(20):
        fail(bank, f"login{number}", 1, address=one)
    if same:
        with pytest.raises(LockedError):
            bank.check("anna", address=other)
    else:
        bank.check("anna", address=other)


def test_neither_login_nor_address_is_kept_in_the_clear(bank):
    fail(bank, "anna", 1, address="192.0.2.1")
    assert "anna" not in repr(bank.store._attempts)
    assert "192.0.2.1" not in repr(bank.store._attempts)
