"""What changes something must come from our page."""

import pytest

from server.auth.csrf import check_origin
from tools.errors import RefusedError


def test_the_token_of_the_session_is_required_in_header_and_cookie(bank):
    token = bank.auth.csrf.token("family-1")
    bank.auth.csrf.check("family-1", token, token)


@pytest.mark.parametrize(
    ("header", "cookie"),
    [(None, None), (None, "ours"), ("ours", None), ("", ""), ("other", "other"), ("ours", "other"), ("x", "x"), ("ours\ud800", "ours")],
)
def test_anything_else_is_refused(bank, header, cookie):
    values = {"ours": bank.auth.csrf.token("family-1"), "other": bank.auth.csrf.token("family-2")}
    with pytest.raises(RefusedError) as caught:
        bank.auth.csrf.check("family-1", values.get(header, header), values.get(cookie, cookie))
    assert caught.value.code == "csrf"


def test_a_rotated_key_ends_no_session(bank):
    token = bank.auth.csrf.token("family-1")
    bank.keys.rotate("signing")
    bank.auth.csrf.check("family-1", token, token)
    assert bank.auth.csrf.token("family-1") != token


@pytest.mark.parametrize("origin", [None, "http://bank.example:8000", "HTTP://Bank.example:8000", "https://app.example"])
def test_our_own_page_allowed_origins_and_programs_may_call(origin):
    check_origin(origin, "bank.example:8000", ("https://app.example",))


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "", "http://bank.example", "http://bank.example:8000.evil.example", "file://", "http://evil.example#bank.example:8000",
     "http://user@bank.example:8000", "ftp://bank.example:8000", "https://app.example.evil.example"],
)  # fmt: skip
def test_other_pages_may_not(origin):
    with pytest.raises(RefusedError) as caught:
        check_origin(origin, "bank.example:8000", ("https://app.example",))
    assert caught.value.code == "bad_origin"
