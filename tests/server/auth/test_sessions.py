"""Sessions: refresh rotates, a copied token ends everything, and the bank's word holds within seconds."""

import pytest

from server.auth.failure import SignedOutError


def begin(bank, login="anna", role="customer"):
    account = bank.add(login, role=role)
    return account, bank.auth.sessions.begin(account, bank.time)


def alive(bank, account, grant, *, active=True) -> bool:
    try:
        return bank.auth.sessions.account(grant.family, account.subject, bank.time, active=active) == account
    except SignedOutError:
        return False


def test_refreshing_gives_new_tokens_of_the_same_session(bank):
    account, first = begin(bank)
    bank.wait(minutes=9)
    second = bank.auth.sessions.refresh(first.refresh, bank.time)
    assert (second.family, second.ends_at) == (first.family, first.ends_at)
    assert second.refresh != first.refresh
    assert bank.auth.tokens.read(second.access, bank.time).family == first.family
    assert alive(bank, account, second)


def test_a_refresh_token_used_twice_ends_the_session_for_both(bank):
    account, first = begin(bank)
    second = bank.auth.sessions.refresh(first.refresh, bank.time)
    assert alive(bank, account, second)
    with pytest.raises(SignedOutError):
        bank.auth.sessions.refresh(first.refresh, bank.time)
    with pytest.raises(SignedOutError):
        bank.auth.sessions.refresh(second.refresh, bank.time)
    assert not alive(bank, account, second)


def test_a_refresh_on_its_way_does_not_revive_a_session_that_is_ended_meanwhile(bank):
    account, grant = begin(bank)
    add = bank.store.add_refresh_token

    def add_after_the_end(token):
        bank.auth.sessions.end(token.family, bank.time)
        add(token)

    bank.store.add_refresh_token = add_after_the_end
    with pytest.raises(SignedOutError):
        bank.auth.sessions.refresh(grant.refresh, bank.time)
    assert not alive(bank, account, grant)


def test_another_session_of_the_same_account_is_left_alone(bank):
    account, first = begin(bank)
    other = bank.auth.sessions.begin(account, bank.time)
    bank.auth.sessions.refresh(first.refresh, bank.time)
    with pytest.raises(SignedOutError):
        bank.auth.sessions.refresh(first.refresh, bank.time)
    assert alive(bank, account, other)


def test_an_unknown_refresh_token_is_refused(bank):
    begin(bank)
    with pytest.raises(SignedOutError):
        bank.auth.sessions.refresh("something else", bank.time)


@pytest.mark.parametrize(("role", "idle_minutes", "holds"), [("customer", 60, True), ("rm", 14, True), ("rm", 15, False), ("staff", 15, False), ("admin", 15, False)])  # fmt: skip
def test_an_employees_session_closes_after_fifteen_idle_minutes(bank, role, idle_minutes, holds):
    account, grant = begin(bank, role=role)
    bank.wait(minutes=idle_minutes)
    assert alive(bank, account, grant, active=False) is holds


def test_activity_keeps_an_employees_session_open_and_watching_does_not(bank):
    account, grant = begin(bank, role="rm")
    for _ in range(6):
        bank.wait(minutes=10)
        assert alive(bank, account, grant)
    bank.auth.sessions.refresh(grant.refresh, bank.time)
    for _ in range(14):
        bank.wait(minutes=1)
        assert alive(bank, account, grant, active=False)
    bank.wait(minutes=1)
    assert not alive(bank, account, grant, active=False)


def test_activity_counts_while_a_socket_is_watching(bank):
    account, grant = begin(bank, role="rm")
    for minute in range(40):
        for _ in range(30):
            bank.wait(seconds=2)
            assert alive(bank, account, grant, active=False)
        if minute % 10 == 0:
            assert alive(bank, account, grant)


@pytest.mark.parametrize("role", ["customer", "rm"])
def test_no_session_lasts_longer_than_twelve_hours(bank, role):
    account, grant = begin(bank, role=role)
    for _ in range(71):
        bank.wait(minutes=10)
        grant = bank.auth.sessions.refresh(grant.refresh, bank.time)
        assert alive(bank, account, grant)
    bank.wait(minutes=10)
    assert not alive(bank, account, grant)
    with pytest.raises(SignedOutError):
        bank.auth.sessions.refresh(grant.refresh, bank.time)


def test_signing_out_ends_the_session_at_once(bank):
    account, grant = begin(bank)
    assert alive(bank, account, grant)
    bank.auth.sessions.end(grant.family, bank.time)
    assert not alive(bank, account, grant)
    with pytest.raises(SignedOutError):
        bank.auth.sessions.refresh(grant.refresh, bank.time)


@pytest.mark.parametrize(
    "measure",
    [
        lambda bank: bank.auth.registration.disable("anna", bank.time),
        lambda bank: bank.auth.registration.set_password("anna", "another lantern on land", bank.time),
        lambda bank: bank.auth.registration.renew_totp("anna", bank.time),
    ],
    ids=["disabled", "password changed", "second factor changed"],
)
def test_what_the_bank_changes_ends_open_sessions_within_five_seconds(bank, measure):
    account, grant = begin(bank)
    assert alive(bank, account, grant)
    measure(bank)
    bank.wait(seconds=5)
    assert not alive(bank, account, grant)
    with pytest.raises(SignedOutError):
        bank.auth.sessions.refresh(grant.refresh, bank.time)


def test_a_disabled_account_is_out_even_when_its_sessions_were_not_ended(bank):
    account, grant = begin(bank)
    assert alive(bank, account, grant)
    bank.store.set_disabled(account.subject, bank.time)
    bank.wait(seconds=5)
    with pytest.raises(SignedOutError):
        bank.auth.sessions.account(grant.family, account.subject, bank.time)
    with pytest.raises(SignedOutError):
        bank.auth.sessions.refresh(grant.refresh, bank.time)


def test_an_account_that_was_only_disabled_is_let_in_again_when_enabled(bank):
    account, _ = begin(bank)
    bank.auth.registration.disable("anna", bank.time)
    bank.auth.registration.enable("anna")
    assert bank.check("anna") == account


def test_checks_are_remembered_for_seconds_only(bank):
    account, grant = begin(bank)
    asked = []
    session = bank.store.session
    bank.store.session = lambda family: asked.append(family) or session(family)
    for _ in range(100):
        assert alive(bank, account, grant)
    assert len(asked) == 1
    bank.wait(seconds=3)
    assert alive(bank, account, grant)
    assert len(asked) == 2


def test_a_session_is_not_somebody_elses(bank):
    _, grant = begin(bank)
    tom = bank.add("tom")
    with pytest.raises(SignedOutError):
        bank.auth.sessions.account(grant.family, tom.subject, bank.time)


def test_nothing_shows_a_token_or_a_secret(bank):
    account, grant = begin(bank)
    shown = f"{grant!r} {grant} {account!r} {account}"
    for secret in (grant.access, grant.refresh, account.password_hash, account.name):
        assert secret not in shown
