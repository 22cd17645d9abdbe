"""The second factor by the vectors of RFC 6238, and each code once."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from server.auth.totp import accept_code, enrolment_address, matching_step, new_secret

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(("second", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")])
def test_codes_are_those_of_the_rfc(second: int, code: str):
    assert matching_step(RFC_SECRET, code, datetime.fromtimestamp(second, UTC)) == second // 30


@pytest.mark.parametrize(("seconds", "accepted"), [(-31, False), (-30, True), (0, True), (59, True), (60, False)])
def test_a_code_holds_for_one_step_to_either_side(seconds: int, accepted: bool):
    start_of_step = datetime.fromtimestamp(1111111080, UTC)
    moment = start_of_step + timedelta(seconds=seconds)
    assert (matching_step(RFC_SECRET, "081804", moment) is not None) is accepted


@pytest.mark.parametrize("code", ["", "08180", "0818044", "081805", "٠٨١٨٠٤", "abcdef", "08180\ud800"])
def test_anything_else_is_wrong(code: str):
    assert matching_step(RFC_SECRET, code, datetime.fromtimestamp(1111111109, UTC)) is None


def test_spaces_as_apps_show_them_are_in_order():
    assert matching_step(RFC_SECRET, "081 804", datetime.fromtimestamp(1111111109, UTC)) is not None


def test_a_code_is_good_for_one_sign_in(bank):
    account = bank.add("rm1", role="rm")
    bank.store.set_totp_secret(account.subject, RFC_SECRET)
    account = bank.store.account(account.subject)
    moment = datetime.fromtimestamp(1111111109, UTC)

    assert accept_code(bank.store, account, "081804", moment)
    assert not accept_code(bank.store, account, "081804", moment)
    assert not accept_code(bank.store, account, "081804", moment + timedelta(seconds=20))


def test_an_account_without_a_secret_accepts_no_code(bank):
    assert not accept_code(bank.store, bank.add("anna"), "081804", bank.time)


def test_the_enrolment_address_is_what_apps_read():
    address = enrolment_address(RFC_SECRET, "rm1")
    assert address == f"otpauth://totp/PersonaForge:rm1?secret={RFC_SECRET}&issuer=PersonaForge&period=30&digits=6"
    assert len(base64.b32decode(new_secret())) == 20
